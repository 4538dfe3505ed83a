/**
 * The words that a strategic merge has for what plain values cannot say: `$patch`, `$retainKeys`,
 * `$deleteFromPrimitiveList/<list>`, `$setElementOrder/<list>`
 * (Kubernetes' design document strategic-merge-patch.md).
 */
import { getKey, isArray, isObject, isScalar, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { writeJson } from '../../yaml/write-json.ts';
import { type Attempt, problem } from '../attempt.ts';
import type { Merge } from './context.ts';

const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

/** What `$patch` says of a mapping; `merge` when it says nothing. */
export type Strategy = 'merge' | 'replace' | 'delete';

/** A mapping of a patch, its directives taken apart from its fields. */
export interface PatchMap {
  readonly strategy: Strategy;
  readonly fields: readonly (readonly [string, Json])[];
  readonly retainKeys: readonly string[] | undefined;
  readonly deleteFrom: ReadonlyMap<string, readonly Json[]>;
  readonly order: ReadonlyMap<string, readonly Json[]>;
  /** The directive as written, for each list that one speaks of. */
  readonly directed: ReadonlyMap<string, string>;
}

/** Reads the directives of one mapping. Failure `overlay-directive` for one that means nothing. */
export function readPatchMap(merge: Merge, patch: JsonObject, at: Path): PatchMap {
  const { attempt } = merge;
  const fields: [string, Json][] = [];
  const deleteFrom = new Map<string, readonly Json[]>();
  const order = new Map<string, readonly Json[]>();
  let retainKeys: readonly string[] | undefined;
  for (const [key, value = null] of Object.entries(patch)) {
    if (key === '$patch') continue;
    if (key === '$retainKeys') retainKeys = readRetainKeys(attempt, value, at);
    else if (key.startsWith(DELETE_FROM))
      deleteFrom.set(key.slice(DELETE_FROM.length), readList(attempt, value, [...at, key]));
    else if (key.startsWith(ORDER)) order.set(key.slice(ORDER.length), readList(attempt, value, [...at, key]));
    // Built-in kinds have no such fields but those of JSON Schema; custom kinds may.
    else if (key.startsWith('$') && merge.isBuiltIn && key !== '$ref' && key !== '$schema') {
      throw unknownDirective(attempt, key, [...at, key]);
    } else fields.push([key, value]);
  }
  const directed = new Map([
    ...[...order.keys()].map((key) => [key, ORDER + key] as const),
    ...[...deleteFrom.keys()].map((key) => [key, DELETE_FROM + key] as const),
  ]);
  return { strategy: readStrategy(attempt, patch, at), fields, retainKeys, deleteFrom, order, directed };
}

/** The strategy of a mapping. Failure `overlay-directive` for a word that is none. */
export function readStrategy(attempt: Attempt, patch: JsonObject, at: Path): Strategy {
  const word = getKey(patch, '$patch');
  if (word === undefined) return 'merge';
  if (word === 'merge' || word === 'replace' || word === 'delete') return word;
  throw problem(attempt, 'overlay-directive', `$patch is ${writeJson(word)}`, {
    at: [...at, '$patch'],
    help: ['$patch is one of delete, replace, merge.'],
  });
}

/** True for an item that says something about the whole list: `- $patch: replace`. */
export function isListDirective(item: Json): item is JsonObject {
  return isObject(item) && Object.hasOwn(item, '$patch') && Object.keys(item).length === 1;
}

/**
 * Refuses directives in a list that is replaced: there they would be printed as they are. Below built-in kinds
 * everywhere; in custom kinds only in the items themselves, since some (such as Kyverno's policies) have patches as values.
 */
export function refuseDirectives(merge: Merge, value: Json, at: Path, depth = 0): void {
  if (isArray(value)) {
    value.forEach((item, index) => refuseDirectives(merge, item, [...at, index], depth));
  } else if (isObject(value) && (merge.isBuiltIn || depth === 0)) {
    for (const [key, below] of Object.entries(value)) {
      if (isDirective(key)) throw inReplacedList(merge.attempt, key, [...at, key]);
      if (below !== undefined) refuseDirectives(merge, below, [...at, key], depth + 1);
    }
  }
}

/**
 * Refuses directives beside a list that the merge replaces, where they would have no effect. Values can be deleted from
 * any list that the merge leaves alone.
 */
export function refuseBeside(merge: Merge, patch: PatchMap, key: string, isReplaced: boolean, at: Path): void {
  if (isReplaced && patch.deleteFrom.has(key))
    throw inReplacedList(merge.attempt, DELETE_FROM + key, [...at, DELETE_FROM + key]);
  if (patch.order.has(key)) throw inReplacedList(merge.attempt, ORDER + key, [...at, ORDER + key]);
}

function isDirective(key: string): boolean {
  return key === '$patch' || key === '$retainKeys' || key.startsWith(DELETE_FROM) || key.startsWith(ORDER);
}

function inReplacedList(attempt: Attempt, key: string, at: Path): Error {
  return problem(attempt, 'overlay-directive', `${key} has no meaning here`, {
    at,
    what: 'key',
    help: [
      'This list has no merge keys, so the merge replaces it as a whole, as kustomize does.',
      'Write the whole list, or change single items with `patch` or `set`.',
    ],
  });
}

function unknownDirective(attempt: Attempt, key: string, at: Path): Error {
  return problem(attempt, 'overlay-directive', `there is no directive ${key}`, {
    at,
    what: 'key',
    help: ['Directives: $patch, $retainKeys, $deleteFromPrimitiveList/<list>, $setElementOrder/<list>.'],
  });
}

function readList(attempt: Attempt, value: Json, at: Path): readonly Json[] {
  if (isArray(value)) return value;
  throw problem(attempt, 'overlay-directive', `${String(at.at(-1))} must be a list`, { at });
}

function readRetainKeys(attempt: Attempt, value: Json, at: Path): readonly string[] {
  return readList(attempt, value, [...at, '$retainKeys']).map((key, index) => {
    if (isScalar(key) && key !== null) return String(key);
    throw problem(attempt, 'overlay-directive', '$retainKeys must be a list of keys', {
      at: [...at, '$retainKeys', index],
    });
  });
}
