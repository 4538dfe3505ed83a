/**
 * `$setElementOrder/<list>`: the order that kubectl writes into its patches. As k8s.io/apimachinery's strategicpatch
 * does it (normalizeElementOrder): the named items stand in the given order, the manifest's other items keep theirs
 * and go between them where the manifest had them. kustomize does not know the directive and prints it.
 */
import { isScalar, type Json } from '../../resources/json.ts';
import { problem } from '../attempt.ts';
import { itemKey, keyOf } from './item-key.ts';
import type { ListMerge } from './list.ts';
import type { Merge } from './context.ts';

/** The merged items in the order that the patch asks for. Failure `overlay-directive` when it leaves out an item of the patch. */
export function inOrder(merge: Merge, list: ListMerge, merged: readonly Json[]): readonly Json[] {
  const { order: asked = [], place, field } = list;
  const parent = place.at.slice(0, -1);
  const at = [...parent, `$setElementOrder/${String(place.at.at(-1))}`];
  const keys = field.keys ?? [];
  const text = (item: Json): string | undefined => {
    if (isScalar(item)) return keys.length === 0 ? String(item) : undefined;
    return keys.length > 0 ? keyOf(item, keys).text : undefined;
  };
  const wanted = asked.map((item, index) => {
    if (keys.length > 0) itemKey(merge, item, keys, { ...place, at: [...at, index] });
    return text(item);
  });
  const original = firstIndexes((list.base ?? []).map(text));
  const order = firstIndexes(wanted);
  const named = merged
    .filter((item) => order.has(text(item)))
    .sort((a, b) => (order.get(text(a)) ?? 0) - (order.get(text(b)) ?? 0));
  const rest = merged.filter((item) => !order.has(text(item)));
  const added = rest.find((item) => !original.has(text(item)));
  if (added !== undefined) {
    throw problem(merge.attempt, 'overlay-directive', '$setElementOrder does not have every item of the merge', { at });
  }
  return interleave(rest, named, (item) => original.get(text(item)) ?? -1);
}

/** Where each text stands first. */
function firstIndexes(texts: readonly (string | undefined)[]): ReadonlyMap<string | undefined, number> {
  const indexes = new Map<string | undefined, number>();
  for (const [index, one] of texts.entries()) if (!indexes.has(one)) indexes.set(one, index);
  return indexes;
}

/** Puts each item of `left` before the first item of `right` that came after it in the manifest. */
function interleave(left: readonly Json[], right: readonly Json[], index: (item: Json) => number): Json[] {
  const made: Json[] = [];
  let taken = 0;
  for (const item of right) {
    for (
      let next = left[taken];
      next !== undefined && index(item) >= 0 && index(next) < index(item);
      next = left[taken]
    ) {
      made.push(next);
      taken += 1;
    }
    made.push(item);
  }
  return [...made, ...left.slice(taken)];
}
