/**
 * Which keys of argocd-notifications-secret the services refer to. The engine replaces `$name` in every string of a
 * service's options (notifications-engine pkg/api/config.go, keyPattern).
 */
import type { Settings } from './settings.ts';

/** The keys, in alphabetical order. */
export function secretKeys(settings: Settings): string[] {
  const keys = new Set<string>();
  for (const [name, text] of settings) {
    if (!name.startsWith('service.')) continue;
    for (const [, key = ''] of text.matchAll(/\$([\w-]+)/gu)) keys.add(key);
  }
  return [...keys].sort();
}
