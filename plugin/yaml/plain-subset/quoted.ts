/**
 * Quoted scalars, as libyaml scans them: line breaks fold whatever the indent, and `''` or escapes inside.
 */
import { isOrdinary } from './unambiguous.ts';
import { BACKSLASH, type Cursor, decline, DOUBLE, LF, SINGLE, SPACE, TAB } from './cursor.ts';

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001B',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  // For JSON only; libyaml refuses it, so nothing is lost.
  '/': '/',
  N: '\u0085',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
};

const codeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const hexadecimal = /^[0-9a-fA-F]+$/u;

/** Reads one escape at `offset` (the backslash); returns its text and the offset after it. */
function readEscape(cursor: Cursor, offset: number): [text: string, next: number] {
  const letter = cursor.text.charAt(offset + 1);
  const simple = escapes[letter];
  if (simple !== undefined) return [simple, offset + 2];
  const length = codeLengths[letter];
  if (length === undefined) return decline();
  const next = offset + 2 + length;
  const digits = cursor.text.slice(offset + 2, next);
  if (digits.length !== length || !hexadecimal.test(digits)) decline();
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) decline();
  // Half surrogates come in pairs in JSON; the caller checks that none is left alone.
  return [code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code), next];
}

const halfSurrogate = /\p{Surrogate}/u;

/** The general case: escapes and folded lines. `cursor.pos` is behind the opening quote, and then behind the closing one. */
function readFolded(cursor: Cursor, quote: number): string {
  let result = '';
  let offset = cursor.pos;
  for (;;) {
    let folds = false;
    let start = offset;
    // Text up to a blank, a line end or the closing quote.
    for (;;) {
      if (offset >= cursor.end) decline();
      const code = cursor.text.charCodeAt(offset);
      if (code === SPACE || code === TAB || code === LF) break;
      if (code === quote) {
        if (quote === DOUBLE || cursor.at(offset + 1) !== SINGLE) break;
        result += cursor.text.slice(start, offset + 1);
        offset += 2;
        start = offset;
      } else if (code === BACKSLASH && quote === DOUBLE) {
        result += cursor.text.slice(start, offset);
        if (cursor.at(offset + 1) === LF) {
          if (cursor.isStrict) decline();
          offset += 2;
          start = offset;
          folds = true;
          break;
        }
        const [text, next] = readEscape(cursor, offset);
        result += text;
        offset = next;
        start = offset;
      } else {
        offset += 1;
      }
    }
    result += cursor.text.slice(start, offset);
    if (!folds && cursor.text.charCodeAt(offset) === quote) break;
    // Blanks and line breaks: one break is a space, more are one less; an escaped break is nothing.
    const isEscaped = folds;
    const blanksFrom = offset;
    let breaks = 0;
    for (; offset < cursor.end; offset += 1) {
      const code = cursor.text.charCodeAt(offset);
      if (code === LF) {
        if (cursor.isStrict) decline();
        breaks += 1;
        if (cursor.isDocumentMarker(offset + 1)) decline();
      } else if (code !== SPACE && code !== TAB) break;
    }
    if (isEscaped) result += '\n'.repeat(breaks);
    else if (breaks === 0) result += cursor.text.slice(blanksFrom, offset);
    else result += breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
  }
  cursor.pos = offset + 1;
  if (quote === DOUBLE && halfSurrogate.test(result)) decline();
  if (cursor.isStrict && !isOrdinary(result)) decline();
  return result;
}

/** The text of a quoted scalar; `cursor.pos` is at its opening quote, and then behind the closing one. */
export function readQuoted(cursor: Cursor): string {
  const quote = cursor.text.charCodeAt(cursor.pos);
  const start = cursor.pos + 1;
  cursor.pos = start;
  // Most have neither escapes nor line breaks.
  for (let offset = start; offset < cursor.end; offset += 1) {
    const code = cursor.text.charCodeAt(offset);
    if (code === quote) {
      if (quote === SINGLE && cursor.at(offset + 1) === SINGLE) break;
      cursor.pos = offset + 1;
      return cursor.text.slice(start, offset);
    }
    if (code === BACKSLASH || code === LF) break;
  }
  return readFolded(cursor, quote);
}
