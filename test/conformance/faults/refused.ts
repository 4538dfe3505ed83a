/** Faults for which the controller refuses the whole ConfigMap: nobody is told anything. */
import type { SeededFault } from './fault.ts';

const when = "app.status?.operationState?.phase == 'Succeeded'";

export const refused: readonly SeededFault[] = [
  {
    name: 'expression that ends too early',
    edit: [when, 'app.status?.operationState?.phase =='],
    says: /when of trigger\.on-deployed\[0\] does not parse/u,
  },
  { name: 'two values without an operator', edit: [when, 'app.status app.metadata'], says: /does not parse/u },
  { name: 'string that is not closed', edit: [when, "app.metadata.name == 'web"], says: /does not parse/u },
  { name: 'parenthesis that is not closed', edit: [when, "(app.metadata.name == 'web'"], says: /does not parse/u },
  { name: 'assignment in place of a comparison', edit: [when, "app.metadata.name === 'web'"], says: /does not parse/u },
  {
    name: 'one equals sign',
    edit: [when, "app.metadata.name = 'web'"],
    says: /does not parse/u,
  },
  {
    name: 'oncePer that does not parse',
    edit: ['send: [deployed]', 'oncePer: app.metadata name\n      send: [deployed]'],
    line: 'oncePer',
    says: /oncePer of trigger\.on-deployed\[0\] does not parse/u,
  },
  {
    name: 'trigger without the dash of its condition',
    edit: [`- when: ${when}\n      send: [deployed]`, `when: ${when}\n    send: [deployed]`],
    line: 'when: app.status?.op',
    says: /trigger\.on-deployed must be a list of conditions/u,
  },
  {
    name: 'trigger that is no YAML',
    edit: ['send: [deployed]', 'send: [deployed'],
    line: 'send: [deployed',
    says: /trigger\.on-deployed is no YAML/u,
  },
  {
    name: 'expression that YAML reads as a mapping',
    edit: [`- when: ${when}`, '- when: { app.status: Succeeded }'],
    says: /when of trigger\.on-deployed must be a text/u,
  },
  {
    name: 'send that is no list',
    edit: ['send: [deployed]', 'send: { deployed: true }'],
    says: /send of trigger\.on-deployed must be a list/u,
  },
  {
    name: 'action that is not closed',
    edit: ['{{ .app.status.sync.revision }}', '{{ .app.status.sync.revision'],
    says: /template\.deployed/u,
  },
  {
    name: 'function of templates that does not exist',
    edit: ['{{ .app.status.sync.revision }}', '{{ env .app.status.sync.revision }}'],
    says: /function "env" (?:is )?not defined/u,
  },
  {
    name: 'if without end',
    edit: ['something is healthy{{ end }}', 'something is healthy'],
    says: /template\.healthy/u,
  },
  {
    name: 'end without if',
    edit: ['deployed by {{ .context.argocdUrl }}', 'deployed by {{ end }}'],
    says: /template\.deployed/u,
  },
  {
    name: 'string in a template that is not closed',
    edit: ['{{ .app.status.sync.revision }}', "{{ .app.status.sync.revision | default 'x }}"],
    says: /template\.deployed/u,
  },
  {
    name: 'template that is no mapping',
    edit: ['message: alive', 'nothing but a text'],
    says: /template\.alive must be a mapping/u,
  },
  {
    name: 'templated autoMerge',
    edit: ['autoMerge: false', 'autoMerge: "{{ true }}"'],
    says: /github\.deployment\.autoMerge of template\.deployed must be true or false/u,
  },
  {
    name: 'templated transientEnvironment',
    edit: ['transientEnvironment: false', 'transientEnvironment: "{{ true }}"'],
    says: /transientEnvironment .* must be true or false/u,
  },
  {
    name: 'dots in the name of a service',
    edit: ['service.webhook.alive', 'service.webhook.alive.acme'],
    says: /dots in the name of the service/u,
  },
  {
    name: 'type of service that does not exist',
    edit: ['service.slack', 'service.slak'],
    says: /there is no service of type slak/u,
  },
  {
    name: 'service that is no YAML',
    edit: ['appID: 12345', 'appID: [12345'],
    line: 'installationID',
    says: /service\.github is no YAML/u,
  },
  {
    name: 'private key that is no PEM',
    edit: ['privateKey: $github-key', 'privateKey: secret'],
    says: /privateKey of service\.github is no PEM/u,
  },
  {
    name: 'no private key',
    edit: ['    privateKey: $github-key\n', ''],
    line: 'appID: 12345',
    says: /service\.github has no privateKey/u,
  },
  {
    name: 'private key that the Secret does not have',
    edit: ['$github-key', '$github-private-key'],
    says: /refers to \$github-private-key, which the Secret does not have/u,
  },
  {
    name: 'private key without its line breaks',
    edit: ['-----BEGIN RSA PRIVATE KEY-----\n    ', '-----BEGIN RSA PRIVATE KEY----- '],
    line: 'privateKey: $github-key',
    says: /the key github-key of the Secret is no private key/u,
  },
  {
    name: 'appID that is no number',
    edit: ['appID: 12345', 'appID: my-app'],
    says: /appID of service\.github must be a number/u,
  },
  {
    name: 'headers that are no list',
    edit: [
      'headers:\n      - name: Authorization\n        value: Bearer $alive-token',
      'headers:\n      Authorization: Bearer $alive-token',
    ],
    says: /headers of service\.webhook\.alive must be a list/u,
  },
  {
    name: 'selector that is none',
    edit: ['team in (web, api),!muted', 'team=web=api'],
    says: /the selector "team=web=api" is none/u,
  },
  {
    name: 'context that is no text',
    edit: ['channel: deployments', 'channel: { name: deployments }'],
    says: /context\.channel must be a text/u,
  },
  {
    name: 'context that is no mapping',
    edit: ['argocdUrl: https://argocd.acme.dev\n    channel: deployments', '- argocdUrl: https://argocd.acme.dev'],
    says: /context must be a mapping of texts/u,
  },
  {
    name: 'recipients that are no list',
    edit: ['recipients: [github]', 'recipients: github'],
    says: /recipients of a subscription must be a list/u,
  },
  {
    name: 'subscriptions that are no list',
    edit: [
      '- recipients: [alive]\n      triggers: [on-alive]\n    - recipients: [github]\n      triggers: [on-deployed]\n    - recipients: [slack:deployments]\n      triggers: [on-healthy]\n      selector: team in (web, api),!muted',
      'alive: { recipients: [alive], triggers: [on-alive] }',
    ],
    says: /subscriptions must be a list/u,
  },
];
