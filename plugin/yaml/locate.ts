/**
 * From a path in a value back to the place in the text, by parsing the document again.
 */
import { resolveAliases } from './aliases.ts';
import type { YamlDocument } from './document.ts';
import { isMergeKey, keyText, locationOf } from './compose.ts';
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocuments } from './library.ts';
import { type Chunk, locationAt, type Position } from './lines.ts';
import type { Path } from '../resources/pointer.ts';
import { ScalarError } from './scalars.ts';

function nameOf(key: unknown, isInFlow: boolean): string | undefined {
  if (!isScalar(key)) return undefined;
  try {
    return keyText(key, isInFlow);
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
    } else if (nameOf(follow(pair.key), node.flow === true) === name) {
      return pair;
    }
  }
  return undefined;
}

/**
 * Makes `locate` of a YamlDocument, whose root begins at `offset` in the file, on `line`.
 */
export function createLocator(chunk: Chunk, offset: number, line: number): YamlDocument['locate'] {
  let parsed: { part: Chunk; root: unknown; follow: Follow } | undefined;

  function parse() {
    // From the start of the line, so that the indent is seen. JSON objects may share a line.
    const start = offset === 0 ? 0 : chunk.text.lastIndexOf('\n', offset - 1) + 1;
    const isFirst = chunk.text.slice(start, offset).trim() === '';
    const part = { ...chunk, start: isFirst ? start : offset, line };
    const [document] = parseDocuments(chunk.text.slice(part.start, chunk.end));
    // The fast reader takes some texts that the library does not: then the document's line must do.
    const root = document?.problems.length === 0 ? document.contents : undefined;
    const targets = resolveAliases(root);
    return { part, root, follow: (node: unknown) => (isAlias(node) ? targets.get(node) : node) };
  }

  function find(path: Path, what: 'key' | 'value'): Position {
    parsed ??= parse();
    const { part, follow } = parsed;
    let node: unknown = parsed.root;
    let place = locationOf(node, part) ?? locationAt(chunk, offset);
    for (const [depth, step] of path.entries()) {
      const inside = follow(node);
      const pair = typeof step === 'string' ? pairOf(inside, step, follow) : undefined;
      const next = pair ? pair.value : isSeq(inside) ? inside.items[Number(step)] : undefined;
      if (pair === undefined && next === undefined) break;
      const wantsKey = pair !== undefined && what === 'key' && depth === path.length - 1;
      // An empty value has no place of its own: its key has.
      place = (wantsKey ? undefined : locationOf(next, part)) ?? locationOf(pair?.key, part) ?? place;
      node = next;
    }
    return place;
  }

  return (path, what = 'value') => {
    let place: Position | undefined;
    const found = () => {
      place ??= find(path, what);
      return place;
    };
    // Locations travel with values that are never in an error: the text is parsed when one is looked at.
    return {
      file: chunk.file,
      get line() {
        return found().line;
      },
      get column() {
        return found().column;
      },
      get endColumn() {
        return found().endColumn;
      },
    };
  };
}
