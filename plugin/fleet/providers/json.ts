/**
 * Reading providers' answers: fields that are missing or of another type are empty, since any answer may be broken.
 */
import { getKey, isArray, isObject, type Json } from '../../resources/json.ts';

/** The value at a path. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (isObject(found) ? getKey(found, key) : undefined), value);
}

/** A text; '' for anything else. */
export function text(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A list; empty for anything else. */
export function list(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return isArray(found) ? found : [];
}

/** A number's digits; '' for anything else. */
export function digits(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'number' || typeof found === 'bigint' ? String(found) : '';
}

/** A time in milliseconds since 1970, of an RFC 3339 text or of such a number; undefined for anything else. */
export function moment(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const found = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(found) ? undefined : found;
}
