/**
 * Addresses that authors and CI systems write and that people click on: in Argo CD's UI, in statuses, in messages.
 */
import { withoutCredentials } from './repository.ts';

/**
 * The address as it may stand in a link: http or https, without credentials, spaces and control characters encoded, and
 * without `|`, which ends the title of Argo CD's links. Undefined for everything else, such as `javascript:`.
 */
export function linkURL(text: string): string | undefined {
  if (!/^https?:\/\//iu.test(text) || !URL.canParse(text)) return undefined;
  return withoutCredentials(new URL(text).href).replaceAll('|', '%7C');
}
