/**
 * CI's part before the deployment: until Argo CD answers, the source commit says that it waits.
 */
import type { HandbackApplication } from '../../schemas/handback.generated.ts';
import type { ProviderOf } from '../providers.ts';

const words = "'Waiting for Argo CD'";

/** Shell. `byStatus`: the names of statuses say the environment; WAYBILL_ENVIRONMENT names one, or all are meant. */
export function pendingScript(
  { name, environments }: HandbackApplication,
  { speech, commitPage }: ProviderOf,
  byStatus: boolean,
): string {
  const report = byStatus
    ? `for environment in \${WAYBILL_ENVIRONMENT:-${environments.join(' ')}}; do
  report pending "deployment/${name}/$environment" ${words}
done
`
    : `report pending deployment/${name} ${words}\n`;
  return `set -eu
: "\${RUN_URL:=${commitPage}$WAYBILL_SOURCE_COMMIT}"
${speech.functions}${report}`;
}
