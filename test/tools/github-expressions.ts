/**
 * `${{ }}` as GitHub evaluates it: by GitHub's own parser and evaluator. The only file that imports them.
 */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';

type ExpressionData = Parameters<data.Dictionary['add']>[1];

function toData(value: Json | undefined): ExpressionData {
  if (isObject(value)) return dictionary(value);
  if (isArray(value)) return new data.Array(...value.map(toData));
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  return typeof value === 'number' ? new data.NumberData(value) : new data.Null();
}

function dictionary(value: JsonObject): data.Dictionary {
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

/** What has happened before: what the status functions tell. */
export type Outcome = 'success' | 'failure';

function evaluate(expression: string, contexts: JsonObject, outcome: Outcome): ExpressionData {
  const functions = ['always', 'success', 'failure', 'cancelled'].map((name) => ({ name, minArgs: 0, maxArgs: 0 }));
  const tokens = new Lexer(expression).lex().tokens;
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const told = functions.map(
    (one) =>
      [
        one.name,
        Object.assign(one, { call: () => new data.BooleanData(one.name === 'always' || one.name === outcome) }),
      ] as const,
  );
  return new Evaluator(parsed, dictionary(contexts), new Map(told)).evaluate();
}

/** A text with every `${{ expression }}` replaced by its value. Throws where GitHub would refuse the expression. */
export function interpolate(text: string, contexts: JsonObject): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gsu, (_all, expression: string) =>
    evaluate(expression.trim(), contexts, 'success').coerceString(),
  );
}

/** Whether an `if` lets a step or job run; without a status function it is `success() && …`. */
export function isMet(condition: string | undefined, contexts: JsonObject, outcome: Outcome): boolean {
  const text = (condition ?? 'success()').replace(/^\$\{\{(.*)\}\}$/su, '$1');
  const whole = /\b(?:always|success|failure|cancelled)\(\)/u.test(text) ? text : `success() && (${text})`;
  // Whatever the value is, GitHub asks whether it is truthy, and `!` answers that with a boolean.
  return evaluate(`!(!(${whole}))`, contexts, outcome).coerceString() === 'true';
}
