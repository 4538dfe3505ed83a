/**
 * The globs of Argo CD's `directory.include` and `exclude` (github.com/gobwas/glob without separators), as regular
 * expressions of RE2: `*` and `**` are any text, slashes included, `?` is any character, `[abc]`, `[a-z]` and `[!a]` one
 * of a set, `{one,two}` either, nested as well; `\` takes the meaning from the next character.
 */
import { compileRe2 } from './re2.ts';

/** More than people write; what is compiled grows with it. */
const LONGEST = 1024;

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|]/u, '\\$&');
}

/** A character of a set, as RE2. */
function bound(character: string): string {
  return character.replace(/[\\\]^[-]/u, '\\$&');
}

/** The set that begins behind the `[` at `start`, as RE2, and the offset behind its `]`. */
function set(pattern: string, start: number): [expression: string, next: number] {
  const whole = /^(!?)(?:((?:\\[^]|[^\\])-(?:[^]))|((?:\\[^]|[^\]\\])+))\]/u.exec(pattern.slice(start));
  const [text, not = '', range, list] = whole ?? [];
  if (text === undefined) throw new SyntaxError('a `[` needs characters, or two with a hyphen between them, and `]`');
  const characters = range === undefined ? (list ?? '').replaceAll(/\\([^])/gu, '$1') : '';
  const escaped = Array.from(characters, bound).join('');
  if (range === undefined) return [`[${not === '' ? '' : '^'}${escaped}]`, start + text.length];
  const [low, high] = [range.slice(0, -2), range.slice(-1)];
  if (high < low) throw new SyntaxError(`${high} comes before ${low}`);
  return [`[${not === '' ? '' : '^'}${bound(low)}-${bound(high)}]`, start + text.length];
}

/**
 * A test of whole texts.
 * @throws SyntaxError for a pattern that Argo CD does not compile (it then matches nothing, and only logs it)
 */
export function compileArgoCDGlob(pattern: string): (text: string) => boolean {
  if (pattern.length > LONGEST) throw new SyntaxError(`it has more than ${LONGEST} characters`);
  let expression = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; ) {
    const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    at += character.length;
    if (character === '\\') {
      const next = at < pattern.length ? String.fromCodePoint(pattern.codePointAt(at) ?? 0) : '';
      expression += literal(next);
      at += next.length;
    } else if (character === '*') {
      if (!expression.endsWith('[^]*')) expression += '[^]*';
    } else if (character === '?') {
      expression += '[^]';
    } else if (character === '[') {
      const [one, next] = set(pattern, at);
      expression += one;
      at = next;
    } else if (character === '{') {
      depth += 1;
      expression += '(?:';
    } else if (character === ',' && depth > 0) {
      expression += '|';
    } else if (character === '}' && depth > 0) {
      depth -= 1;
      expression += ')';
    } else {
      expression += literal(character);
    }
  }
  if (depth > 0) throw new SyntaxError('a `{` needs a `}`');
  return compileRe2(expression.replaceAll('[^]', '(?s:.)'));
}
