/** Faults that keep one message from going out, while the others do. */
import type { TargetedFault } from './fault.ts';

const when = "app.status?.operationState?.phase == 'Succeeded'";

export const silent: readonly TargetedFault[] = [
  {
    target: 'github',
    name: 'function of expressions that does not exist',
    edit: [when, "hasText(app.metadata.name, 'web')"],
    says: /the function hasText, which does not exist/u,
  },
  {
    target: 'github',
    name: 'variable that does not exist',
    edit: [when, "application.metadata.name == 'web'"],
    says: /the variable application, which does not exist/u,
  },
  {
    target: 'github',
    name: 'member of a helper that does not exist',
    edit: [when, 'time.Since(app.metadata.creationTimestamp) != nil'],
    says: /the member time\.Since, which does not exist/u,
  },
  {
    target: 'github',
    name: 'when that is no truth value',
    edit: [when, 'app.status?.operationState?.phase'],
    says: /is no truth value: it never holds/u,
  },
  {
    target: 'github',
    name: 'misspelt when',
    edit: [`- when: ${when}`, `- whem: ${when}`],
    says: /trigger\.on-deployed\[0\] ignores whem/u,
  },
  {
    target: 'github',
    name: 'empty when',
    edit: [`- when: ${when}`, "- when: ''"],
    says: /trigger\.on-deployed\[0\] has no when/u,
  },
  {
    target: 'github',
    name: 'send without a template',
    edit: ['send: [deployed]', 'send: []'],
    line: '- when: app.status?.operationState',
    says: /trigger\.on-deployed\[0\] sends nothing/u,
  },
  {
    target: 'github',
    name: 'template that does not exist',
    edit: ['send: [deployed]', 'send: [deploed]'],
    says: /sends the template deploed, which does not exist/u,
  },
  {
    target: 'github',
    name: 'trigger that does not exist',
    edit: ['triggers: [on-deployed]', 'triggers: [on-deploy]'],
    says: /names the trigger on-deploy, which does not exist/u,
  },
  {
    target: 'slack',
    name: 'service that does not exist',
    edit: ['[slack:deployments]', '[slak:deployments]'],
    says: /names the service slak, which does not exist/u,
  },
  {
    target: 'slack',
    name: 'subscription without triggers',
    edit: ['      triggers: [on-healthy]\n', ''],
    line: '- recipients: [slack:deployments]',
    says: /a subscription without triggers sends nothing/u,
  },
  {
    target: 'slack',
    name: 'subscription without recipients',
    edit: ['recipients: [slack:deployments]', 'recipients: []'],
    says: /a subscription without recipients sends nothing/u,
  },
  {
    target: 'github',
    name: 'template without a block for GitHub',
    edit: ['send: [deployed]', 'send: [healthy]'],
    line: 'recipients: [github]',
    says: /gets the template healthy, which has no block github/u,
  },
  {
    target: 'github',
    name: 'misspelt block of a template',
    edit: ['      deployment:\n', '      deployments:\n'],
    line: 'deployments:',
    says: /template\.deployed ignores github\.deployments/u,
  },
  {
    target: 'github',
    name: 'state that GitHub does not know',
    edit: ['state: success', 'state: succeeded'],
    says: /github\.deployment\.state of template\.deployed is "succeeded"/u,
  },
  {
    target: 'github',
    name: 'no appID',
    edit: ['    appID: 12345\n', ''],
    line: 'installationID',
    says: /service\.github has no appID/u,
  },
  {
    target: 'github',
    name: 'no installationID',
    edit: ['    installationID: 67890\n', ''],
    line: 'appID',
    says: /service\.github has no installationID/u,
  },
  {
    target: 'github',
    name: 'misspelt setting of a service',
    edit: ['installationID: 67890', 'instalationID: 67890'],
    says: /service\.github ignores instalationID/u,
  },
  {
    target: 'github',
    name: 'address of GitHub Enterprise Server without /api/v3',
    edit: ['appID: 12345', 'appID: 12345\n    enterpriseBaseURL: https://github.acme.dev'],
    says: /does not end in \/api\/v3/u,
  },
  {
    target: 'slack',
    name: 'misspelt token',
    edit: ['token: $slack-token', 'tokn: $slack-token'],
    says: /service\.slack ignores tokn/u,
  },
  {
    target: 'slack',
    name: 'key that the Secret does not have',
    edit: ['$slack-token', '$slack-tokn'],
    says: /service\.slack refers to \$slack-tokn, which the Secret does not have/u,
  },
  {
    target: 'slack',
    name: 'key of the ConfigMap that the engine does not know',
    edit: ['template.healthy', 'templates.healthy'],
    says: /the engine ignores the key templates\.healthy/u,
  },
  {
    target: 'slack',
    name: 'chat behind a webhook without a scheme',
    edit: [
      'service.slack: |\n    token: $slack-token',
      'service.webhook.slack: |\n    url: hooks.slack.com/services/1',
    ],
    says: /has no scheme: nothing can be sent/u,
  },
  {
    target: 'slack',
    name: 'chat behind a webhook with a templated address',
    edit: [
      'service.slack: |\n    token: $slack-token',
      'service.webhook.slack: |\n    url: "https://{{ .context.channel }}.acme.dev/"',
    ],
    says: /is sent literally, with its braces/u,
  },
  {
    target: 'slack',
    name: 'chat behind a webhook without an address',
    edit: ['service.slack: |\n    token: $slack-token', 'service.webhook.slack: |\n    insecureSkipVerify: false'],
    says: /service\.webhook\.slack has no url/u,
  },
];
