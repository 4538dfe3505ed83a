/**
 * The fields in which two values differ. Mappings are compared key by key, lists of objects by the field that names
 * their items (`containers` by `name`), all other lists by their longest common part, so that one item more at the
 * front is one difference and not one for each item.
 */
import { diffArrays } from 'diff';
import { equals, getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { listKey, type ListKey } from '../fields/list-key.ts';
import { step } from '../fields/step.ts';

/** One difference. */
export interface FieldDiff {
  /** As in `set` overlays: `spec.template.spec.containers.[name=main].image`; keys with dots are in brackets. */
  readonly path: string;
  /** The value before; undefined where the field is new. For `reordered`: the keys of the items in their order. */
  readonly before: Json | undefined;
  /** The value after; undefined where the field is gone. */
  readonly after: Json | undefined;
  /** True when the items of the list are the same and only their order differs. */
  readonly reordered?: boolean;
}

function itemsByKey(items: readonly JsonObject[], key: ListKey): Map<string, JsonObject> {
  return new Map(items.map((item) => [key(item), item]));
}

function keyedLists(
  path: string,
  before: readonly JsonObject[],
  after: readonly JsonObject[],
  key: ListKey,
): FieldDiff[] {
  const old = itemsByKey(before, key);
  const now = itemsByKey(after, key);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const differences = names.flatMap((name) => fieldDiffs(old.get(name), now.get(name), step(path, name)));
  const oldOrder = [...old.keys()].filter((name) => now.has(name));
  const newOrder = [...now.keys()].filter((name) => old.has(name));
  if (equals(oldOrder, newOrder)) return differences;
  return [...differences, { path, before: oldOrder, after: newOrder, reordered: true }];
}

/** Items that stand in both lists, in the same order, are matched; those between are compared one by one. */
function plainLists(path: string, before: readonly Json[], after: readonly Json[]): FieldDiff[] {
  const differences: FieldDiff[] = [];
  let oldIndex = 0;
  let newIndex = 0;
  const parts = diffArrays([...before], [...after], { comparator: equals });
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (!part) continue;
    const next = parts[index + 1];
    if (!part.added && !part.removed) {
      oldIndex += part.value.length;
      newIndex += part.value.length;
      continue;
    }
    const removed = part.removed ? part.value : next?.removed ? next.value : [];
    const added = part.added ? part.value : next?.added ? next.value : [];
    if (removed.length > 0 && added.length > 0) index += 1;
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      // A replaced item is compared inside; one that is only there or only gone is named by its own index.
      const position = at < added.length ? newIndex + at : oldIndex + at;
      differences.push(...fieldDiffs(removed[at], added[at], step(path, String(position))));
    }
    oldIndex += removed.length;
    newIndex += added.length;
  }
  return differences;
}

/** What is different between two values, in the order of the first; nothing when they are equal. */
export function fieldDiffs(before: Json | undefined, after: Json | undefined, path = ''): FieldDiff[] {
  if (equals(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => fieldDiffs(getKey(before, key), getKey(after, key), step(path, key)));
  }
  if (isArray(before) && isArray(after)) {
    const key = listKey(before, after);
    return key ? keyedLists(path, key.before, key.after, key.of) : plainLists(path, before, after);
  }
  return [{ path, before, after }];
}
