/**
 * The configuration under test: what `waybill notifications generate` writes for two organisations.
 */
import type { EngineConfig } from '../../plugin/notifications/engine/scenario.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';

/** What a notifications.yaml generates, ready for the engine; keys of the Secret are made up. */
function generated(text: string): EngineConfig {
  const settings = generate(readNotificationsConfig(text, 'notifications.yaml'));
  return { configMap: Object.fromEntries(settings), fillSecret: true };
}

const organizations = `
apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.acme.dev
github:
  - { organization: acme, appID: 12345, installationID: 67890, privateKey: $github-acme-privateKey }
  - { organization: beta, appID: 12345, installationID: 22222, privateKey: $github-beta-privateKey }
`;

/** Deployments and commit statuses for the organisations acme and beta. */
export const githubConfig = generated(organizations);

/** The same, where only the projects of recordings and scenarios may report to the repositories. */
export const trustedConfig = generated(`${organizations}trust:
  - { projects: [default, nowhere], repositories: [acme/*, beta/*, gamma/*] }
`);
