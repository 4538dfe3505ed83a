/**
 * Writing JSON on one line that both a JSON reader and sigs.k8s.io/yaml read back as the same value.
 */
import { isArray, isObject, type Json } from '../resources/json.ts';

// What YAML's reader refuses and JSON.stringify leaves as it is. Without the flag `u` it is compiled much faster.
// oxlint-disable-next-line no-control-regex, require-unicode-regexp -- control characters are what is looked for
const escapes = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

function stringify(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${JSON.stringify(key)}:${stringify(member)}`],
  );
  return `{${members.join(',')}}`;
}

function holdsBigint(value: Json | undefined): boolean {
  if (typeof value === 'bigint') return true;
  if (isArray(value)) return value.some(holdsBigint);
  return isObject(value) && Object.values(value).some(holdsBigint);
}

/** One line of JSON without a line end. Integers keep every digit; what YAML's reader refuses is escaped. */
export function writeJson(value: Json): string {
  const text = holdsBigint(value) ? stringify(value) : JSON.stringify(value);
  // Only string contents can hold such characters.
  return text.replaceAll(escapes, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
