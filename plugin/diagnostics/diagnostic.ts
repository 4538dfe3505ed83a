/**
 * Errors and warnings are values: a code of a closed list, a location, and three sentences at most.
 * Positions are data; the caret message is made from them in one place (format.ts).
 */
import type { Code } from './codes.ts';

/** A place in a file. Lines and columns are 1-based; `file` is relative to the root, with forward slashes. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** One past the last column of the marked text, on the same line. */
  readonly endColumn?: number;
}

/** One thing to tell the user. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: Code;
  /** What is wrong, in one line, naming the overlay, resource, environment or flag. */
  readonly message: string;
  readonly location?: Location;
  /** What exists, what was expected, what to do: whole sentences, one per line. */
  readonly help?: readonly string[];
}
