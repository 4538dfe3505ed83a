/**
 * Which entries of a kustomization kustomize would fetch: the rules of its own `NewRepoSpecFromURL`
 * (api/internal/git/repospec.go) and of its file loader, which downloads http and https URLs.
 */
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';

/** A string of a kustomization and where it is. */
export interface Entry {
  readonly text: string;
  readonly path: Path;
}

/** A path that is downloaded wherever a kustomization names a file. Generators write `key=path`. */
export function isUrl(entry: string): boolean {
  return /^(?:[^=/]*=)?https?:\/\//iu.test(entry);
}

/** An entry of `resources` and the like that names a git repository or a URL; `exists` says whether it is in the tree. */
export function isRemote(entry: string, exists: () => boolean): boolean {
  const rest = entry.replace(/^git::/iu, '');
  if (/^(?:ssh|https?|file):\/\//iu.test(rest)) return true;
  return /^(?:[a-z][a-z0-9-]*@|github\.com[/:])/iu.test(rest) && !exists();
}

/** Keys under which kustomize's built-in generators and transformers name files. */
const FILE_KEYS = new Set(['path', 'paths', 'files', 'envs', 'env', 'crds', 'configurations']);

/** The URLs that the configuration of a built-in generator, transformer or validator names as files. */
export function urlsIn(value: Json | undefined, path: Path = [], named = false): Entry[] {
  if (typeof value === 'string') return named && isUrl(value) ? [{ text: value, path }] : [];
  if (isArray(value)) return value.flatMap((item, index) => urlsIn(item, [...path, index], named));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => urlsIn(item, [...path, key], FILE_KEYS.has(key)));
}
