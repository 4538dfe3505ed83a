/**
 * What is wrong with a field that a person wrote, in a manifest or by an overlay. Found in bodies alone; who wrote it is
 * looked for only when there is something to report.
 */
import type { Code } from '../../diagnostics/codes.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';

/** One mistake in one manifest. The message tells two mistakes of one manifest apart. */
export interface Finding {
  readonly code: Code;
  /** The field that is wrong. */
  readonly path: Path;
  /** Without the resource's name, which is put before it. */
  readonly message: string;
  /** The value that is wrong, where quotes would help. */
  readonly value?: Json | undefined;
  readonly help?: readonly string[];
  /** A null that nobody may have written: an empty value in YAML. */
  readonly isMaybeEmpty?: boolean;
}

const WORDS = 'yes, no, on, off, y and n are true and false in YAML 1.1';

/** `the number 7`, `a list`; a text is `the text "x"`. */
export function kindOfValue(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return `the ${typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'text' : 'number'} ${String(value)}`;
}

/** What to do about a value that should be a text; `written` is how it stands in the file, where that is known. */
export function quotesFor(value: Json, written: string | undefined): readonly string[] {
  if (isObject(value)) return ['A key with dots is in brackets in a field path: metadata.annotations.[acme.dev/team]'];
  if (isArray(value)) return [];
  const words = typeof value === 'boolean' && !/^(?:true|false)$/u.test(written ?? 'true') ? ` (${WORDS})` : '';
  return [`Write it in quotes: "${written ?? String(value)}"${words}`];
}
