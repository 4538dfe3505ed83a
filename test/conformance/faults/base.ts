/**
 * A ConfigMap without fault, with its Secret: one message to GitHub, one to Slack, and one to a webhook that shows
 * that the controller works at all.
 */
import { generateKeyPairSync } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

const indented = privateKey.trim().replaceAll('\n', '\n    ');

export const base = `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-notifications-cm
data:
  context: |
    argocdUrl: https://argocd.acme.dev
    channel: deployments
  service.github: |
    appID: 12345
    installationID: 67890
    privateKey: $github-key
  service.slack: |
    token: $slack-token
  service.webhook.alive: |
    url: https://alive.acme.dev/path
    headers:
      - name: Authorization
        value: Bearer $alive-token
  subscriptions: |
    - recipients: [alive]
      triggers: [on-alive]
    - recipients: [github]
      triggers: [on-deployed]
    - recipients: [slack:deployments]
      triggers: [on-healthy]
      selector: team in (web, api),!muted
  template.alive: |
    message: alive
  template.deployed: |
    message: "deployed by {{ .context.argocdUrl }}"
    github:
      repoURLPath: https://github.com/acme/web
      revisionPath: "{{ .app.status.sync.revision }}"
      deployment:
        state: success
        environment: production
        autoMerge: false
        transientEnvironment: false
        requiredContexts: []
        logURL: "{{ .context.argocdUrl }}/applications/{{ .app.metadata.name }}"
  template.healthy: |
    message: "{{ if eq .app.metadata.name \\"web\\" }}web is healthy{{ else }}something is healthy{{ end }}"
  trigger.on-alive: |
    - when: app.metadata.name != ''
      send: [alive]
  trigger.on-deployed: |
    - when: app.status?.operationState?.phase == 'Succeeded'
      send: [deployed]
  trigger.on-healthy: |
    - when: app.status.health?.status == 'Healthy' and app.status.sync?.status == 'Synced'
      send: [healthy]
---
apiVersion: v1
kind: Secret
metadata:
  name: argocd-notifications-secret
stringData:
  slack-token: xoxb-1
  alive-token: t-1
  github-key: |
    ${indented}
`;
