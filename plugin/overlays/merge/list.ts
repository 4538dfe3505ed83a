/**
 * Lists that are merged item by item: maps by their keys (containers by name), scalars by themselves (finalizers).
 *
 * The order is kustomize's (MergeOptionsListPrepend): first what the patch names, in the patch's order, then the rest.
 */
import { isObject, isScalar, type Json, type JsonObject } from '../../resources/json.ts';
import { type Place, problem, writeLeaves } from '../attempt.ts';
import { type Merge, type MergeMap, quietly } from './context.ts';
import { isListDirective, readStrategy } from './directives.ts';
import { findItem, itemKey, type ItemKey } from './item-key.ts';
import { inOrder } from './order.ts';
import { type Field, type Type, typeOf } from './schema.ts';

/** A merged list and what a patch says of it. */
export interface ListMerge {
  /** Undefined when the manifest has no such list. */
  readonly base: readonly Json[] | undefined;
  readonly patch: readonly Json[];
  readonly field: Field;
  readonly place: Place;
  /** `$deleteFromPrimitiveList`. */
  readonly deleted: readonly Json[] | undefined;
  /** `$setElementOrder`. */
  readonly order: readonly Json[] | undefined;
}

/** The list after the merge; undefined when `- $patch: delete` removes it. The same list when nothing changed. */
export function mergeList(merge: Merge, list: ListMerge, mergeMap: MergeMap): readonly Json[] | undefined {
  const { base, place } = list;
  const strategy = listStrategy(merge, list);
  if (strategy === 'delete') return undefined;
  // What the patch brings or orders anew is told as one change of the list.
  const isWhole =
    strategy === 'replace' || base === undefined || list.deleted !== undefined || list.order !== undefined;
  const inner = isWhole ? quietly(merge) : merge;
  const start = { ...list, base: strategy === 'replace' ? [] : without(base ?? [], list.deleted) };
  const merged = list.field.keys ? mergeMaps(inner, start, list.field.keys, mergeMap) : mergeScalars(inner, start);
  const ordered = list.order === undefined ? merged : inOrder(merge, list, merged);
  if (isWhole) writeLeaves(merge.attempt, place, base, ordered);
  return base !== undefined && isSame(base, ordered) ? base : ordered;
}

function isSame(a: readonly Json[], b: readonly Json[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function without(base: readonly Json[], deleted: readonly Json[] | undefined): readonly Json[] {
  if (deleted === undefined) return base;
  const texts = new Set(deleted.map((item) => (isScalar(item) ? String(item) : undefined)));
  return base.filter((item) => !(isScalar(item) && texts.has(String(item))));
}

/** What an item without key, `- $patch: replace`, says of the whole list. */
function listStrategy(merge: Merge, { patch, place }: ListMerge): 'merge' | 'replace' | 'delete' {
  const index = patch.findIndex(isListDirective);
  const directive = patch[index];
  if (directive === undefined || !isObject(directive)) return 'merge';
  const strategy = readStrategy(merge.attempt, directive, [...place.at, index]);
  if (strategy === 'delete' && patch.length > 1) {
    throw problem(merge.attempt, 'overlay-directive', '$patch: delete of a whole list has further items beside it', {
      at: [...place.at, index],
      help: ['To put other items in the place of all, use `- $patch: replace`.'],
    });
  }
  return strategy;
}

function mergeScalars(merge: Merge, { base = [], patch, place }: ListMerge): readonly Json[] {
  const named = new Map<string, Json>();
  patch.forEach((item, index) => {
    if (isListDirective(item)) return;
    if (!isScalar(item)) {
      throw problem(merge.attempt, 'overlay-type', `${place.to.join('.')} is a list of single values`, {
        at: [...place.at, index],
      });
    }
    if (!named.has(String(item))) named.set(String(item), item);
  });
  const rest = base.filter((item) => !(isScalar(item) && named.has(String(item))));
  const merged = [...named.values(), ...rest];
  if (merged.length !== base.length) writeLeaves(merge.attempt, place, base, merged);
  return merged;
}

/** An item of a patch, and the item of the manifest that it means. */
interface Named {
  readonly item: JsonObject;
  readonly at: number;
  readonly key: ItemKey;
  readonly found: number | undefined;
}

function mergeMaps(merge: Merge, list: ListMerge, keys: readonly string[], mergeMap: MergeMap): readonly Json[] {
  const { base = [], patch, field, place } = list;
  const named: Named[] = [];
  patch.forEach((item, at) => {
    if (isListDirective(item)) return;
    const key = itemKey(merge, item, keys, { ...place, at: [...place.at, at] });
    if (!isObject(item)) return;
    const found = findItem(merge, base, key, keys, { ...place, at: [...place.at, at] });
    const twice = named.find((other) => (found === undefined ? other.key.text === key.text : other.found === found));
    if (twice) {
      throw problem(
        merge.attempt,
        'overlay-merge-key',
        `the merge has two items for ${key.text} in ${place.to.join('.')}`,
        {
          at: [...place.at, at],
        },
      );
    }
    named.push({ item, at, key, found });
  });
  const merged: Json[] = [];
  for (const { item, at, found } of named) {
    const itsPlace: Place = {
      from: found === undefined ? undefined : place.from && [...place.from, found],
      to: [...place.to, merged.length],
      at: [...place.at, at],
    };
    const made = mergeItem(
      merge,
      found === undefined ? undefined : base[found],
      item,
      typeOf(field),
      itsPlace,
      mergeMap,
    );
    if (made !== undefined) merged.push(made);
  }
  const taken = new Set(named.map(({ found }) => found));
  return [...merged, ...base.filter((_, index) => !taken.has(index))];
}

function mergeItem(
  merge: Merge,
  base: Json | undefined,
  item: JsonObject,
  type: Type | undefined,
  place: Place,
  mergeMap: MergeMap,
): JsonObject | undefined {
  if (isObject(base)) {
    const merged = mergeMap(merge, base, item, type, place);
    if (merged === undefined) writeLeaves(merge.attempt, place, base, undefined);
    return merged;
  }
  const added = mergeMap(quietly(merge), {}, item, type, place);
  if (added !== undefined) writeLeaves(merge.attempt, place, undefined, added);
  return added;
}
