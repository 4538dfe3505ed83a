/**
 * From what the stages record to the history of each field. A change of a mapping or list is taken apart into its
 * leaves, so that a later change of one of them continues the same history.
 */
import { type Leaf, leavesOf, pathText } from '../fields/leaves.ts';
import type { Change } from '../provenance/change.ts';
import { equals, isArray, isScalar, type Json } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';

/** What one change did to one leaf. */
export interface LeafChange {
  readonly path: string;
  readonly place: Path;
  /** Undefined where the leaf was removed. */
  readonly after: Json | undefined;
}

/** One item of a list of scalars has no history of its own: the change is one of the whole list. */
function asListChange({ body, path, before, after }: Change): { path: Path; before: Json; after: Json } | undefined {
  const index = path.at(-1);
  const parent = path.slice(0, -1);
  const list = valueAt(body, parent);
  if (typeof index !== 'number' || !isArray(list) || !list.every(isScalar)) return undefined;
  if (before === undefined) return { path: parent, before: list.toSpliced(index, 1), after: list };
  if (after !== undefined && !isScalar(after)) return undefined;
  const changed = after === undefined ? list.toSpliced(index, 1) : list.with(index, after);
  return { path: parent, before: list, after: changed };
}

function below(change: Change, value: Json | undefined, path: Path): Map<string, Leaf> {
  if (value === undefined) return new Map();
  return new Map(leavesOf(value, pathText(change.body, path), path).map((leaf) => [leaf.path, leaf]));
}

/** The leaves that a change sets or removes, those of the new value first. */
export function leafChanges(change: Change): LeafChange[] {
  const { path, before, after } = asListChange(change) ?? change;
  const old = below(change, before, path);
  const now = below(change, after, path);
  const set = [...now.values()].filter((leaf) => !equals(old.get(leaf.path)?.value, leaf.value));
  const removed = [...old.values()].filter((leaf) => !now.has(leaf.path));
  return [
    ...set.map((leaf) => ({ path: leaf.path, place: leaf.place, after: leaf.value })),
    ...removed.map((leaf) => ({ path: leaf.path, place: leaf.place, after: undefined })),
  ];
}
