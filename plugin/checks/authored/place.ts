/**
 * Where a field of a manifest is written: the file is read again, which only an error is worth.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import type { FileTree } from '../../files/tree.ts';
import type { Path } from '../../resources/pointer.ts';
import type { Resource } from '../../resources/resource.ts';
import { readYaml } from '../../yaml/read.ts';

/** A place, and for a null whether nothing is written there, as in `namespace:`. */
export interface AuthoredPlace {
  readonly location: Location;
  readonly isEmpty: boolean;
}

/** The place of a field; undefined for manifests that a program printed. */
export function authoredPlace(tree: FileTree, { origin }: Resource, path: Path): AuthoredPlace | undefined {
  const { location, document: index, item } = origin;
  if (index === undefined || tree.kind(location.file) !== 'file') return undefined;
  const documents = readYaml(tree.readText(location.file), { file: location.file, duplicateKeys: 'last-wins' });
  const document = documents[index];
  if (!document) return undefined;
  const whole = item === undefined ? path : ['items', item, ...path];
  const place = document.locate(whole);
  const rest = lineOf(tree, place)?.slice((place.column ?? 1) - 1) ?? '';
  return { location: place, isEmpty: !/^(?:~|null|Null|NULL)/u.test(rest) };
}

function lineOf(tree: FileTree, { file, line }: Location): string | undefined {
  return line === undefined ? undefined : tree.readText(file).split(/\r?\n/u)[line - 1];
}

/** What stands at a place with columns; undefined where it has none, and where it is more than a word. */
export function writtenAt(tree: FileTree, location: Location): string | undefined {
  const { file, column, endColumn } = location;
  if (column === undefined || endColumn === undefined || tree.kind(file) !== 'file') return undefined;
  const text = lineOf(tree, location)?.slice(column - 1, endColumn - 1);
  return text !== undefined && /^[^\s"'{}[\],]{1,60}$/u.test(text) ? text : undefined;
}
