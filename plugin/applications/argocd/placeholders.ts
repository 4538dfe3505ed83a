/**
 * The placeholders of an ApplicationSet's template: `{{path.basename}}` as fasttemplate fills them, and of Go templates
 * (`goTemplate: true`) the ones that only name a value. Whatever else a Go template does is not guessed at.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';

const WHOLE = /\{\{([^{}]*)\}\}/gu;

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
}

function at(values: Json, keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((value, key) => (isObject(value) ? getKey(value, key) : undefined), values);
}

/** `.path.basename`, and `index .path.segments 1`. */
function goValue(expression: string, values: JsonObject): string | undefined {
  const plain = /^((?:\.[A-Za-z_]\w*)+)$/u.exec(expression)?.[1];
  if (plain !== undefined) return textOf(at(values, plain.slice(1).split('.')));
  const [, list, index] = /^index ((?:\.[A-Za-z_]\w*)+) (\d{1,3})$/u.exec(expression) ?? [];
  const found = list === undefined ? undefined : at(values, list.slice(1).split('.'));
  return isArray(found) ? textOf(found[Number(index)]) : undefined;
}

/** `path.basename`, `path[1]`, and `cluster.name` of a flat or a nested value. */
function fastValue(expression: string, values: JsonObject): string | undefined {
  const [, base, index] = /^([\w-]+)\[(\d{1,3})\]$/u.exec(expression) ?? [];
  if (base === 'path') {
    const segments = at(values, ['path', 'segments']);
    return isArray(segments) ? textOf(segments[Number(index)]) : undefined;
  }
  if (expression === 'path') return textOf(at(values, ['path', 'path']));
  return textOf(getKey(values, expression)) ?? textOf(at(values, expression.split('.')));
}

/** The text with every placeholder filled; undefined when one is of another kind, or names nothing. */
function fillText(text: string, values: JsonObject, isGo: boolean): string | undefined {
  let isWhole = true;
  const filled = text.replaceAll(WHOLE, (_all, inner: string) => {
    const expression = inner.trim().replaceAll(/^-\s*|\s*-$/gu, '');
    const value = isGo ? goValue(expression, values) : fastValue(expression, values);
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole && !filled.includes('{{') ? filled : undefined;
}

/** A value with every text in it filled; undefined when one cannot be. */
export function fillJson(value: Json, values: JsonObject, isGo: boolean): Json | undefined {
  if (typeof value === 'string') return fillText(value, values, isGo);
  if (isArray(value)) {
    const filled = value.map((one) => fillJson(one, values, isGo));
    const known = filled.filter((one) => one !== undefined);
    return known.length === filled.length ? known : undefined;
  }
  if (!isObject(value)) return value;
  const filled: [string, Json][] = [];
  for (const [key, one] of Object.entries(value)) {
    const next = one === undefined ? undefined : fillJson(one, values, isGo);
    if (next === undefined) return undefined;
    filled.push([key, next]);
  }
  return Object.fromEntries(filled);
}
