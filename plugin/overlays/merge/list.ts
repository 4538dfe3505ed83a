/**
 * Lists that are merged item by item: maps by their keys (containers by name), scalars by themselves (finalizers).
 *
 * The order is kustomize's (MergeOptionsListPrepend), see {@link arrange}.
 */
import { isObject, isScalar, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { type Target, problem, writeLeaves } from '../attempt.ts';
import { type Merge, type MergeMap, quietly } from './context.ts';
import { isListDirective, readStrategy } from './directives.ts';
import { findItem, itemKey, ItemIndex, keyOf } from './item-key.ts';
import { inOrder } from './order.ts';
import { type Field, typeOf } from './schema.ts';

/** A merged list and what a patch says of it. */
export interface ListMerge {
  /** Undefined when the manifest has no such list. */
  readonly base: readonly Json[] | undefined;
  readonly patch: readonly Json[];
  readonly field: Field;
  readonly place: Target;
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
    throw problem(merge.attempt, 'overlay-directive', '$patch: delete of a whole list has other items', {
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
  /** Where it stands in the patch. */
  readonly at: Path;
  /** Where it stands in the manifest's list. */
  readonly found: number | undefined;
}

function mergeMaps(merge: Merge, list: ListMerge, keys: readonly string[], mergeMap: MergeMap): readonly Json[] {
  const { base = [], field, place } = list;
  const type = typeOf(field);
  const named = namedItems(merge, list, keys);
  const deleted = new Set(named.filter(({ item, at }) => readStrategy(merge.attempt, item, at) === 'delete'));
  for (const { at, found } of deleted) {
    if (found === undefined) continue;
    const from = place.from && [...place.from, found];
    writeLeaves(merge.attempt, { from, to: [...place.to, found], at: [...at, '$patch'] }, base[found], undefined);
  }
  const merged: Json[] = [];
  for (const entry of arrange(base, named, deleted, isComposite(list, keys))) {
    if (!('item' in entry)) {
      merged.push(entry.kept);
      continue;
    }
    const { item, at, found } = entry;
    const from = found === undefined ? undefined : place.from && [...place.from, found];
    const its: Target = { from, to: [...place.to, merged.length], at };
    const before = found === undefined ? undefined : base[found];
    const made = isObject(before)
      ? mergeMap(merge, before, item, type, its)
      : mergeMap(quietly(merge), {}, item, type, its);
    if (!isObject(before)) writeLeaves(merge.attempt, its, undefined, made);
    if (made !== undefined) merged.push(made);
  }
  return merged;
}

function namedItems(merge: Merge, { base = [], patch, place }: ListMerge, keys: readonly string[]): readonly Named[] {
  const named: Named[] = [];
  const items = new ItemIndex(base, keys);
  const seen = new Set<string | number>();
  patch.forEach((item, index) => {
    if (isListDirective(item)) return;
    const at = [...place.at, index];
    const key = itemKey(merge, item, keys, { ...place, at });
    if (!isObject(item)) return;
    const found = findItem(merge, items, key, keys, { ...place, at });
    if (seen.has(found ?? key.text)) {
      const message = `the merge has two items for ${key.text} in ${place.to.join('.')}`;
      throw problem(merge.attempt, 'overlay-merge-key', message, { at });
    }
    seen.add(key.text);
    if (found !== undefined) seen.add(found);
    named.push({ item, at, found });
  });
  return named;
}

/** Whether more than one key tells the items apart: kustomize leaves out a key that no item of either list has. */
function isComposite({ base = [], patch }: ListMerge, keys: readonly string[]): boolean {
  const all = [...base, ...patch];
  return keys.filter((key) => all.some((item) => keyOf(item, [key]).values[0] !== undefined)).length > 1;
}

/**
 * The items in their new order, without those that are deleted. Items that one key tells apart come as the patch names
 * them, then the rest. With a composite key only new ones come first, and the manifest's keep their order.
 */
function arrange(
  base: readonly Json[],
  named: readonly Named[],
  deleted: ReadonlySet<Named>,
  isComposite: boolean,
): readonly (Named | { readonly kept: Json })[] {
  const byIndex = new Map(named.map((one) => [one.found, one]));
  const first = named.filter((one) => !deleted.has(one) && !(isComposite && one.found !== undefined));
  const rest = base.flatMap((kept, index): (Named | { readonly kept: Json })[] => {
    const one = byIndex.get(index);
    if (one === undefined) return [{ kept }];
    return isComposite && !deleted.has(one) ? [one] : [];
  });
  return [...first, ...rest];
}
