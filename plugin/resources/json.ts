/**
 * The value model that every stage shares: what JSON can say, with Kubernetes' numbers.
 *
 * Integers beyond 2^53 are `bigint`, so that every digit survives; all other numbers are `number`
 * (a YAML float such as 1.0 is the number 1, as sigs.k8s.io/yaml prints it). Objects are ordinary
 * objects; a key named `__proto__` is an own property (write it with {@link setKey}).
 * Values are treated as immutable: a stage that changes one makes a new one.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object. Absent keys read as `undefined`. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A JSON object while it is being built. */
export interface MutableJsonObject {
  [key: string]: Json | undefined;
}

/** True for objects, false for arrays, null and scalars. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for arrays. Narrows where `Array.isArray` loses the element type of a readonly array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** True for everything that is neither an object nor an array (null included). */
export function isScalar(value: Json | undefined): value is null | boolean | number | bigint | string {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

/** The own property `key` of `object`, or undefined. Never looks at the prototype (`toString`, `constructor`). */
export function getKey(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own property, also for the key `__proto__`, which plain assignment would swallow. */
export function setKey(object: MutableJsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

function isNumeric(value: Json | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Deep equality of values: key order does not matter, the order of lists does; 1 and 1n are equal. */
export function equals(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a)) {
    return isArray(b) && a.length === b.length && a.every((item, index) => equals(item, b[index]));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equals(getKey(a, key), getKey(b, key)))
    );
  }
  // A bigint is used only beyond 2^53, but a value made elsewhere may hold a small one.
  return isNumeric(a) && isNumeric(b) && String(a) === String(b);
}
