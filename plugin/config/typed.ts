/**
 * Overrides of values arrive as text, from a command line or Argo CD's parameters, and take the type of the default.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Scalar } from '../templates/scope.ts';

/** A JSON number (RFC 8259), or undefined; integers beyond 2^53 are bigints. */
function parseNumber(text: string): number | bigint | undefined {
  if (!/^-?(?:0|[1-9]\d{0,99})(?:\.\d{1,100})?(?:[eE][+-]?\d{1,3})?$/u.test(text)) return undefined;
  const number = Number(text);
  if (/^-?\d+$/u.test(text) && !Number.isSafeInteger(number)) return BigInt(text);
  return Number.isFinite(number) ? number : undefined;
}

/** `text` with the type of `model`, the default; text when there is none. Failure `value-type`, located at the default. */
export function typed(name: string, text: string, model: Scalar | undefined, locate: () => Location): Scalar {
  if (typeof model === 'boolean') {
    if (text === 'true') return true;
    if (text === 'false') return false;
    throw failure('value-type', `the value given for ${name} is ${JSON.stringify(text)}; expected true or false`, {
      location: locate(),
      help: [`Its default is ${String(model)}.`],
    });
  }
  if (typeof model === 'number' || typeof model === 'bigint') {
    const number = parseNumber(text);
    // 1.20 as a number would lose its zero: it stays the text that was given.
    if (number !== undefined) return String(number) === text ? number : text;
    throw failure('value-type', `the value given for ${name} is ${JSON.stringify(text)}; expected a number`, {
      location: locate(),
      help: [`Its default is ${String(model)}.`],
    });
  }
  return text;
}
