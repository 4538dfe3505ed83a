/**
 * Paths into a resource: a list of keys and list indexes, and its RFC 6901 text (`/spec/containers/0/image`).
 */
import { getKey, isArray, isObject, type Json } from './json.ts';

/** Object keys as strings, list indexes as numbers. The empty path is the whole value. */
export type Path = readonly (string | number)[];

/** RFC 6901 text of a path; the empty path is the empty string. */
export function formatPointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A key or index of an RFC 6901 text as it is meant: `~1` is a slash, `~0` a tilde. */
export function unescapePointerKey(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The value at `path`, or undefined where the path leaves the value. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let current: Json | undefined = value;
  for (const part of path) {
    if (isArray(current)) current = typeof part === 'number' ? current[part] : undefined;
    else if (isObject(current)) current = getKey(current, String(part));
    else return undefined;
  }
  return current;
}
