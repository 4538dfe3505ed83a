/**
 * Which node each alias stands for: the anchor of that name last set before it in the text, as libyaml resolves
 * them (later anchors of the same name do not change earlier aliases).
 */
import { type Alias, isAlias, isMap, isScalar, isSeq } from './library.ts';

/** The targets of all aliases below `root`; an alias without an anchor before it is absent. */
export function resolveAliases(root: unknown): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  const visit = (node: unknown): void => {
    if (isAlias(node)) {
      if (anchors.has(node.source)) targets.set(node, anchors.get(node.source));
      return;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) {
      for (const pair of node.items) {
        visit(pair.key);
        visit(pair.value);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) visit(item);
    }
  };
  visit(root);
  return targets;
}
