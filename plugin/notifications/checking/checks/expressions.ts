/**
 * Expressions of triggers: names that do not exist, fields that may be missing, results that are no truth value.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { type Token, tokenize } from '../expression/tokens.ts';
import { unknownNames } from '../expression/names.ts';
import { guardsOf, unsafeReads } from '../expression/optional.ts';
import { silent, trap } from '../findings.ts';
import type { NestedText } from '../nested.ts';
import type { Check } from './check.ts';

const locate = ({ locate: at }: NestedText, { line, column, text }: Token) => at(line, column, column + text.length);

function names(expression: NestedText, tokens: readonly Token[], what: string): Diagnostic[] {
  return unknownNames(tokens).map(({ kind, name, known, token }) => {
    const words = { function: 'Functions', variable: 'Variables', member: `Members of ${name.split('.')[0]}` };
    const message = `${what} uses the ${kind} ${name}, which does not exist: it never holds`;
    return silent(message, locate(expression, token), ...notFoundHelp(words[kind], token.text, known));
  });
}

function reads(
  expression: NestedText,
  tokens: readonly Token[],
  what: string,
  guards: readonly string[],
): Diagnostic[] {
  return unsafeReads(tokens, guards).map(({ missing, better, token }) => {
    const message = `${what} fails where ${missing.map(([path]) => path).join(' or ')} is missing`;
    const reasons = missing.map(([path, when]) => `${path}: ${when}.`);
    const help = `Write ${better}. An expression that fails counts as false, and each time the controller logs an error.`;
    return trap(message, locate(expression, token), ...reasons, help);
  });
}

const truth = new Set(
  [
    '==',
    '!=',
    '<',
    '>',
    '<=',
    '>=',
    '&&',
    '||',
    '!',
    'and',
    'or',
    'not',
    'in',
    'matches',
    'contains',
    'startsWith',
    'endsWith',
  ].concat(['true', 'false', '(', '?', 'if', '=']),
);

/** An expression without any word that makes a truth value: a path, a text, a number. */
function noTruth(expression: NestedText, tokens: readonly Token[], what: string): Diagnostic[] {
  const [first] = tokens;
  if (!first || tokens.some(({ kind, text }) => kind !== 'string' && truth.has(text))) return [];
  const help = 'Compare it with something: … == true, … != nil.';
  return [silent(`${what} is no truth value: it never holds`, locate(expression, first), help)];
}

/** Succeeded and Healthy come together while the old pods still run: the compare comes after both. */
function tooEarly(expression: NestedText, tokens: readonly Token[], what: string): Diagnostic[] {
  const [first] = tokens;
  const said = (text: string): boolean =>
    tokens.some(({ kind, text: word }) => kind === 'string' && word.slice(1, -1) === text);
  if (!first || !said('Succeeded') || !said('Healthy') || /\bsync\s*\??\.\s*status\b/u.test(expression.text)) return [];
  const help =
    "Ask for app.status?.sync?.status == 'Synced' too: right after an operation the health is still the old one.";
  return [trap(`${what} holds for a moment while the old pods run`, locate(expression, first), help)];
}

export const check: Check = ({ triggers }) =>
  triggers.flatMap(({ setting, conditions }) =>
    conditions.flatMap(({ when, oncePer, path: [index = 0] }) => {
      const one = `${setting.key}[${index}]`;
      const found: Diagnostic[] = [];
      const guards = when ? guardsOf(tokenize(when.text).tokens) : [];
      for (const [field, text] of [['when', when] as const, ['oncePer', oncePer] as const]) {
        if (!text) continue;
        const { tokens } = tokenize(text.text);
        const what = `${field} of ${one}`;
        found.push(...names(text, tokens, what), ...reads(text, tokens, what, guards));
        if (field === 'when') found.push(...noTruth(text, tokens, what), ...tooEarly(text, tokens, what));
      }
      return found;
    }),
  );
