/**
 * Changing entries of a lock in place.
 */
import { attemptAll } from '../diagnostics/failure.ts';
import type { ImageSource, LockedImage } from '../lock/lock.ts';
import { parseLock } from '../lock/read.ts';
import { nameKey } from '../references/reference.ts';
import type { Json } from '../resources/json.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { type ImageOutcome, type ImageState, sameImage } from './outcome.ts';

/** What the lock is to say about one image; undefined removes its entry. */
export interface LockChange {
  readonly name: string;
  readonly state: ImageState | undefined;
}

const entryKeys = ['name', 'newName', 'tag', 'digest', 'source'] as const;
const sourceKeys = ['repository', 'commit', 'ref', 'pullRequest', 'run', 'version'] as const;

/** The text of a lock without images. */
export function emptyLock(environment: string): string {
  return `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages: []\n`;
}

function stateOf({ newName, tag, digest, source }: LockedImage): ImageState {
  return { newName, tag, digest, source };
}

function sameSource(a: ImageSource | undefined, b: ImageSource | undefined): boolean {
  return a?.commit === b?.commit && a?.repository === b?.repository;
}

function asObject(source: ImageSource): { readonly [key: string]: Json | undefined } {
  return { ...source };
}

/** First what is written, then what goes: no mapping is empty in between. */
function keyEdits(
  base: readonly (string | number)[],
  keys: readonly string[],
  now: Readonly<Record<string, Json | undefined>>,
): YamlEdit[] {
  const set = keys.flatMap((key, index): YamlEdit[] => {
    const value = now[key];
    return value === undefined ? [] : [{ op: 'set', path: [...base, key], value, after: keys.slice(0, index) }];
  });
  const gone = keys.filter((key) => now[key] === undefined);
  return [...set, ...gone.map((key): YamlEdit => ({ op: 'remove', path: [...base, key] }))];
}

function entryEdits(
  index: number,
  { source: before }: ImageState,
  { newName, tag, digest, source }: ImageState,
): YamlEdit[] {
  const base = ['images', index];
  const plain = entryKeys.filter((key) => key !== 'name' && key !== 'source');
  const edits = keyEdits(base, plain, { newName, tag, digest });
  if (source === undefined) return [...edits, { op: 'remove', path: [...base, 'source'] }];
  if (before === undefined) return [...edits, { op: 'set', path: [...base, 'source'], value: asObject(source) }];
  return [...edits, ...keyEdits([...base, 'source'], sourceKeys, asObject(source))];
}

function newEntry(name: string, { newName, tag, digest, source }: ImageState): Json {
  const entry = { name, newName, tag, digest, source: source && asObject(source) };
  return Object.fromEntries(
    Object.entries(entry).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/**
 * The text of the lock after the changes, and what became of each image. An image that runs already, from the same
 * source commit, is left as it is: who built it again does not matter.
 * @param text the lock as it is; undefined when there is none yet
 * @throws Failure for a lock that cannot be read or edited
 */
export function editLock(
  text: string | undefined,
  file: string,
  environment: string,
  changes: readonly LockChange[],
): { text: string; outcomes: ImageOutcome[] } {
  let current = text ?? emptyLock(environment);
  const outcomes = attemptAll(changes, ({ name, state }): ImageOutcome => {
    const { images } = parseLock(current, file);
    const index = images.findIndex((image) => nameKey(image.name) === nameKey(name));
    const entry = images[index];
    if (!entry) {
      if (!state) return { name, before: undefined, after: undefined, result: 'same' };
      current = editYaml(current, [{ op: 'insert', path: ['images'], value: newEntry(name, state) }], { file });
      return { name, before: undefined, after: state, result: 'added' };
    }
    const before = stateOf(entry);
    if (!state) {
      current = editYaml(current, [{ op: 'remove', path: ['images', index] }], { file });
      return { name: entry.name, before, after: undefined, result: 'removed' };
    }
    if (sameImage(before, state) && sameSource(before.source, state.source))
      return { name: entry.name, before, after: before, result: 'same' };
    current = editYaml(current, entryEdits(index, before, state), { file });
    return { name: entry.name, before, after: state, result: 'changed' };
  });
  // What was written must be a lock, whatever the editor thinks of it.
  parseLock(current, file);
  return { text: current, outcomes };
}
