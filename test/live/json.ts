/**
 * JSON that other programs wrote, and a path into it.
 */
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';

/** The object that `text` is; undefined when it is none. */
export function parseJson(text: string): JsonObject | undefined {
  return readJsonObjects(text, 'answer')[0]?.value;
}

/** What is at a path of keys and indexes; undefined where it does not exist. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (isArray(found)) return typeof key === 'number' ? found[key] : undefined;
    return isObject(found) ? getKey(found, String(key)) : undefined;
  }, value);
}

/** The items of a list; none where the value is no list. */
export function items(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

/** The text, number or boolean at a path, as text; '' for everything else. */
export function text(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
}
