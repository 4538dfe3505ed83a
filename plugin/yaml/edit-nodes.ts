/**
 * Where things stand in a YAML text that is edited: nodes by path, their ends, columns and lines. Offsets are those of
 * the text as it is, with its own line ends and byte order mark.
 */
import type { Path } from '../resources/pointer.ts';
import { keyText } from './compose.ts';
import { isMap, isScalar, isSeq, type Pair, parseDocuments, type YAMLMap } from './library.ts';

/** Thrown where a construct cannot be edited in place; edit.ts turns it into a Failure. */
export class NotEditable extends Error {}

/** The text is parsed anew after each change. */
export interface Parsed {
  readonly text: string;
  /** The root node of each document that is not empty, in order; as readYaml counts them. */
  readonly roots: readonly { readonly node: unknown; readonly base: number }[];
}

/** Offsets of the lines that begin a document, in a text with any line ends. */
function documentStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/(?<=\n)---(?=[ \t\r\n]|$)/gu), (match) => match.index)];
}

/** Parses each document of a text that readYaml has accepted. */
export function parse(text: string): Parsed {
  const starts = documentStarts(text);
  const roots = starts.flatMap((start, index) => {
    const chunk = text.slice(start, starts[index + 1]);
    const mark = chunk.startsWith('\uFEFF') ? 1 : 0;
    return parseDocuments(chunk.slice(mark)).flatMap(({ contents }) => {
      const empty = contents === null || (isScalar(contents) && contents.value === '');
      return empty ? [] : [{ node: contents, base: start + mark }];
    });
  });
  return { text, roots };
}

/** Start and end of a node's own text (without anchor, tag or comment), in its document. */
export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  if (!Array.isArray(range)) throw new NotEditable('it has no place of its own');
  const offsets: readonly unknown[] = range;
  const [start, end] = offsets;
  if (typeof start !== 'number' || typeof end !== 'number') throw new NotEditable('it has no place of its own');
  return [start, end];
}

/** The pair of a mapping that has this key; merged mappings are not looked into. */
export function pairOf(node: YAMLMap, key: string): Pair | undefined {
  return node.items.findLast((pair) => isScalar(pair.key) && keyText(pair.key) === key);
}

/** The node at `path`, or undefined where there is none. Aliases are not followed: their text is elsewhere. */
export function nodeAt(root: unknown, path: Path): unknown {
  let node = root;
  for (const step of path) {
    if (typeof step === 'number') node = isSeq(node) ? node.items[step] : undefined;
    else node = isMap(node) ? pairOf(node, step)?.value : undefined;
    if (node === undefined) return undefined;
  }
  return node;
}

/** Where the text of a node ends, below it included. */
export function endOf(node: unknown): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last) return Math.max(endOf(last.key), last.value === null ? 0 : endOf(last.value));
  }
  if (isSeq(node) && !node.flow && node.items.length > 0) return endOf(node.items.at(-1));
  return rangeOf(node)[1];
}

/** The offset of the first character of the line that holds `at`. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The offset after the line end at or behind `at`; the length of the text on its last line. */
export function nextLine(text: string, at: number): number {
  if (at > 0 && text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}
