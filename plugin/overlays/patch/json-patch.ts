/**
 * The `fast-json-patch` package, wrapped. It changes what it is given and copies through JSON text, which would lose
 * integers beyond 2^53; so it gets a manifest that is new along the way to the place of the change, and only the
 * operations that copy nothing: copy and move are made of these (RFC 6902 defines move as remove and add).
 */
import jsonPatch from 'fast-json-patch';
import { isArray, isObject, type Json, type MutableJsonObject, setKey } from '../../resources/json.ts';
import { formatPointer, type Path } from '../../resources/pointer.ts';

/** An operation whose place is known to exist. */
export type Step =
  | { readonly op: 'add' | 'replace'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path };

/**
 * The value after one operation; the given one stays as it is.
 * @throws TypeError for a key that the library refuses, such as `__proto__`
 */
export function applyStep(value: Json, step: Step): Json {
  const document = copyAlong(value, step.path.slice(0, -1));
  return jsonPatch.applyOperation<Json>(document, { ...step, path: formatPointer(step.path) }).newDocument;
}

/** A copy of a value whose containers on the way to `path`, the last included, are new. */
function copyAlong(value: Json | undefined, path: Path): Json {
  const [part, ...rest] = path;
  if (isArray(value)) {
    const copy = [...value];
    if (typeof part === 'number') copy[part] = copyAlong(value[part], rest);
    return copy;
  }
  if (!isObject(value)) return value ?? null;
  // A spread copies the key __proto__ as an own property.
  const copy: MutableJsonObject = { ...value };
  if (part !== undefined) setKey(copy, String(part), copyAlong(value[part], rest));
  return copy;
}
