/**
 * From offsets in a text to lines and columns, and back to slices. Lines end with LF; CR belongs to the line end.
 */
import type { Location } from '../diagnostics/diagnostic.ts';

/** A part of a file's text: one document with the line it starts on. */
export interface Chunk {
  readonly file: string;
  /** The text of the whole file. */
  readonly text: string;
  /** Offsets of this part in `text`; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The 1-based line of `start`. */
  readonly line: number;
}

/** How many line ends lie between two offsets. */
export function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** A location that is complete. */
export type Position = Required<Location>;

/** The location of an offset in `chunk.text` (not before `chunk.start`); `end` marks text up to there on the same line. */
export function locationAt(chunk: Chunk, offset: number, end = offset + 1): Position {
  const line = chunk.line + countLines(chunk.text, chunk.start, offset);
  const lineStart = offset === 0 ? 0 : chunk.text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = chunk.text.indexOf('\n', offset);
  const stop = Math.max(offset + 1, Math.min(end, lineEnd < 0 ? chunk.text.length : lineEnd));
  return { file: chunk.file, line, column: offset - lineStart + 1, endColumn: stop - lineStart + 1 };
}
