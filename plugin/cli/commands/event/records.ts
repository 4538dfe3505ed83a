/**
 * Finds records for `event emit --record`: one file, or every `deployment.json` below a folder, as ConfigMaps are
 * mounted.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../../diagnostics/failure.ts';
import { parseRecord } from '../../../events/record-facts.ts';
import type { DeploymentRecord } from '../../../schemas/record.generated.ts';

/** The name of the record's file inside the ConfigMap. */
const FILE = 'deployment.json';

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  // A mounted ConfigMap holds its files twice: in a hidden folder, and as links to it.
  const names = readdirSync(path, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
  return names
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (statSync(inside).isDirectory()) return filesBelow(inside);
      return entry.name === FILE ? [inside] : [];
    });
}

/** The records at `path`. Failure `event-record` when there is none, or one is not a record. */
export function readRecords(path: string): DeploymentRecord[] {
  const files = statSync(path, { throwIfNoEntry: false }) === undefined ? [] : filesBelow(path);
  if (files.length === 0) {
    throw failure('event-record', `there is no record at ${path}`, {
      help: [
        `Expected a ${FILE}, or folders that hold one: the ConfigMap that waybill renders, mounted as a volume.`,
        'It is missing when stamp.record is false or no image has a known source commit.',
      ],
    });
  }
  return files.map((file) => parseRecord(readFileSync(file, 'utf8'), file));
}
