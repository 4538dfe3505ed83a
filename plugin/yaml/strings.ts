/**
 * How a string is written in YAML so that every reader, YAML 1.1 or 1.2, reads the same string back: plain where
 * nothing else can be meant, else quoted, and as a literal block when it has several lines.
 */
import { resolvePlain } from './scalars.ts';

/** Starts like an indicator, ends like a key, or holds what ends a plain scalar. */
const notPlain = /^[-?:,[\]{}#&*!|>'"%@`=<\s]|^\.\.\.|[:\s]$|:\s|\s#|[\n\t]/u;
/** May start with a dash all the same: options such as `-c` and `--port=80`, which read well without quotes. */
const dashed = /^(?:-[^\s,[\]{}-]|--[^\s-])/u;
/** What other YAML 1.1 readers take for a base 60 number or a date. */
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/u;
const dateLike = /^\d{4}-\d{1,2}-\d{1,2}/u;
// Control characters, all line breaks but LF, what YAML's reader refuses. Every render compiles them, and surrogates in an
// expression with the flag `u` would make that take ten times as long.
// oxlint-disable-next-line no-control-regex, require-unicode-regexp -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/;
const escapes =
  // oxlint-disable-next-line no-control-regex, require-unicode-regexp -- see above
  /["\\\n\t\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** Whether a text has what needs an escape: control characters, line breaks that are not LF, half surrogate pairs. */
export function needsEscape(text: string): boolean {
  return controls.test(text) || !text.isWellFormed();
}

/** Half a surrogate pair is no character: Go prints U+FFFD for it. `text` has escapes for everything else. */
function withoutHalves(text: string): string {
  return text.isWellFormed() ? text : text.replaceAll(/\p{Surrogate}/gu, '\\uFFFD');
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function escape(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Any string between double quotes, on one line. */
export function doubleQuoted(text: string): string {
  return `"${withoutHalves(text.replaceAll(escapes, escape))}"`;
}

/** Whether every reader takes the unquoted text for this very string. */
function isPlainSafe(text: string): boolean {
  if (text === '' || (notPlain.test(text) && !(dashed.test(text) && !notPlain.test(text.replace(/^-+/u, '')))))
    return false;
  return typeof resolvePlain(text) === 'string' && !base60.test(text) && !dateLike.test(text);
}

/** Characters of names, images, paths and the like, none of which can mean anything else inside a text. */
const ordinary = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-@+=') {
  ordinary[character.charCodeAt(0)] = 1;
}

/** Whether a text begins with a letter and has ordinary characters only, which needs no closer look. */
function isOrdinary(text: string): boolean {
  const first = text.charCodeAt(0) | 0x20;
  if (!(first >= 0x61 && first <= 0x7a)) return false;
  for (let index = 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // A colon is one when no blank or end follows; a blank is not ordinary.
    if (code === 0x3a ? index + 1 === text.length : code > 127 || ordinary[code] === 0) return false;
  }
  return true;
}

/** A string on one line: plain, in single quotes, or in double quotes (for what looks like another type, or has escapes). */
export function inlineString(text: string): string {
  if (isOrdinary(text)) return typeof resolvePlain(text) === 'string' ? text : doubleQuoted(text);
  if (needsEscape(text) || text.includes('\n')) return doubleQuoted(text);
  if (isPlainSafe(text)) return text;
  if (text === '' || typeof resolvePlain(text) !== 'string' || !/["\\]/u.test(text)) return doubleQuoted(text);
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A string of several lines as a literal block whose lines are indented by `indent` spaces, without a final line
 * end; undefined where a block cannot hold it exactly. `step` is the part of the indent that belongs to the block.
 */
export function literalBlock(text: string, indent: number, step: number): string | undefined {
  if (!text.includes('\n') || needsEscape(text) || !/[^\s]/u.test(text)) return undefined;
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  // Without an indicator the first line with text tells the indent.
  const indicator = /^[ \t\n]/u.test(text) ? String(step) : '';
  const pad = ' '.repeat(indent);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${indicator}${chomping}\n${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}`;
}
