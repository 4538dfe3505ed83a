/**
 * CI's part before the deployment: until Argo CD answers, the source commit says that it waits.
 */
import type { HandbackApplication } from '../../schemas/handback.generated.ts';
import { applicationNames, chooseApplication } from '../applications.ts';
import { deploymentContext } from '../contexts.ts';
import type { ProviderOf } from '../providers.ts';

const words = "'Waiting for Argo CD'";

/** Shell. `byStatus`: the names of statuses say the environment; WAYBILL_ENVIRONMENT names one, or all are meant. */
export function pendingScript(
  application: HandbackApplication,
  { statusScript, commitPage }: ProviderOf,
  byStatus: boolean,
): string {
  const names = applicationNames(application);
  const [only = ''] = names;
  const isOne = names.length === 1;
  const choose = chooseApplication(application, 'application', 'environment', 'continue');
  const context = deploymentContext(isOne ? only : '$application', '$environment');
  const report =
    isOne && !byStatus
      ? `report pending deployment/${only} ${words}\n`
      : `for environment in \${WAYBILL_ENVIRONMENT:-${application.environments.join(' ')}}; do
${isOne ? '' : choose.replaceAll(/^(?=.)/gmu, '  ')}  report pending "${byStatus ? context : 'deployment/$application'}" ${words}
done
`;
  return `set -eu
: "\${RUN_URL:=${commitPage}$WAYBILL_SOURCE_COMMIT}"
${statusScript.functions}${report}`;
}
