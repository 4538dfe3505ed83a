/**
 * notifications.yaml for patterns that report through Argo CD's notifications controller.
 */
import type { JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import type { CiName, HandbackFile } from '../schemas/handback.generated.ts';
import { argocdURL, type HandbackConfig, need } from './config.ts';
import type { HandbackFileText } from './job.ts';

/** The environments that any application is tested in. */
export function allEnvironments({ file }: HandbackConfig): string[] {
  return [...new Set(file.applications.flatMap(({ environments }) => environments))].toSorted();
}

/** Systems that find their token in the URL, or need none. */
const tokenInURL = new Set<CiName>(['gitlab', 'circleci', 'azure-pipelines']);

/** Where Azure Pipelines takes any JSON; the service connection of the type Incoming WebHook is called waybill. */
function incomingWebhook({ azureDevOps }: HandbackFile): string | undefined {
  if (azureDevOps === undefined) return undefined;
  const site = (azureDevOps.url ?? 'https://dev.azure.com').replace(/\/+$/u, '');
  return `${site}/${azureDevOps.organization}/_apis/public/distributedtask/webhooks/waybill?api-version=6.0-preview`;
}

/** A receiver that posts Waybill's document to CI. Failure `handback-missing`. */
export function webhookReceiver(config: HandbackConfig, pattern: string): JsonObject {
  const { file } = config;
  const known = file.ci === 'azure-pipelines' ? incomingWebhook(file) : undefined;
  const { url, header } = file.webhook ?? (known === undefined ? need(config, pattern, 'webhook') : { url: known });
  const name = header ?? (tokenInURL.has(file.ci) ? undefined : 'Authorization');
  return {
    name: 'tests',
    url,
    ...(name === undefined ? {} : { headers: { [name]: '$webhook-token' } }),
    events: ['success'],
    environments: allEnvironments(config),
  };
}

/** The file; `waybill notifications generate` makes the controller's settings from it. */
export function notificationsFile(config: HandbackConfig, pattern: string, blocks: JsonObject): HandbackFileText {
  const value: JsonObject = {
    apiVersion: 'waybill.dev/v1',
    kind: 'Notifications',
    argocdURL: argocdURL(config, pattern),
    ...blocks,
  };
  return {
    path: 'cluster/notifications.yaml',
    text: `# waybill notifications generate -f notifications.yaml | kubectl apply -f -\n${writeYaml(value)}`,
  };
}
