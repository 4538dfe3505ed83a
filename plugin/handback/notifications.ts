/**
 * notifications.yaml for patterns that report through Argo CD's notifications controller.
 */
import type { JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import type { CiName, HandbackApplication, HandbackFile } from '../schemas/handback.generated.ts';
import { argocdURL, type HandbackConfig, need } from './config.ts';
import type { HandbackFileText } from './job.ts';

/** The environments that any of the applications is tested in. */
export function environmentsOf(applications: readonly HandbackApplication[]): string[] {
  return [...new Set(applications.flatMap(({ environments }) => environments))].toSorted();
}

/** Systems that find their token in the URL, or need none. */
const tokenInURL = new Set<CiName>(['gitlab', 'circleci', 'azure-pipelines']);

/** Where Azure Pipelines takes any JSON; the service connection of the type Incoming WebHook is called waybill. */
function incomingWebhook({ azureDevOps }: HandbackFile): string | undefined {
  if (azureDevOps === undefined) return undefined;
  const site = (azureDevOps.url ?? 'https://dev.azure.com').replace(/\/+$/u, '');
  return `${site}/${azureDevOps.organization}/_apis/public/distributedtask/webhooks/waybill?api-version=6.0-preview`;
}

/** The address that all applications share. Failure `handback-missing`. */
function sharedURL(config: HandbackConfig, pattern: string): string {
  const { file } = config;
  const known = file.ci === 'azure-pipelines' ? incomingWebhook(file) : undefined;
  return file.webhook?.url ?? known ?? need(config, pattern, 'webhook').url;
}

/** Receivers that post Waybill's document to CI, one for each address. Failure `handback-missing`. */
export function webhookReceivers(config: HandbackConfig, pattern: string): JsonObject[] {
  const { file } = config;
  const header = file.webhook?.header ?? (tokenInURL.has(file.ci) ? undefined : 'Authorization');
  const receiver = (name: string, url: string, applications: readonly HandbackApplication[]): JsonObject => ({
    name,
    url,
    ...(header === undefined ? {} : { headers: { [header]: '$webhook-token' } }),
    events: ['success'],
    environments: environmentsOf(applications),
  });
  const others = file.applications.filter(({ webhookURL }) => webhookURL === undefined);
  return [
    ...(others.length === 0 ? [] : [receiver('tests', sharedURL(config, pattern), others)]),
    ...file.applications.flatMap((application) => {
      const { name, webhookURL } = application;
      return webhookURL === undefined ? [] : [receiver(`tests-${name}`, webhookURL, [application])];
    }),
  ];
}

/** The ConfigMap may hold settings of others: they are kept. */
function howToApply({ file }: HandbackConfig): string {
  const namespace = file.argocd?.namespace ?? 'argocd';
  return [
    '# The ConfigMap may hold other settings already: they are merged, not replaced.',
    `# kubectl get configmap argocd-notifications-cm -n ${namespace} -o yaml > own.yaml`,
    '# waybill notifications generate -f notifications.yaml --merge own.yaml | kubectl apply --server-side -f -',
    '',
  ].join('\n');
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
    text: `${howToApply(config)}${writeYaml(value)}`,
  };
}
