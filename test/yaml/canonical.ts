/**
 * Makes values and the JSON that Go prints comparable, without losing digits on the way.
 */
import { isArray, isObject, type Json } from '../../plugin/resources/json.ts';

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gu;

function mark(text: string): string {
  if (text.startsWith('"')) return `"s${text.slice(1)}`;
  // Minus zero is zero.
  return `"n${text === '-0' ? '0' : text}"`;
}

/** Go's JSON text as a value where every number is the text `n…` and every string `s…`. */
export function canonicalText(json: string): unknown {
  const value: unknown = JSON.parse(json.replaceAll(token, mark));
  return value;
}

/** Our value in the same form. */
export function canonicalValue(value: Json): unknown {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `n${value}`;
  if (isArray(value)) return value.map(canonicalValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[`s${key}`, canonicalValue(one)]])),
  );
}
