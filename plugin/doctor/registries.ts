/**
 * With which hosts file and credentials image registries would be asked. None is asked here.
 */
import { inspectRegistries } from '../registries/setup.ts';
import { failed, type Finding } from './finding.ts';

const subject = 'registries';

/** What `images update`, `images verify` and strategies would use. */
export function checkRegistries(env: Readonly<Record<string, string | undefined>>): Finding {
  try {
    const { hostsFile, credentials, missingHelpers } = inspectRegistries(env);
    const places = credentials.map(({ place, hosts }) => `${place} (${hosts.join(', ') || 'no host'})`);
    const used =
      places.length === 0 ? 'no credentials: public images only' : `credentials in ${places.join(', then ')}`;
    const detail = `${hostsFile === undefined ? '' : `hosts file ${hostsFile}; `}${used}`;
    if (missingHelpers.length === 0) return { subject, state: 'ok', detail };
    return {
      subject,
      state: 'missing',
      detail,
      advice: [`Not on PATH, and needed for the hosts that name them: ${missingHelpers.join(', ')}.`],
    };
  } catch (error) {
    return failed(subject, 'wrong', error);
  }
}
