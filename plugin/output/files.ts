/**
 * `--output-dir`: one file for each resource, named by what it is, for people who keep rendered manifests in Git.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { identify, type Resource, type ResourceId } from '../resources/resource.ts';
import { type OutputFormat, writeResources } from './stream.ts';

/** The list of files that the last run wrote: only these are ever removed. */
const index = '.waybill-output';

/** Longer names meet the limits of file systems (255 bytes) with what is put around them. */
const longestPart = 100;

/** A part of a file's name: lower-case letters, digits, `.`, `-` and `_`; everything else becomes `-`. */
function safe(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]/gu, '-')
    .replace(/^\.+/u, '-');
  return plain.slice(0, longestPart);
}

/** `namespace.kind.name.yaml`, with the group where two kinds meet, and a number where two names still do. */
function nameOf({ namespace, kind, group, name }: ResourceId, extension: string, taken: ReadonlySet<string>): string {
  const short = [namespace, kind, name]
    .filter((part) => part !== '')
    .map(safe)
    .join('.');
  const long = [namespace, kind, group, name]
    .filter((part) => part !== '')
    .map(safe)
    .join('.');
  for (const base of [short, long]) if (!taken.has(`${base}.${extension}`)) return `${base}.${extension}`;
  let number = 2;
  while (taken.has(`${long}.${number}.${extension}`)) number += 1;
  return `${long}.${number}.${extension}`;
}

/** The files of the resources, by name, in their order. Names are safe on every file system and never meet. */
export function outputFiles(resources: readonly Resource[], format: OutputFormat): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const taken = new Set<string>();
  for (const resource of resources) {
    const name = nameOf(identify(resource.body), format, taken);
    taken.add(name);
    files.set(name, writeResources([resource], format));
  }
  return files;
}

function earlierFiles(directory: string): readonly string[] {
  const path = join(directory, index);
  if (!existsSync(path)) return [];
  // Only plain names: whatever a hand wrote into the index, nothing outside the directory is removed.
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((name) => /^[a-z0-9_-][a-z0-9._-]*\.(yaml|json)$/u.test(name));
}

/** What a killed run may have left: half a file under a name of its own. */
const leftover = /^\.waybill-[0-9a-f-]{36}\.part$/u;

/** Writes through a new file, so that neither a reader sees half of it nor a link leads the write elsewhere. */
function writeWhole(directory: string, name: string, text: string): void {
  const partial = join(directory, `.waybill-${randomUUID()}.part`);
  const file = openSync(partial, 'wx', 0o644);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
  renameSync(partial, join(directory, name));
}

/**
 * Writes one file for each resource into `directory`, which is made when it is missing, and removes what an earlier
 * run wrote and this one does not. Files of anybody else stay.
 * @returns the names written
 * @throws Failure `output-directory` when the directory holds files and no earlier run wrote it, or it cannot be written
 */
export function writeOutputDirectory(
  resources: readonly Resource[],
  format: OutputFormat,
  directory: string,
): string[] {
  const files = outputFiles(resources, format);
  try {
    mkdirSync(directory, { recursive: true });
    const earlier = earlierFiles(directory);
    if (existsSync(join(directory, index))) {
      for (const name of readdirSync(directory))
        if (leftover.test(name)) rmSync(join(directory, name), { force: true });
    }
    if (!existsSync(join(directory, index)) && readdirSync(directory).length > 0) {
      throw failure('output-directory', `${directory} holds files that waybill did not write`, {
        help: ['Name an empty or a new directory, so that nothing of yours is overwritten.'],
      });
    }
    // The index first: a run that is interrupted leaves nothing behind that the next would not know.
    writeWhole(directory, index, `${[...new Set([...earlier, ...files.keys()])].sort().join('\n')}\n`);
    for (const [name, text] of files) writeWhole(directory, name, text);
    for (const name of earlier) if (!files.has(name)) rmSync(join(directory, name), { force: true });
    writeWhole(directory, index, `${[...files.keys()].sort().join('\n')}\n`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('E')) {
      throw failure('output-directory', `${directory} cannot be written: ${error.message}`);
    }
    throw error;
  }
  return [...files.keys()];
}
