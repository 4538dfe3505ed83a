/**
 * notifications.yaml for patterns that report through Argo CD's notifications controller.
 */
import type { JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import { argocdURL, type HandbackConfig } from './config.ts';
import type { HandbackFileText } from './job.ts';

/** The environments that any application is tested in. */
export function allEnvironments({ file }: HandbackConfig): string[] {
  return [...new Set(file.applications.flatMap(({ environments }) => environments))].toSorted();
}

/** The blocks of the Git providers that the configuration names. */
export function providerBlocks({ file: { github, gitlab } }: HandbackConfig): JsonObject {
  const hub = github && {
    organization: github.organization,
    appID: github.appID,
    installationID: github.installationID,
    privateKey: github.privateKey ?? '$github-privateKey',
  };
  const lab = gitlab && {
    group: gitlab.group,
    ...(gitlab.url === undefined ? {} : { url: gitlab.url }),
    token: gitlab.token ?? '$gitlab-token',
  };
  return { ...(hub && { github: [hub] }), ...(lab && { gitlab: [lab] }) };
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
