/**
 * What an earlier run wrote and this one does not: after a change of a name, the pattern or the CI system, the old jobs
 * would go on beside the new ones, and wait for statuses of a name that nobody reports.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every generated job has in its first lines. */
const MARK = 'Made by `waybill handback generate`';

function* filesBelow(folder: string, path: string): Generator<string> {
  const at = join(folder, path);
  if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    if (entry.name === '.git') continue;
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, inside);
    else if (entry.isFile()) yield inside;
  }
}

/**
 * Generated files below `folder` that are not among `made`, as paths below it, sorted. Only the folders that `made` begins
 * with are looked at: the rest belongs to others.
 */
export function leftOver(folder: string, made: readonly string[]): string[] {
  const own = new Set(made);
  const tops = new Set(made.map((path) => path.split('/')[0] ?? ''));
  const others = [...tops].flatMap((top) => Array.from(filesBelow(folder, top))).filter((path) => !own.has(path));
  return others.filter((path) => readFileSync(join(folder, path), 'utf8').slice(0, 1000).includes(MARK)).toSorted();
}
