/**
 * From a path in a value back to the place in the text, by parsing the document again.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Path } from '../resources/pointer.ts';
import { resolveAliases } from './aliases.ts';
import { isMergeKey, keyText, locationOf } from './compose.ts';
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocuments } from './library.ts';
import type { Chunk } from './lines.ts';
import { ScalarError } from './scalars.ts';

function nameOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  try {
    return keyText(key);
  } catch (error) {
    if (error instanceof ScalarError) return undefined;
    throw error;
  }
}

type Follow = (node: unknown) => unknown;

/** The pair that gives a mapping its value for `name`. */
function pairOf(node: unknown, name: string, follow: Follow): Pair | undefined {
  if (!isMap(node)) return undefined;
  // The last one wins, also among merged mappings.
  for (const pair of node.items.toReversed()) {
    if (isMergeKey(pair.key)) {
      const merged = follow(pair.value);
      for (const one of isSeq(merged) ? merged.items : [merged]) {
        const found = pairOf(follow(one), name, follow);
        if (found) return found;
      }
    } else if (nameOf(follow(pair.key)) === name) {
      return pair;
    }
  }
  return undefined;
}

/** Makes `locate` of a YamlDocument; the text is parsed at the first call. `line` is where the document starts. */
export function createLocator(chunk: Chunk, line: number): (path: Path, what?: 'key' | 'value') => Location {
  let parsed: { root: unknown; follow: Follow } | undefined;

  function parse() {
    const root = parseDocuments(chunk.text.slice(chunk.start, chunk.end)).find(
      ({ contents }) => contents !== null,
    )?.contents;
    const targets = resolveAliases(root);
    return { root, follow: (node: unknown) => (isAlias(node) ? targets.get(node) : node) };
  }

  return (path, what = 'value') => {
    parsed ??= parse();
    const { follow } = parsed;
    let node: unknown = parsed.root;
    let location = locationOf(node, chunk) ?? { file: chunk.file, line };
    for (const [depth, part] of path.entries()) {
      const inside = follow(node);
      const pair = typeof part === 'string' ? pairOf(inside, part, follow) : undefined;
      const next = pair ? pair.value : isSeq(inside) ? inside.items[Number(part)] : undefined;
      if (pair === undefined && next === undefined) break;
      const wantsKey = pair !== undefined && what === 'key' && depth === path.length - 1;
      // An empty value has no place of its own: its key has.
      location = (wantsKey ? undefined : locationOf(next, chunk)) ?? locationOf(pair?.key, chunk) ?? location;
      node = next;
    }
    return location;
  };
}
