/**
 * Values and keys of the fast reader, in one place for block and flow collections.
 */
import { type Json, type MutableJsonObject, setKey } from '../../resources/json.ts';
import { keyName, resolvePlain, ScalarError } from '../scalars.ts';
import { type Cursor, decline } from './cursor.ts';
import { isUnambiguous } from './unambiguous.ts';

/** The value of an unquoted scalar. NaN and infinity are declined: the library's path has the error with its place. */
export function plainValue(text: string, { isStrict }: Cursor): Json {
  if (isStrict && !isUnambiguous(text)) decline();
  const value = resolvePlain(text);
  if (typeof value === 'number' && !Number.isFinite(value)) decline();
  return value;
}

/** The name of an unquoted key. The merge key, and what cannot be a key, are declined. */
export function plainKey(text: string, { isStrict }: Cursor): string {
  const value = resolvePlain(text);
  if (isStrict && (typeof value !== 'string' || !isUnambiguous(text))) decline();
  if (typeof value === 'string') return value === '<<' ? decline() : value;
  try {
    return keyName(value, text);
  } catch (error) {
    if (error instanceof ScalarError) return decline();
    throw error;
  }
}

/** Adds an entry; a key that is there already is declined. */
export function addEntry(object: MutableJsonObject, key: string, value: Json): void {
  // A quick look first: names such as `constructor` and `__proto__` are found on every object.
  if (object[key] === undefined) {
    object[key] = value;
    return;
  }
  if (Object.hasOwn(object, key)) decline();
  setKey(object, key, value);
}
