/**
 * A value as a flat list of its fields: what `explain` follows from stage to stage. Items of lists are named by what
 * tells them apart, so that a field keeps its path when an item is put before it.
 */
import { getKey, isArray, isObject, isScalar, type Json } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { listKey } from './list-key.ts';
import { step } from './step.ts';

/** A field that is not taken apart further: a scalar, a list of scalars, or an empty list or mapping. */
export interface Leaf {
  /** As in `set` overlays: `spec.template.spec.containers.[name=main].image`. */
  readonly path: string;
  /** The same with indexes, for looking it up in the value. */
  readonly place: Path;
  readonly value: Json;
}

/** True for what a Leaf holds. */
function isLeaf(value: Json): boolean {
  if (isArray(value)) return value.every(isScalar);
  return !isObject(value) || Object.keys(value).length === 0;
}

/** The names of a list's items: by key where they have one, else by index. */
function itemName(items: readonly Json[], index: number): string {
  const key = listKey(items, items);
  const item = key?.before[index];
  return key && item ? key.of(item) : String(index);
}

/** All leaves of a value, in its order. */
export function leavesOf(value: Json, path = '', place: Path = []): Leaf[] {
  if (isLeaf(value)) return [{ path, place, value }];
  if (isArray(value)) {
    const key = listKey(value, value);
    return value.flatMap((item, index) => {
      const named = key?.before[index];
      return leavesOf(item, step(path, key && named ? key.of(named) : String(index)), [...place, index]);
    });
  }
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const child = getKey(value, name);
    return child === undefined ? [] : leavesOf(child, step(path, name), [...place, name]);
  });
}

/** The text of a path with indexes, read in `body`, where its items are. */
export function pathText(body: Json, place: Path): string {
  let text = '';
  let current: Json | undefined = body;
  for (const part of place) {
    const items = current;
    text = step(text, isArray(items) && typeof part === 'number' ? itemName(items, part) : String(part));
    current = valueAt(current, [part]);
  }
  return text;
}
