/**
 * Globs with the meaning of Go's `path.Match`, which Image Updater uses for tags: `*` is any text without `/`, `?` one
 * such character, `[a-z]` and `[^a-z]` choose, a backslash takes the next character as it is. Braces and `!` mean
 * nothing here, which is why picomatch (plugin/files) does not do.
 *
 * Made into a regular expression of Go's, so that a pattern with many stars costs no more than its length.
 */
import { compileRe2 } from './re2.ts';

/** A literal character, in RE2's syntax. */
function literal(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function bad(pattern: string, problem: string): Error {
  return new SyntaxError(`${problem} in ${JSON.stringify(pattern)}`);
}

/** The expression of the class that begins behind `[`, and where the pattern goes on. */
function readClass(pattern: string, characters: readonly string[], start: number): { source: string; next: number } {
  let at = start;
  const negated = characters[at] === '^';
  if (negated) at += 1;
  const bound = (): string => {
    if (characters[at] === '\\') at += 1;
    else if (characters[at] === '-' || characters[at] === ']') throw bad(pattern, 'a class with an unfinished range');
    const character = characters[at];
    // The class must still be closed.
    if (character === undefined || at + 1 >= characters.length) throw bad(pattern, 'a class that is not closed');
    at += 1;
    return character;
  };
  const ranges: string[] = [];
  for (let count = 0; count === 0 || characters[at] !== ']'; count += 1) {
    const low = bound();
    let high = low;
    if (characters[at] === '-') {
      at += 1;
      high = bound();
    }
    // A range that runs backwards matches nothing, and is no mistake for Go.
    if ((low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0)) ranges.push(`${literal(low)}-${literal(high)}`);
  }
  const any = '[\\x{0}-\\x{10ffff}]';
  if (ranges.length === 0) return { source: negated ? any : `[^${any.slice(1)}`, next: at + 1 };
  return { source: `[${negated ? '^' : ''}${ranges.join('')}]`, next: at + 1 };
}

/**
 * A test of whole texts.
 * @throws SyntaxError where Go says ErrBadPattern
 */
export function compilePathMatch(pattern: string): (text: string) => boolean {
  const characters = Array.from(pattern);
  const parts: string[] = [];
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] ?? '';
    at += 1;
    if (character === '*') parts.push('[^/]*');
    else if (character === '?') parts.push('[^/]');
    else if (character === '[') {
      const { source, next } = readClass(pattern, characters, at);
      parts.push(source);
      at = next;
    } else if (character === '\\') {
      const escaped = characters[at];
      if (escaped === undefined) throw bad(pattern, 'a backslash with nothing behind it');
      parts.push(literal(escaped));
      at += 1;
    } else parts.push(literal(character));
  }
  return compileRe2(parts.join(''));
}
