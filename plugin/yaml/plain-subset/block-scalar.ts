/**
 * Literal (`|`) and folded (`>`) block scalars; follows yaml_parser_scan_block_scalar of libyaml.
 */
import { type Cursor, DASH, decline, HASH, LF, PIPE, PLUS, SPACE, TAB } from './cursor.ts';

type Chomping = 'strip' | 'clip' | 'keep';

/** Reads `|2-` and the rest of its line; the cursor is then at the start of the next line. */
function readHeader(cursor: Cursor): { chomping: Chomping; increment: number } {
  let offset = cursor.pos + 1;
  let chomping: Chomping = 'clip';
  let increment = 0;
  for (let count = 0; count < 2; count += 1) {
    const code = cursor.at(offset);
    if ((code === DASH || code === PLUS) && chomping === 'clip') {
      chomping = code === DASH ? 'strip' : 'keep';
    } else if (code > 0x30 && code <= 0x39 && increment === 0) {
      increment = code - 0x30;
    } else {
      break;
    }
    offset += 1;
  }
  const blanksFrom = offset;
  while (cursor.at(offset) === SPACE || cursor.at(offset) === TAB) offset += 1;
  if (cursor.at(offset) === HASH && offset > blanksFrom) offset = cursor.lineEnd(offset);
  if (cursor.at(offset) !== LF) decline();
  cursor.pos = Math.min(offset + 1, cursor.end);
  return { chomping, increment };
}

/**
 * The text of a block scalar whose `|` or `>` is at `cursor.pos`, inside a collection at column `parent` (-1 for
 * the document itself). The cursor is then at the next content.
 */
export function readBlockScalar(cursor: Cursor, parent: number): string {
  const isLiteral = cursor.at(cursor.pos) === PIPE;
  const { chomping, increment } = readHeader(cursor);
  if (cursor.isStrict && (!isLiteral || chomping === 'keep' || increment > 0)) decline();
  const { text, end } = cursor;
  let indent = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  let offset = cursor.pos;
  let lineStart = offset;
  let breaks = 0;

  /** Past blank lines; `offset` is then at the first other character, but not beyond the indent. */
  function skipBreaks(): void {
    const limit = indent === 0 ? Number.POSITIVE_INFINITY : indent;
    let deepest = 0;
    for (;;) {
      lineStart = offset;
      while (offset - lineStart < limit && cursor.at(offset) === SPACE) offset += 1;
      const column = offset - lineStart;
      if (column > deepest) deepest = column;
      const code = cursor.at(offset);
      if (code === TAB && column < limit) decline();
      if (code !== LF || offset >= end) break;
      breaks += 1;
      offset += 1;
    }
    // The first line with text tells the indent.
    if (indent === 0) indent = Math.max(deepest, parent + 1, 1);
  }

  skipBreaks();
  let result = '';
  let hasBreak = false;
  let wasBlank = false;
  while (offset - lineStart === indent && offset < end) {
    const code = text.charCodeAt(offset);
    const isBlank = code === SPACE || code === TAB;
    if (hasBreak) {
      if (isLiteral || wasBlank || isBlank) result += '\n';
      else if (breaks === 0) result += ' ';
    }
    if (breaks > 0) result += '\n'.repeat(breaks);
    breaks = 0;
    wasBlank = isBlank;
    const lineEnd = cursor.lineEnd(offset);
    result += text.slice(offset, lineEnd);
    hasBreak = lineEnd < end;
    offset = Math.min(lineEnd + 1, end);
    skipBreaks();
  }
  if (chomping !== 'strip' && hasBreak) result += '\n';
  if (chomping === 'keep') result += '\n'.repeat(breaks);
  if (cursor.isStrict && /^[\n ]|[\t ]\n|^$/u.test(result)) decline();
  cursor.pos = lineStart;
  cursor.toContent();
  return result;
}
