/**
 * The actions of a Go template, `{{ … }}`, and their words: enough to check functions and variables without Go.
 */

/** A word of an action, with its place from 1. */
export interface Word {
  readonly kind: 'field' | 'variable' | 'identifier' | 'literal' | 'punctuation';
  readonly text: string;
  /** A field that belongs to what stands right before it: `(f x).Author`, `now.Year`. */
  readonly chained: boolean;
  readonly line: number;
  readonly column: number;
}

/** One action; a comment has no words. */
export interface Action {
  readonly line: number;
  readonly column: number;
  readonly words: readonly Word[];
}

/** A place in a template with what is wrong there. */
export interface TemplateProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

const patterns: readonly (readonly [Word['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/uy],
  ['literal', /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[+-]?\d[\w.]*/uy],
  ['variable', /\$[\w]*(?:\.\w+)*/uy],
  ['field', /(?:\.[\p{L}_][\p{L}\p{Nd}_]*)+|\.(?!\w)/uy],
  ['identifier', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['punctuation', /:=|[|(),=]/uy],
];

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** As Go's parser takes fields (text/template/parse, Tree.term): without a space they belong to the word before. */
function isChained(kind: Word['kind'], text: string, at: number, before: readonly Word[]): boolean {
  const last = before.at(-1);
  if (kind !== 'field' || last === undefined || /\s/u.test(text[at - 1] ?? ' ')) return false;
  return last.text === ')' || last.kind === 'identifier';
}

/** The words between the braces of an action. */
function wordsOf(
  text: string,
  start: number,
  end: number,
): { readonly words: Word[]; readonly problem?: TemplateProblem } {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    let length = 0;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text)?.[0];
      if (match === undefined || at + match.length > end) continue;
      length = match.length;
      if (kind !== 'space')
        words.push({ kind, text: match, chained: isChained(kind, text, at, words), ...position(text, at) });
      break;
    }
    if (length === 0) {
      const character = text[at] ?? '';
      const message = /["'`]/u.test(character) ? 'a string is not closed' : `${character} has no meaning here`;
      return { words, problem: { message, ...position(text, at) } };
    }
    at += length;
  }
  return { words };
}

/** Where the action that begins at `start` ends: braces inside strings do not count. -1 when it does not end. */
function endOf(text: string, start: number): number {
  const pattern = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}\}/gu;
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0] === '}}') return match.index;
  }
  return -1;
}

/** The actions of a template, in order, up to the first that cannot be read. */
export function readActions(text: string): { readonly actions: readonly Action[]; readonly problem?: TemplateProblem } {
  const actions: Action[] = [];
  for (let open = text.indexOf('{{'); open >= 0; ) {
    const place = position(text, open);
    // A trim marker is a hyphen with a space behind it.
    const inside = open + (/\s/u.test(text[open + 3] ?? '') && text[open + 2] === '-' ? 3 : 2);
    const comment = /\/\*[\s\S]*?\*\/\s*-?\}\}/uy;
    comment.lastIndex = inside;
    const commented = comment.exec(text);
    if (commented) {
      actions.push({ ...place, words: [] });
      open = text.indexOf('{{', comment.lastIndex);
      continue;
    }
    const close = endOf(text, inside);
    if (close < 0) return { actions, problem: { message: 'the action is not closed with }}', ...place } };
    const end = /\s-$/u.test(text.slice(inside, close)) ? close - 1 : close;
    const { words, problem } = wordsOf(text, inside, end);
    if (problem) return { actions, problem };
    if (words.length === 0) return { actions, problem: { message: 'an action without content', ...place } };
    actions.push({ ...place, words });
    open = text.indexOf('{{', close + 2);
  }
  return { actions };
}
