/**
 * The configuration that lives are run with: what `waybill notifications generate` writes, and another trigger of the
 * kind that organisations add, which fills the controller's memory.
 */
import type { EngineConfig, Scenario } from '../../plugin/notifications/engine/scenario.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';

const noise = `
- when: app.status?.sync?.status in ['Synced', 'OutOfSync']
  oncePer: string(app.status?.reconciledAt ?? '') + '/' + string(app.status?.health?.status ?? '')
  send: [noise]
${Array.from({ length: 9 }, (_, index) => `- when: app.status?.operationState?.phase in ['Running', 'Succeeded']\n  oncePer: string(app.status?.operationState?.startedAt ?? '') + '/${index}'\n  send: [noise]`).join('\n')}
`;

/** Sends nothing, as Waybill's own marks. */
const silent = 'github: { repoURLPath: https://github.com/waybill/none, revisionPath: none }\n';

/** Enterprise Server without TLS: a life's requests are many, and the handshakes would take most of the time. */
const host = 'github.lives.test';

/** What every batch is run with. */
export function livesConfig(): EngineConfig & Pick<Scenario, 'world'> {
  const generated = generate(
    readNotificationsConfig(
      `
apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.acme.dev
github:
  - { organization: acme, appID: 12345, installationID: 67890, privateKey: $github-acme-privateKey }
`,
      'notifications.yaml',
    ),
  );
  const configMap = Object.fromEntries(generated);
  for (const [key, text] of Object.entries(configMap)) {
    if (key.startsWith('service.github'))
      configMap[key] = `${text.trimEnd()}\nenterpriseBaseURL: http://${host}/api/v3\n`;
  }
  return {
    configMap: { ...configMap, 'trigger.noise': noise, 'template.noise': silent },
    fillSecret: true,
    world: { github: { enterpriseHosts: [host] } },
  };
}
