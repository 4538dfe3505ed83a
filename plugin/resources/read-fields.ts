/**
 * Reading values that another program wrote (an API server, a Git provider, a chart): a field that is missing or has
 * another type counts as empty, since any of them may be broken. Paths are keys of objects; an index of a list works, too.
 */
import { isArray, type Json } from './json.ts';
import { type Path, valueAt } from './pointer.ts';

/** The value at a path; undefined where there is none. */
export function fieldAt(value: Json | undefined, ...path: Path): Json | undefined {
  return valueAt(value, path);
}

/** The string at a path (of the value itself without one); '' for anything else. */
export function stringAt(value: Json | undefined, ...path: Path): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
}

/** The list at a path; empty for anything else. */
export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = valueAt(value, path);
  return isArray(found) ? found : [];
}

/** The strings of the list at a path; other items are left out. */
export function stringsAt(value: Json | undefined, ...path: Path): string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

/** The digits of the number at a path; '' for anything else. */
export function digitsAt(value: Json | undefined, ...path: Path): string {
  const found = valueAt(value, path);
  return typeof found === 'number' || typeof found === 'bigint' ? String(found) : '';
}

/** A time in milliseconds since 1970, of an RFC 3339 text or of such a number; undefined for anything else. */
export function timeOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const found = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(found) ? undefined : found;
}

/** The value if it is a string. */
export function asString(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
