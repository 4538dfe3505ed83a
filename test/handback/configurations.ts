/**
 * A handback.yaml for every pair of a Git provider and a CI system.
 */
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { HandbackFileText } from '../../plugin/handback/job.ts';
import type { SenderName } from './senders.ts';

/** Where the source repositories are, and the configuration of that provider. */
export interface Site {
  readonly sourceRepository: string;
  /** Lines of handback.yaml. */
  readonly block: string;
}

/** What a sender's provider looks like in handback.yaml. */
export const sites: Readonly<Record<SenderName, Site>> = {
  'GitHub deployment_status': {
    sourceRepository: 'https://github.com/acme/user-service',
    block: 'github: { organization: acme, appID: 1, installationID: 2 }',
  },
  'GitHub status': {
    sourceRepository: 'https://github.com/acme/user-service',
    block: 'github: { organization: acme, appID: 1, installationID: 2, startBy: status }',
  },
  GitLab: { sourceRepository: 'https://gitlab.com/acme/user-service', block: 'gitlab: { group: acme }' },
  Bitbucket: { sourceRepository: 'https://bitbucket.org/acme/user-service', block: 'bitbucket: { workspace: acme }' },
  Gitea: {
    sourceRepository: 'https://git.acme.dev/acme/user-service',
    block: 'gitea: { owner: acme, url: "https://git.acme.dev" }',
  },
  'Argo CD': {
    sourceRepository: 'https://git.example/acme/user-service',
    block: 'webhook: { url: "https://ci.acme.dev" }',
  },
};

/** A handback.yaml for tests of user-service in staging and production. */
export function configuration(ci: string, { sourceRepository, block }: Site, more = ''): string {
  return `apiVersion: waybill.dev/v1
kind: Handback
ci: ${ci}
image: registry.acme.dev/waybill:0.1.0
testImage: registry.acme.dev/acceptance-tests:1.0.0
applications:
  - name: user-service
    application: user-service
    namespace: ecotrack
    sourceRepository: ${sourceRepository}
    environments: [staging, production]
    test: ./acceptance-tests.sh "$WAYBILL_ENVIRONMENT"
    ${more}
argocd: { url: "https://argocd.acme.dev" }
events: { repository: "https://github.com/acme/deployment-events", secret: deployment-events }
jenkins: { url: "https://jenkins.acme.dev", secret: jenkins-webhook }
${block}
`;
}

/** The environments that a CI system can test when this sender tells of them; none when it would start itself. */
export function environmentsFor(ci: string, sender: SenderName): readonly string[] {
  if (sender === 'GitHub status' && (ci === 'circleci' || ci === 'gitlab')) return [];
  return ci === 'azure-pipelines' && sender === 'Bitbucket' ? ['staging'] : ['staging', 'production'];
}

/** The files that a sender's requests start, for one CI system. */
export function filesFor(ci: string, sender: SenderName): HandbackFileText[] {
  const pattern = sender === 'Argo CD' ? 'webhook' : 'commit-status';
  const environments = `[${environmentsFor(ci, sender).join(', ')}]`;
  const text = configuration(ci, sites[sender]).replace('[staging, production]', environments);
  return generateFiles(pattern, readHandbackConfig(text, 'handback.yaml'));
}
