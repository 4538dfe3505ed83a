/**
 * Names that an expression uses and nobody defines. The engine compiles them without a word and fails when it
 * evaluates: the condition counts as false for good.
 */
import { expressionFunctions, variables } from '../vocabulary.ts';
import type { Token } from './tokens.ts';

/** A name that is not there. */
export interface UnknownName {
  readonly kind: 'function' | 'variable' | 'member';
  /** For a member with what it is a member of: `time.Sub`. */
  readonly name: string;
  /** What exists in its place. */
  readonly known: readonly string[];
  readonly token: Token;
}

const literals = new Set(['true', 'false', 'nil', '$env']);

/** The kinds of the brackets that are open at each token. */
function nesting(tokens: readonly Token[]): string[] {
  const open: string[] = [];
  return tokens.map(({ kind, text }) => {
    if (kind !== 'bracket') return open.at(-1) ?? '';
    if (/[([{]/u.test(text)) open.push(text);
    else open.pop();
    return open.at(-1) ?? '';
  });
}

/** The unknown names of an expression, in order. */
export function unknownNames(tokens: readonly Token[]): UnknownName[] {
  const inside = nesting(tokens);
  const declared = new Set(tokens.flatMap((token, index) => (tokens[index - 1]?.text === 'let' ? [token.text] : [])));
  return tokens.flatMap((token, index): UnknownName[] => {
    if (token.kind !== 'identifier') return [];
    const [before, after] = [tokens[index - 1]?.text ?? '', tokens[index + 1]?.text ?? ''];
    if (before === '.' || before === '?.') {
      const owner = tokens[index - 2]?.text ?? '';
      const beforeOwner = tokens[index - 3]?.text ?? '';
      const offered =
        Object.hasOwn(variables, owner) && !['.', '?.'].includes(beforeOwner) ? variables[owner] : undefined;
      const known = Object.keys(offered ?? {});
      if (known.length === 0 || declared.has(owner) || known.includes(token.text)) return [];
      return [{ kind: 'member', name: `${owner}.${token.text}`, known, token }];
    }
    const isKey = after === ':' && inside[index] === '{';
    if (before === '#' || before === '::' || isKey || declared.has(token.text) || literals.has(token.text)) return [];
    if (after === '(' || before === '|') {
      if (expressionFunctions.has(token.text)) return [];
      return [{ kind: 'function', name: token.text, known: [...expressionFunctions], token }];
    }
    if (Object.hasOwn(variables, token.text)) return [];
    return [{ kind: 'variable', name: token.text, known: Object.keys(variables), token }];
  });
}
