/**
 * Where commands keep between runs what they can always fetch again.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../session.ts';

/** Mirrors of event repositories: below WAYBILL_CACHE, else XDG_CACHE_HOME/waybill, else ~/.cache/waybill; it may not exist. */
export function cacheFolder({ env }: Session): string {
  const { WAYBILL_CACHE: own, XDG_CACHE_HOME: xdg } = env;
  return join(own || join(xdg || join(env['HOME'] || homedir(), '.cache'), 'waybill'), 'events');
}
