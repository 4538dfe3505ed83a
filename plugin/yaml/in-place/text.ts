/**
 * Small helpers over a text with positions: lines, columns and the ends of nodes.
 */
import { isAlias, isMap, isScalar, isSeq } from '../library.ts';

/** One replacement in a text: `start` to `end` (exclusive) becomes `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with a splice applied. */
export function splice(text: string, { start, end, text: replacement }: Splice): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The line end that the text uses: that of its first line, else LF. */
export function lineEndOf(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text.charAt(first - 1) === '\r' ? '\r\n' : '\n';
}

/** Where the line of `offset` starts. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line of `offset` ends, before its line end. */
export function lineStop(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  const end = found < 0 ? text.length : found;
  return end > offset && text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** The 0-based column of an offset. */
export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (text.charAt(start) === '\uFEFF' ? 1 : 0);
}

/** Where a node's text starts; undefined for what is not in the text. */
export function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** Whether a node is a collection in block style. */
export function isBlock(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/** Where the content of a node ends: before the comments and blank lines behind it, but with the kept ends of `|+`. */
export function contentEnd(text: string, node: unknown): number | undefined {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    return contentEnd(text, last?.value) ?? contentEnd(text, last?.key);
  }
  if (isSeq(node) && !node.flow) return contentEnd(text, node.items.at(-1));
  if (!(isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) || !node.range) return undefined;
  const [start, end] = node.range;
  if (!isScalar(node) || !node.type?.startsWith('BLOCK')) return end;
  const isKept = /^[|>][0-9]?\+/u.test(text.slice(start, end));
  return (
    start +
    (isKept ? text.slice(start, end).replace(/\r?\n$/u, '') : text.slice(start, end).replace(/[ \t\r\n]+$/u, '')).length
  );
}
