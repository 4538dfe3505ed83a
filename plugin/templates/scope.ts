/**
 * What a template may name.
 */
import type { Location } from '../diagnostics/diagnostic.ts';

/** A value of an expression. Integers beyond 2^53 are bigints. */
export type Scalar = null | boolean | number | bigint | string;

/** One name that templates know. */
export interface Entry {
  /** The value; undefined when the name is known and nobody gave it a value. May throw a Failure. */
  value(): Scalar | undefined;
  /** What to do when there is no value, as a sentence. */
  readonly unset: string;
}

/** All known names, dotted: `environment`, `app.name`, `values.host`. */
export type Scope = Pick<ReadonlyMap<string, Entry>, 'get' | 'keys'>;

/** Where a template stands; with the text of an expression in it, where that expression stands. */
export type Where = (expression?: string) => Location;
