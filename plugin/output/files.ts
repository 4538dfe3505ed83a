/**
 * `--output-dir`: one file for each resource, named by what it is, for people who keep rendered manifests in Git.
 */
import { identify, type Resource, type ResourceId } from '../resources/resource.ts';
import { writeFolder } from './folder.ts';
import { type OutputFormat, writeResources } from './stream.ts';

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

/**
 * Writes {@link outputFiles} into `directory`, and removes what an earlier run wrote and this one does not.
 * @returns the names written
 * @throws Failure as {@link writeFolder}
 */
export async function writeOutputFiles(files: ReadonlyMap<string, string>, directory: string): Promise<string[]> {
  await writeFolder(directory, {
    names: [...files.keys()],
    textOf: (name) => files.get(name) ?? '',
    ours: /^[a-z0-9_-][a-z0-9._-]*\.(yaml|json)$/u,
  });
  return [...files.keys()];
}

/** {@link writeOutputFiles} of the resources. */
export async function writeOutputDirectory(
  resources: readonly Resource[],
  format: OutputFormat,
  directory: string,
): Promise<string[]> {
  return writeOutputFiles(outputFiles(resources, format), directory);
}
