/**
 * The keys that kustomize reads. It decodes with Go's encoding/json, which takes `Resources` and `RESOURCES` for
 * `resources`: a key that is spelled in another way would be read by kustomize and by none of the checks here.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import { Failure, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';

/** What kustomize decodes a value into: an object's keys, a list of one shape, a map (`*`), or what has no keys to know. */
export type Shape = null | readonly [Shape] | { readonly [key: string]: Shape };

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** As encoding/json compares keys: letters by their case folding, in which the long s and the Kelvin sign have a part. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** Whether keys that kustomize does not know are errors: in a kustomization they are, in a plugin's configuration not. */
type Unknown = 'refused' | 'ignored';

function problem(key: string, names: readonly string[], location: Location): Failure {
  const meant = names.find((name) => fold(name) === fold(key));
  if (meant === undefined) {
    return failure('kustomize-key', `kustomize has no key ${JSON.stringify(key)} here`, {
      location,
      help: notFoundHelp('Keys', key, names),
    });
  }
  return failure('kustomize-key', `${JSON.stringify(key)} is not kustomize's spelling of the key ${meant}`, {
    location,
    help: [`Write ${meant}. kustomize would also read this key, but other programs do not.`],
  });
}

/**
 * Failure `kustomize-key` with every key of `value` that is not spelled as in `shape`, at any depth that kustomize
 * decodes. `locate` says where a path's last key stands.
 */
export function checkKeys(value: Json, shape: Shape, unknown: Unknown, locate: (path: Path) => Location): void {
  const found: Diagnostic[] = [];
  const visit = (current: Json | undefined, of: Shape, path: Path): void => {
    if (of === null) return;
    if (isList(of)) {
      if (isArray(current)) current.forEach((item, index) => visit(item, of[0], [...path, index]));
      return;
    }
    if (!isObject(current)) return;
    const every = of['*'];
    const names = Object.keys(of);
    for (const [key, member] of Object.entries(current)) {
      if (every !== undefined) visit(member, every, [...path, key]);
      else if (Object.hasOwn(of, key)) visit(member, of[key] ?? null, [...path, key]);
      else if (unknown === 'refused' || names.some((name) => fold(name) === fold(key))) {
        found.push(...problem(key, names, locate([...path, key])).diagnostics);
      }
    }
  };
  visit(value, shape, []);
  if (found.length > 0) throw new Failure(found);
}
