/**
 * Generated settings on the real controller: a configuration, a scenario, and the requests of the controller.
 */
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { providerCheck, type ProviderName } from '../conformance/provider-apis.ts';
import { commitOf } from '../conformance/recordings.ts';
import { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { deploymentLine, disturbances, type Sent, sent, statusLine } from '../conformance/sent-requests.ts';

/** GitHub's organisation acme, as most tests have it. */
export const acme =
  'github: [{ organization: acme, appID: 12345, installationID: 67890, privateKey: $github-privateKey }]';

/** The ConfigMap's data for the rest of a notifications.yaml. */
export function settingsOf(yaml: string): Record<string, string> {
  const text = `apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev\n${yaml}`;
  return Object.fromEntries(generate(readNotificationsConfig(text, 'notifications.yaml')));
}

/** Plays a scenario. A step may change the settings: `data` by the step's index. */
export async function play(
  engine: Engine,
  yaml: string,
  tell: (builder: ScenarioBuilder) => void,
  change?: { readonly step: number; readonly yaml: string },
  secret: Readonly<Record<string, string>> = {},
): Promise<EngineReport> {
  const builder = new ScenarioBuilder();
  tell(builder);
  const { scenario } = builder.end();
  const steps = scenario.steps.map((step, index) =>
    change?.step === index ? Object.assign({}, step, { data: settingsOf(change.yaml) }) : step,
  );
  return engine.run({ configMap: settingsOf(yaml), secret, fillSecret: true, ...scenario, steps });
}

/** Deployment statuses that GitHub took, with commits by their labels: `acme/web@v1 staging success`. */
export function deployments(report: EngineReport, ...labels: readonly string[]): string[] {
  return named(requests(report, 'deployment-status').map(deploymentLine), labels);
}

/** Commit statuses that GitHub took. */
export function statuses(report: EngineReport, ...labels: readonly string[]): string[] {
  return named(requests(report, 'status').map(statusLine), labels);
}

function requests(report: EngineReport, kind: string): Sent[] {
  return sent(report).filter(({ request }) => request.call?.kind === kind && request.status === 201);
}

function named(lines: readonly string[], labels: readonly string[]): string[] {
  return lines.map((line) => labels.reduce((text, label) => text.replace(commitOf(label), label), line));
}

/** A request that left the controller. */
export interface Posted {
  /** Method, path and query. */
  readonly line: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** Every request to one host. */
export function requestsTo(report: EngineReport, host: string): Posted[] {
  return sent(report).flatMap(({ request: { method, url, body, headers, status } }) => {
    const { host: to, pathname, search } = new URL(url);
    return to === host ? [{ line: `${method} ${pathname}${search}`, body, headers, status }] : [];
  });
}

/** What is wrong with the requests to one host, by the provider's description. */
export function providerProblems(report: EngineReport, host: string, name: ProviderName, base: string): string[] {
  return sent(report)
    .filter(({ request }) => new URL(request.url).host === host)
    .flatMap(({ request }) => providerCheck(name, base)(request));
}

export { commitOf, disturbances };
