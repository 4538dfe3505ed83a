/**
 * Finding the node of a path in a parsed document, with what an edit must know of its surroundings.
 */
import type { Path } from '../../resources/pointer.ts';
import { isMergeKey, keyText } from '../compose.ts';
import { isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from '../library.ts';
import { ScalarError } from '../scalars.ts';

/** Where a path leads. `rest` are the steps that do not exist. */
export interface NodeMatch {
  readonly node: unknown;
  /** The collections from the root to the node, and the entry of each that leads on. */
  readonly parents: readonly Parent[];
  readonly rest: Path;
}

/** One step of the way. */
export type Parent =
  | { readonly kind: 'map'; readonly map: YAMLMap; readonly pair: Pair; readonly index: number }
  | { readonly kind: 'list'; readonly list: YAMLSeq; readonly index: number };

function nameOf(key: unknown): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  try {
    return keyText(key, false);
  } catch (error) {
    if (error instanceof ScalarError) return undefined;
    throw error;
  }
}

function step(node: unknown, part: string | number): Parent | undefined {
  if (isMap(node)) {
    const index = node.items.findLastIndex((pair) => nameOf(pair.key) === String(part));
    const pair = node.items[index];
    return pair && { kind: 'map', map: node, pair, index };
  }
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
    return { kind: 'list', list: node, index: part };
  }
  return undefined;
}

/** Follows `path` from `root` as far as it goes; never through an alias or a merge. */
export function findNode(root: unknown, path: Path): NodeMatch {
  const parents: Parent[] = [];
  let node = root;
  for (const [depth, part] of path.entries()) {
    const next = step(node, part);
    if (!next) return { node, parents, rest: path.slice(depth) };
    parents.push(next);
    node = next.kind === 'map' ? next.pair.value : next.list.items[next.index];
  }
  return { node, parents, rest: [] };
}

/** Whether lists below keys are indented in this document: as its first such list is; no where there is none. */
export function indentsLists(root: unknown, columnOf: (node: unknown) => number): boolean {
  const look = (node: unknown): boolean | undefined => {
    if (isMap(node) && !node.flow) {
      for (const { key, value } of node.items) {
        if (isSeq(value) && !value.flow && value.items.length > 0) return columnOf(value) > columnOf(key);
        const below = look(value);
        if (below !== undefined) return below;
      }
    }
    if (isSeq(node)) return node.items.map(look).find((found) => found !== undefined);
    return undefined;
  };
  return look(root) ?? false;
}
