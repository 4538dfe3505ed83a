/**
 * The text of a block scalar (`|`, `>`) in a document that the library reads. The library drops lines of blanks at its
 * end that are deeper than the text, which libyaml keeps; so the reader of the plain subset, which follows libyaml, reads
 * every block.
 */
import type { Scalar } from './library.ts';
import type { Chunk } from './lines.ts';
import { readBlockScalar } from './plain-subset/block-scalar.ts';
import { Cursor, declined } from './plain-subset/cursor.ts';

/** The column of the collection around a block, as far as a number in its header needs it. */
function parentColumn(header: string, body: string, value: string): number {
  const increment = Number(/[1-9]/u.exec(header)?.[0] ?? 0);
  if (increment === 0) return -1;
  // The first line with text has the indent in the file, and what is deeper in the value.
  const written = /^[^\S\n]*(?=\S)/mu.exec(body)?.[0].length ?? 0;
  const kept = /^[^\S\n]*(?=\S)/mu.exec(value)?.[0].length ?? 0;
  return written - kept - increment;
}

/** The text of a block scalar as libyaml reads it; `value` is the library's, which stands where there is none. */
export function blockText(node: Scalar, chunk: Chunk, value: string): string {
  const start = chunk.start + (node.range?.[0] ?? 0);
  const [header = ''] = /^[|>][^\n]*/u.exec(chunk.text.slice(start, start + 200)) ?? [];
  if (header === '') return value;
  // The library's range ends before lines of blanks.
  const rest = /(?: *\n)*/uy;
  rest.lastIndex = chunk.start + (node.range?.[1] ?? 0);
  rest.exec(chunk.text);
  const end = Math.min(rest.lastIndex, chunk.end);
  const body = chunk.text.slice(start + header.length, end);
  const cursor = new Cursor(chunk.text, start, end);
  try {
    return readBlockScalar(cursor, parentColumn(header, body, value));
  } catch (error) {
    if (error === declined) return value;
    throw error;
  }
}
