/**
 * Where commands keep between runs what they can always fetch again, and the user's home folder, from which it follows.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's home folder: HOME, else what the system knows of the user; undefined for a user that it does not know, as in many containers. */
export function homeFolder(env: Environment): string | undefined {
  if (env['HOME']) return env['HOME'];
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/**
 * The folder of one cache: below WAYBILL_CACHE, else XDG_CACHE_HOME/waybill, else ~/.cache/waybill. It may not exist.
 * Undefined when neither variables nor the system name a folder.
 */
export function cacheFolder(env: Environment, cache: 'events' | 'registries'): string | undefined {
  const { WAYBILL_CACHE: own, XDG_CACHE_HOME: xdg } = env;
  if (own) return join(own, cache);
  const home = homeFolder(env);
  const caches = xdg || (home === undefined ? undefined : join(home, '.cache'));
  return caches === undefined ? undefined : join(caches, 'waybill', cache);
}

/** As {@link cacheFolder}, for what cannot do without. Failure `file-missing` when there is none. */
export function neededCacheFolder(env: Environment, cache: 'events' | 'registries'): string {
  const folder = cacheFolder(env, cache);
  if (folder !== undefined) return folder;
  throw failure('file-missing', 'there is no folder for the cache: this user has no home folder', {
    help: ['Name one in WAYBILL_CACHE.'],
  });
}
