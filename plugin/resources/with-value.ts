/**
 * Writing one field of a value that nobody may change: the copy shares everything that is not on the way.
 */
import { getKey, isArray, isObject, type Json, type JsonObject, type MutableJsonObject, setKey } from './json.ts';
import type { Path } from './pointer.ts';

/**
 * `value` with the field at `path` replaced. Every step but the last must exist.
 * @throws Error when the path leaves the value: the caller found the path in this very value
 */
export function withValue(value: JsonObject, path: Path, replacement: Json): JsonObject {
  const made = replaced(value, path, replacement);
  if (!isObject(made)) throw new Error(`the path ${path.join('.')} replaces the whole value`);
  return made;
}

function replaced(value: Json | undefined, path: Path, replacement: Json): Json {
  const [part, ...rest] = path;
  if (part === undefined) return replacement;
  if (isArray(value) && typeof part === 'number') {
    return value.map((item, index) => (index === part ? replaced(item, rest, replacement) : item));
  }
  if (!isObject(value)) throw new Error(`there is no ${String(part)} to replace`);
  // A spread copies the key __proto__ as an own property.
  const copy: MutableJsonObject = { ...value };
  setKey(copy, String(part), replaced(getKey(value, String(part)), rest, replacement));
  return copy;
}
