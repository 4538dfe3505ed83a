/**
 * The helpers of templates, one line each. docs/configuration.md has the same list.
 */
import type { Scalar } from './scope.ts';
import { slug } from './slug.ts';

/** What a helper is given: the value, or undefined for a known name that nobody gave a value. */
export type Argument = Scalar | undefined;

/** A helper; `parameters` are the names of its arguments as messages show them. */
export interface Helper {
  readonly parameters: readonly string[];
  /** Whether the first argument may be without a value. */
  readonly takesUnset?: boolean;
  call(first: Argument, second: Argument): Scalar | undefined;
}

/** A scalar as text: what an expression inside a longer text becomes. */
export function toText(value: Argument): string {
  return value === undefined || value === null ? '' : String(value);
}

/** All helpers by name. */
export const helpers: ReadonlyMap<string, Helper> = new Map<string, Helper>([
  ['slug', { parameters: ['text'], call: (text) => slug(toText(text)) }],
  ['lower', { parameters: ['text'], call: (text) => toText(text).toLowerCase() }],
  [
    'default',
    {
      parameters: ['value', 'fallback'],
      takesUnset: true,
      call: (value, fallback) => (value === undefined || value === null || value === '' ? fallback : value),
    },
  ],
]);
