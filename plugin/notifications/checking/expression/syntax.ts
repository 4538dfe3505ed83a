/**
 * A subset of the syntax check of expressions, for when the real parser is not at hand: words are well formed,
 * brackets match, and values and operators alternate. What it accepts may still be refused by the real parser.
 */
import { type SyntaxProblem, type Token, tokenize } from './tokens.ts';

const binary = new Set(
  ['|', '||', '&&', '==', '!=', '<', '>', '>=', '<=', '..', '+', '-', '*', '/', '%', '**', '^', '??'].concat([
    'or',
    'and',
    'in',
    'matches',
    'contains',
    'startsWith',
    'endsWith',
  ]),
);
const negatable = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith']);
const unary = new Set(['not', '!', '-', '+']);
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

interface State {
  /** What may come: a value, or an operator behind a value. */
  readonly expects: 'value' | 'operator' | 'member' | 'name' | 'declared' | 'equals' | 'body';
  /** Whether the value may be left out: `f()`, `[]`, a trailing semicolon. */
  readonly optional: boolean;
}

const value: State = { expects: 'value', optional: false };
const optionalValue: State = { expects: 'value', optional: true };
const operator: State = { expects: 'operator', optional: false };

/** The first mistake of an expression; undefined when the subset finds none. */
export function checkSyntax(text: string): SyntaxProblem | undefined {
  const { tokens, problem } = tokenize(text);
  const open: Token[] = [];
  let state: State = value;
  for (const [index, token] of tokens.entries()) {
    const next = step(state, token, tokens[index + 1], open);
    if (!next) return { message: `unexpected ${token.text}`, line: token.line, column: token.column };
    state = next;
  }
  if (problem) return problem;
  const left = open.at(-1);
  if (left) return { message: `${left.text} is not closed`, line: left.line, column: left.column };
  if (state.expects === 'operator' || state.optional) return undefined;
  const last = tokens.at(-1);
  return {
    message: tokens.length === 0 ? 'the expression is empty' : 'the expression ends too early',
    line: last?.line ?? 1,
    column: (last?.column ?? 1) + (last?.text.length ?? 0),
  };
}

/** What may come after a token; undefined when it may not stand here. */
function step(state: State, token: Token, next: Token | undefined, open: Token[]): State | undefined {
  const { kind, text } = token;
  if (kind === 'bracket' && !(text in closing)) {
    const opened = open.pop();
    const complete = state.expects === 'operator' || state.optional;
    return opened && closing[opened.text] === text && complete ? operator : undefined;
  }
  switch (state.expects) {
    case 'name':
      return kind === 'identifier' ? operator : undefined;
    case 'declared':
      return kind === 'identifier' ? { expects: 'equals', optional: false } : undefined;
    case 'equals':
      return text === '=' ? value : undefined;
    case 'member':
      if (kind === 'bracket' && text === '[') {
        open.push(token);
        return value;
      }
      // Behind a dot every word is a name.
      return kind === 'identifier' || /^[a-zA-Z]/u.test(text) ? operator : undefined;
    case 'body':
      if (kind !== 'bracket' || text !== '{') return text === 'if' ? value : undefined;
      open.push(token);
      return value;
    case 'value':
      return asValue(token, next, open);
    case 'operator':
  }
  return asOperator(token, next, open);
}

function asValue(token: Token, next: Token | undefined, open: Token[]): State | undefined {
  const { kind, text } = token;
  if (kind === 'number' || kind === 'string' || kind === 'identifier') return operator;
  if (kind === 'bracket') {
    open.push(token);
    return text === '(' ? value : optionalValue;
  }
  if (text === ':' && open.at(-1)?.text === '[') return optionalValue;
  if (text === 'let') return { expects: 'declared', optional: false };
  if (text === '#') return next?.kind === 'identifier' ? { expects: 'name', optional: false } : operator;
  if (text === '.') return { expects: 'member', optional: false };
  return unary.has(text) || text === 'if' ? value : undefined;
}

function asOperator(token: Token, next: Token | undefined, open: Token[]): State | undefined {
  const { kind, text } = token;
  if (kind === 'bracket') {
    open.push(token);
    return text === '(' ? optionalValue : value;
  }
  if (kind !== 'operator') return undefined;
  if (text === '.' || text === '?.') return { expects: 'member', optional: false };
  if (text === ',') return open.length > 0 ? optionalValue : undefined;
  if (text === ';') return optionalValue;
  if (text === 'not') return next && negatable.has(next.text) ? operator : undefined;
  if (text === 'else') return { expects: 'body', optional: false };
  if (text === ':' && open.at(-1)?.text === '[') return optionalValue;
  return binary.has(text) || text === '?' || text === ':' || text === '::' ? value : undefined;
}
