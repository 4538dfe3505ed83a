/**
 * Says where the value that an edit is about is shared by an anchor and its aliases: nobody who changes one place means
 * to change the others.
 */
import type { Path } from '../../resources/pointer.ts';
import { resolveAliases } from '../aliases.ts';
import { isAlias, isMap, isScalar, isSeq } from '../library.ts';
import { countLines } from '../lines.ts';
import { findNode } from './nodes.ts';

/** The 1-based line of a node. */
function lineOf(text: string, node: unknown): number {
  const known = isAlias(node) || isMap(node) || isScalar(node) || isSeq(node);
  return countLines(text, 0, (known ? node.range?.[0] : undefined) ?? 0) + 1;
}

/** The nodes on the way to `path`, the first behind the root. */
function nodesOn(root: unknown, path: Path): unknown[] {
  return path
    .map((_part, index) => findNode(root, path.slice(0, index + 1)))
    .flatMap(({ node, rest }) => (rest.length === 0 ? [node] : []));
}

/**
 * Sentences that name the anchor of the value at `path`, or of a part of it or around it, and every line that shares it.
 * Empty when nothing does.
 */
export function sharedBy(text: string, root: unknown, path: Path): string[] {
  const targets = resolveAliases(root);
  const on = nodesOn(root, path);
  return on.flatMap((node) => {
    const anchored = isAlias(node) ? targets.get(node) : node;
    if (!(isMap(anchored) || isScalar(anchored) || isSeq(anchored)) || anchored.anchor === undefined) return [];
    const aliases = [...targets].flatMap(([alias, target]) => (target === anchored ? [lineOf(text, alias)] : []));
    if (aliases.length === 0) return [];
    const lines = [...new Set(aliases)].toSorted((a, b) => a - b).join(', ');
    return [
      `Line ${lineOf(text, anchored)} and the aliases *${anchored.anchor} (line ${lines}) share the value: a change in one place would change all.`,
    ];
  });
}
