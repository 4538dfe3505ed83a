/** Faults that send something else than is meant. */
import type { TargetedFault } from './fault.ts';

/** A fault with what arrives in place of what is meant. */
export interface WrongFault extends TargetedFault {
  /** A part of the request that is sent, as JSON with its URL. */
  readonly arrives: string;
}

export const wrong: readonly WrongFault[] = [
  {
    target: 'slack',
    name: 'variable of templates that does not exist',
    edit: ['web is healthy{{ else }}', '{{ .application.metadata.name }} is healthy{{ else }}'],
    arrives: '%3Cno+value%3E+is+healthy',
    says: /prints <no value> for \.application/u,
  },
  {
    target: 'slack',
    name: 'secret that is printed as it is',
    edit: ['web is healthy{{ else }}', '{{ .secrets.password }} is healthy{{ else }}'],
    arrives: 'is+healthy',
    says: /prints \.secrets\.password as a list of numbers/u,
  },
  {
    target: 'slack',
    name: 'recipient with a second colon',
    edit: ['[slack:deployments]', '["slack:team:deployments"]'],
    arrives: 'channel=team&',
    says: /slack:team:deployments is interpreted as slack:team/u,
  },
  {
    target: 'github',
    name: 'templated required context',
    edit: ['requiredContexts: []', 'requiredContexts: ["{{ .app.metadata.name }}"]'],
    arrives: '"required_contexts":["{{ .app.metadata.name }}"]',
    says: /github\.deployment\.requiredContexts of template\.deployed is sent literally/u,
  },
  {
    target: 'github',
    name: 'two templates for GitHub in one message',
    edit: [
      'send: [deployed]',
      'send: [deployed, again]\n  template.again: |\n    github:\n      repoURLPath: https://github.com/acme/other\n      revisionPath: "{{ .app.status.sync.revision }}"',
    ],
    line: 'send: [deployed, again]',
    arrives: 'repos/acme/other/deployments',
    says: /they fold into one message/u,
  },
];
