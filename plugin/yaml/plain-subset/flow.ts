/**
 * Flow collections (`[a, "b"]`, `{ a: 1 }`), which JSON is a part of.
 */
import { type Json, type MutableJsonObject } from '../../resources/json.ts';
import {
  CLOSE_LIST,
  CLOSE_MAP,
  COLON,
  COMMA,
  type Cursor,
  DASH,
  decline,
  DOUBLE,
  HASH,
  LF,
  OPEN_LIST,
  OPEN_MAP,
  QUESTION,
  SINGLE,
  SPACE,
  TAB,
} from './cursor.ts';
import { addEntry, plainKey, plainValue } from './entries.ts';
import { readQuoted } from './quoted.ts';

/** Deeper nesting is left to the library, whose errors are better than a stack overflow. */
const MAX_DEPTH = 200;

/** Past blanks, line ends and comments. */
function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.at(cursor.pos);
    if (code === SPACE || code === TAB) {
      cursor.pos += 1;
    } else if (code === LF) {
      if (cursor.pos >= cursor.end) decline();
      cursor.pos += 1;
      if (cursor.isDocumentMarker(cursor.pos)) decline();
    } else if (code === HASH && cursor.blankAt(cursor.pos - 1)) {
      if (cursor.isStrict) decline();
      cursor.pos = cursor.lineEnd(cursor.pos);
    } else {
      return;
    }
  }
}

/** Characters that begin no plain scalar here. */
const indicators = new Set(',[]{}#&*!|>%@`?:\'"'.split('').map((one) => one.charCodeAt(0)));

/** The text of an unquoted scalar on one line; `cursor.pos` is then behind it. */
function readPlain(cursor: Cursor): string {
  const start = cursor.pos;
  const first = cursor.at(start);
  if (indicators.has(first)) decline();
  if (first === DASH) {
    const next = cursor.at(start + 1);
    if (cursor.blankAt(start + 1) || indicators.has(next)) decline();
  }
  let offset = start;
  for (; ; offset += 1) {
    const code = cursor.at(offset);
    if (code === LF || code === COMMA || code === CLOSE_LIST || code === CLOSE_MAP) break;
    if (code === COLON && cursor.blankAt(offset + 1)) break;
    if (code === HASH && cursor.blankAt(offset - 1)) break;
    if (code === OPEN_LIST || code === OPEN_MAP || code === QUESTION) decline();
  }
  cursor.pos = offset;
  while (offset > start && cursor.blankAt(offset - 1)) offset -= 1;
  return cursor.text.slice(start, offset);
}

function readValue(cursor: Cursor, depth: number): Json {
  const code = cursor.at(cursor.pos);
  if (code === OPEN_LIST || code === OPEN_MAP) return readFlow(cursor, depth);
  if (code === DOUBLE || code === SINGLE) return readQuoted(cursor);
  return plainValue(readPlain(cursor), cursor);
}

function readList(cursor: Cursor, depth: number): Json[] {
  const items: Json[] = [];
  for (;;) {
    skipSpace(cursor);
    if (cursor.at(cursor.pos) === CLOSE_LIST) return items;
    cursor.count();
    items.push(readValue(cursor, depth));
    skipSpace(cursor);
    const code = cursor.at(cursor.pos);
    if (code === COMMA) cursor.pos += 1;
    else if (code !== CLOSE_LIST) decline();
  }
}

function readKey(cursor: Cursor): string {
  const start = cursor.pos;
  const code = cursor.at(start);
  const key = code === DOUBLE || code === SINGLE ? readQuoted(cursor) : plainKey(readPlain(cursor), cursor);
  while (cursor.at(cursor.pos) === SPACE || cursor.at(cursor.pos) === TAB) cursor.pos += 1;
  // libyaml takes a key only when its colon is on the same line. (The line's end may be millions of characters away.)
  if (cursor.at(cursor.pos) !== COLON || cursor.text.slice(start, cursor.pos).includes('\n')) decline();
  cursor.pos += 1;
  return key;
}

function readMap(cursor: Cursor, depth: number): MutableJsonObject {
  const object: MutableJsonObject = {};
  for (;;) {
    skipSpace(cursor);
    if (cursor.at(cursor.pos) === CLOSE_MAP) return object;
    cursor.count();
    const key = readKey(cursor);
    skipSpace(cursor);
    let code = cursor.at(cursor.pos);
    addEntry(object, key, code === COMMA || code === CLOSE_MAP ? null : readValue(cursor, depth));
    skipSpace(cursor);
    code = cursor.at(cursor.pos);
    if (code === COMMA) cursor.pos += 1;
    else if (code !== CLOSE_MAP) decline();
  }
}

/** The collection whose bracket is at `cursor.pos`; the cursor is then behind its closing bracket. */
export function readFlow(cursor: Cursor, depth = 0): Json {
  if (depth > MAX_DEPTH) decline();
  const isList = cursor.at(cursor.pos) === OPEN_LIST;
  cursor.pos += 1;
  const value = isList ? readList(cursor, depth + 1) : readMap(cursor, depth + 1);
  cursor.pos += 1;
  return value;
}
