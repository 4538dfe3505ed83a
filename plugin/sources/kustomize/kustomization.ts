/**
 * One kustomization file, and the strings in it.
 */
import type { PathEntry } from '../../config/environment.ts';
import { failure } from '../../diagnostics/failure.ts';
import { joinPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { getKey, isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';
import { kustomizationShape } from './keys.generated.ts';
import { checkKeys } from './keys.ts';
import type { Entry } from './remote.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A kustomization that was read. */
export interface Kustomization {
  /** Its directory without links, as a tree path: what its own paths are relative to. */
  readonly directory: string;
  readonly file: string;
  readonly document: YamlDocument;
}

/**
 * Reads the kustomization of a directory. Failure `file-missing` (also when there are two), `yaml-syntax`,
 * `kustomize-key`, and what the tree says.
 */
export function openKustomization({ path, location }: PathEntry, tree: FileTree): Kustomization {
  const directory = tree.realPath(path);
  if (directory === undefined || tree.kind(directory) !== 'directory') {
    throw failure('file-missing', `the directory ${path || '.'} does not exist`, { location });
  }
  const present = NAMES.filter((name) => tree.kind(joinPath(directory, name)) === 'file');
  const [name] = present;
  if (name === undefined || present.length > 1) {
    const what = name === undefined ? 'no kustomization.yaml' : `${present.join(' and ')}; kustomize takes only one`;
    throw failure('file-missing', `the directory ${directory || '.'} has ${what}`, { location });
  }
  const file = joinPath(directory, name);
  const [document] = readYaml(tree.readText(file), { file, duplicateKeys: 'error' });
  if (!document) throw failure('yaml-syntax', 'the kustomization is empty', { location: { file } });
  checkKeys(document.value, kustomizationShape, 'refused', (at) => document.locate(at, 'key'));
  return { directory, file, document };
}

/** Every string at `pattern` below `value`; `*` in the pattern is every item of a list. */
export function entriesAt(value: Json | undefined, pattern: readonly string[], path: Path = []): Entry[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return typeof value === 'string' ? [{ text: value, path }] : [];
  if (step === '*')
    return isArray(value) ? value.flatMap((item, index) => entriesAt(item, rest, [...path, index])) : [];
  return isObject(value) ? entriesAt(getKey(value, step), rest, [...path, step]) : [];
}
