/**
 * The words of an expression (expr-lang 1.17, parser/lexer): enough to check its syntax and its names without the
 * real parser.
 */

/** A word with its place, from 1. */
export interface Token {
  readonly kind: 'number' | 'string' | 'identifier' | 'operator' | 'bracket';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A place in an expression with what is wrong there. */
export interface SyntaxProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Words that are operators, not names. */
const wordOperators: ReadonlySet<string> = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);

const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/uy],
  ['string', /[bB]?(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')|`(?:[^`]|``)*`/uy],
  [
    'number',
    /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/uy,
  ],
  ['identifier', /[\p{L}_$][\p{L}\p{Nd}_$]*/uy],
  ['operator', /\?\.|\?\?|\.\.|\*\*|&&|\|\||==|!=|<=|>=|::|[?.,;:%+\-^!=*<>|/#]/uy],
  ['bracket', /[()[\]{}]/uy],
];

const unclosed: Readonly<Record<string, string>> = { '"': 'string', "'": 'string', '`': 'string', '/': 'comment' };

/** The tokens of an expression, or where it stops being one. */
export function tokenize(text: string): { readonly tokens: readonly Token[]; readonly problem?: SyntaxProblem } {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  while (at < text.length) {
    let found: readonly [Token['kind'] | 'space', string] | undefined;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) {
        found = [kind, match[0]];
        break;
      }
    }
    const place = { line, column: at - lineStart + 1 };
    if (!found) {
      const character = text[at] ?? '';
      const what = unclosed[character];
      const message = what ? `a ${what} is not closed` : `the character ${character} has no meaning here`;
      return { tokens, problem: { message, ...place } };
    }
    const [kind, word] = found;
    if (kind === 'identifier' && wordOperators.has(word)) tokens.push({ kind: 'operator', text: word, ...place });
    else if (kind !== 'space') tokens.push({ kind, text: word, ...place });
    for (const { index } of word.matchAll(/\n/gu)) {
      line += 1;
      lineStart = at + index + 1;
    }
    at += word.length;
  }
  return { tokens };
}
