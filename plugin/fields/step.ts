/**
 * Field paths as people read and type them: kustomize's syntax, as `set` overlays and `explain --resource` take it
 * (resources/field-path.ts reads it).
 */

/**
 * `path` with one step more. Keys with dots or slashes would read as several steps, so they stand in brackets; names
 * of list items (`name=main`) always do.
 */
export function step(path: string, key: string): string {
  const text = /^[\w-]+$/u.test(key) ? key : `[${key}]`;
  return path === '' ? text : `${path}.${text}`;
}
