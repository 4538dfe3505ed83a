/**
 * The fast reader: one document of ordinary YAML, or a run of JSON objects, straight into values.
 */
import type { Json, MutableJsonObject } from '../../resources/json.ts';
import { readBlockScalar } from './block-scalar.ts';
import {
  COLON,
  Cursor,
  DASH,
  decline,
  declined,
  DOUBLE,
  GREATER,
  HASH,
  LF,
  OPEN_LIST,
  OPEN_MAP,
  PIPE,
  SINGLE,
  SPACE,
  TAB,
} from './cursor.ts';
import { addEntry, plainKey, plainValue } from './entries.ts';
import { readFlow } from './flow.ts';
import { readQuoted } from './quoted.ts';

/** libyaml takes a key without `? ` only up to this length. */
const LONGEST_SIMPLE_KEY = 1000;
const MAX_DEPTH = 200;

/** Characters that begin no unquoted scalar, or one that is better left to the library. */
const indicators = new Uint8Array(128);
for (const character of '?:,[]{}#&*!|>\'"%@`') indicators[character.charCodeAt(0)] = 1;

/** A value and the offset where its text begins. */
interface PlainValue {
  readonly value: Json;
  readonly offset: number;
}

/** What could be read. */
export interface PlainSubset {
  readonly found: readonly PlainValue[];
  /** Where the part begins that is outside the subset, if there is one. */
  readonly rest?: number;
}

class Reader {
  readonly #cursor: Cursor;
  #depth = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The node at the cursor, which is the first content of its line; `parent` is the column of the collection around it. */
  node(parent: number): Json {
    const cursor = this.#cursor;
    if (this.#isDash()) return this.#list(cursor.column, false);
    return this.#entry(cursor.column, parent);
  }

  #isDash(): boolean {
    const cursor = this.#cursor;
    return cursor.at(cursor.pos) === DASH && cursor.blankAt(cursor.pos + 1);
  }

  /** A mapping whose first key is here in `column`, or a scalar or flow collection. */
  #entry(column: number, parent: number): Json {
    const cursor = this.#cursor;
    const code = cursor.at(cursor.pos);
    if (code === OPEN_LIST || code === OPEN_MAP) return this.#flow();
    if (code === PIPE || code === GREATER) return readBlockScalar(cursor, parent);
    const start = cursor.pos;
    if (code === DOUBLE || code === SINGLE) {
      const text = readQuoted(cursor);
      const next = this.#keyEnd();
      if (next === undefined) {
        cursor.endLine();
        return text;
      }
      // A key stands on one line.
      if (cursor.lineEnd(start) < cursor.pos || cursor.pos - start > LONGEST_SIMPLE_KEY) decline();
      cursor.pos = next;
      return this.#mapping(column, text);
    }
    const stop = this.#plainEnd();
    if (cursor.at(stop) !== COLON) return this.#plain(stop, parent);
    return this.#mapping(column, this.#plainKey(stop));
  }

  /** Behind the colon after a quoted key; undefined when the quoted text is no key. */
  #keyEnd(): number | undefined {
    const cursor = this.#cursor;
    let offset = cursor.pos;
    while (cursor.at(offset) === SPACE || cursor.at(offset) === TAB) offset += 1;
    return cursor.at(offset) === COLON && cursor.blankAt(offset + 1) ? offset + 1 : undefined;
  }

  /** Where the unquoted text at the cursor ends on this line: at `: `, at a comment, or at the line end. */
  #plainEnd(): number {
    const cursor = this.#cursor;
    const { text, end } = cursor;
    let offset = cursor.pos;
    const first = cursor.at(offset);
    if ((first < 128 && indicators[first] === 1) || (first === DASH && cursor.blankAt(offset + 1))) decline();
    for (; offset < end; offset += 1) {
      const code = text.charCodeAt(offset);
      if (code > COLON) continue;
      if (code === LF) break;
      if (code === COLON && cursor.blankAt(offset + 1)) break;
      if (code === HASH && cursor.blankAt(offset - 1)) break;
    }
    return offset;
  }

  #trimmed(start: number, stop: number): string {
    const { text } = this.#cursor;
    let end = stop;
    while (end > start && (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === TAB)) end -= 1;
    return text.slice(start, end);
  }

  #plainKey(stop: number): string {
    const cursor = this.#cursor;
    const start = cursor.pos;
    if (stop - start > LONGEST_SIMPLE_KEY) decline();
    cursor.pos = stop + 1;
    return plainKey(this.#trimmed(start, stop), cursor);
  }

  /** An unquoted scalar whose first line ends at `stop`, with the lines that continue it below. */
  #plain(stop: number, parent: number): Json {
    const cursor = this.#cursor;
    let text = this.#trimmed(cursor.pos, stop);
    let lineEnd = stop;
    for (;;) {
      const isComment = cursor.at(lineEnd) === HASH;
      cursor.pos = Math.min(cursor.lineEnd(lineEnd) + 1, cursor.end);
      const next = cursor.pos;
      cursor.toContent();
      if (cursor.column <= parent) return plainValue(text, cursor);
      // Deeper: the text goes on. After a comment, or a colon, that is an error.
      const between = cursor.text.slice(next, cursor.pos);
      if (isComment || parent < 0 || between.includes('#') || cursor.isStrict) decline();
      const start = cursor.pos;
      // Inside, a line may start with any character.
      lineEnd = this.#continuationEnd();
      if (cursor.at(lineEnd) === COLON) decline();
      const breaks = between.split('\n').length;
      text += breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
      text += this.#trimmed(start, lineEnd);
    }
  }

  #continuationEnd(): number {
    const cursor = this.#cursor;
    const first = cursor.at(cursor.pos);
    if (first === COLON || first === HASH) decline();
    let offset = cursor.pos;
    for (; cursor.at(offset) !== LF; offset += 1) {
      const code = cursor.at(offset);
      if (code === COLON && cursor.blankAt(offset + 1)) break;
      if (code === HASH && cursor.blankAt(offset - 1)) break;
    }
    return offset;
  }

  #flow(): Json {
    const value = readFlow(this.#cursor);
    this.#cursor.endLine();
    return value;
  }

  /** A mapping in `column` whose first key was just read, colon included. */
  #mapping(column: number, firstKey: string): Json {
    const cursor = this.#cursor;
    const object: MutableJsonObject = {};
    let key = firstKey;
    this.#descend();
    for (;;) {
      cursor.count();
      addEntry(object, key, this.#value(column));
      if (cursor.column !== column) break;
      key = this.#key();
    }
    if (cursor.column > column) decline();
    this.#depth -= 1;
    return object;
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) decline();
  }

  #key(): string {
    const cursor = this.#cursor;
    const code = cursor.at(cursor.pos);
    if (code === DOUBLE || code === SINGLE) {
      const start = cursor.pos;
      const text = readQuoted(cursor);
      if (cursor.lineEnd(start) < cursor.pos || cursor.pos - start > LONGEST_SIMPLE_KEY) decline();
      cursor.pos = this.#keyEnd() ?? decline();
      return text;
    }
    const stop = this.#plainEnd();
    if (cursor.at(stop) !== COLON) decline();
    return this.#plainKey(stop);
  }

  /** The value behind `key:`, on the same line or below. */
  #value(column: number): Json {
    const cursor = this.#cursor;
    let offset = cursor.pos;
    while (cursor.at(offset) === SPACE || cursor.at(offset) === TAB) offset += 1;
    const code = cursor.at(offset);
    if (code === LF || code === HASH) {
      cursor.endLine();
      if (cursor.column > column) return this.node(column);
      // A list may stand in the column of its key.
      return cursor.column === column && this.#isDash() ? this.#list(column, true) : null;
    }
    cursor.pos = offset;
    if (code === PIPE || code === GREATER) return readBlockScalar(cursor, column);
    if (code === OPEN_LIST || code === OPEN_MAP) return this.#flow();
    if (code === DOUBLE || code === SINGLE) {
      const text = readQuoted(cursor);
      cursor.endLine();
      return text;
    }
    const stop = this.#plainEnd();
    if (cursor.at(stop) === COLON) decline();
    return this.#plain(stop, column);
  }

  /** A list whose dashes stand in `column`; `isUnderKey`: in the column of its own key. */
  #list(column: number, isUnderKey: boolean): Json {
    const cursor = this.#cursor;
    const items: Json[] = [];
    this.#descend();
    do {
      cursor.count();
      items.push(this.#item(column));
    } while (cursor.column === column && this.#isDash());
    if (cursor.column > column || (cursor.column === column && !isUnderKey)) decline();
    this.#depth -= 1;
    return items;
  }

  #item(column: number): Json {
    const cursor = this.#cursor;
    const dash = cursor.pos;
    let offset = dash + 1;
    while (cursor.at(offset) === SPACE) offset += 1;
    const code = cursor.at(offset);
    if (code === TAB) decline();
    if (code === LF || code === HASH) {
      cursor.pos = dash + 1;
      cursor.endLine();
      return cursor.column > column ? this.node(column) : null;
    }
    cursor.pos = offset;
    const inner = column + offset - dash;
    if (this.#isDash()) return this.#list(inner, false);
    return this.#entry(inner, column);
  }
}

/** A run of JSON objects, one after the other. Objects before one that is declined stay read. */
function readObjects(cursor: Cursor): PlainSubset {
  const found: PlainValue[] = [];
  while (cursor.column >= 0) {
    const offset = cursor.pos;
    try {
      if (cursor.at(offset) !== OPEN_MAP) decline();
      found.push({ value: readFlow(cursor), offset });
    } catch (error) {
      if (error === declined && found.length > 0) return { found, rest: offset };
      throw error;
    }
    while (cursor.at(cursor.pos) === SPACE || cursor.at(cursor.pos) === TAB) cursor.pos += 1;
    if (cursor.at(cursor.pos) !== OPEN_MAP) cursor.endLine();
  }
  return { found };
}

/**
 * The values of one document (text from `start` to `end`, LF line ends, no forbidden characters): one, or several
 * for concatenated JSON objects, or none when it is empty. With `isStrict`, what tools read in different ways is outside
 * the subset (unambiguous.ts).
 * @throws TooManyNodes when they have more than `nodes` entries
 */
export function readPlainSubset(
  text: string,
  start: number,
  end: number,
  nodes = Number.POSITIVE_INFINITY,
  isStrict = false,
): PlainSubset {
  const cursor = new Cursor(text, start, end, nodes, isStrict);
  try {
    if (text.startsWith('---', start)) {
      // Nothing but a comment stands behind it, also without a blank: splitDocuments has seen to that.
      cursor.pos = Math.min(cursor.lineEnd(start) + 1, end);
      cursor.toContent();
    } else {
      cursor.toContent();
    }
    if (cursor.column < 0) return { found: [] };
    if (cursor.at(cursor.pos) === OPEN_MAP) return readObjects(cursor);
    const offset = cursor.pos;
    const value = new Reader(cursor).node(-1);
    if (cursor.column >= 0) decline();
    return { found: [{ value, offset }] };
  } catch (error) {
    if (error === declined) return { found: [], rest: start };
    throw error;
  }
}
