/**
 * Statuses of the source commit: Argo CD's notifications say what became of it, the Git provider starts the tests.
 */
import { failure } from '../../diagnostics/failure.ts';
import type { HandbackApplication, HandbackFile } from '../../schemas/handback.generated.ts';
import type { HandbackConfig } from '../config.ts';
import type { Job } from '../job.ts';
import { testImage, testJob } from '../jobs.ts';
import { notificationsFile, providerBlocks } from '../notifications.ts';
import type { Pattern } from '../pattern.ts';
import { shellWord } from '../quote.ts';
import { type Provider, providerOf } from '../scripts/status.ts';
import { writeJob } from '../systems.ts';

function providerFor({ file, locate }: HandbackConfig, application: HandbackApplication): Provider {
  const provider = providerOf(file, application.sourceRepository);
  if (provider !== undefined) return provider;
  throw failure('handback-missing', 'the pattern commit-status needs github or gitlab', {
    location: locate([]),
    help: [
      'Add github: or gitlab: to this file. For Bitbucket, Azure DevOps and Gitea, see docs/handback/commit-status.md.',
    ],
  });
}

/** CI's part before the deployment: until Argo CD answers, the commit says that it waits. */
function pending(file: HandbackFile, application: HandbackApplication, provider: Provider): Job {
  return {
    name: `waybill-pending-${application.name}`,
    title: `Mark the deployment of ${application.name} as pending`,
    home: `source/${application.name}`,
    application: application.name,
    start: { kind: 'called' },
    image: testImage(file),
    env: provider.env,
    secrets: ['STATUS_TOKEN'],
    script: `set -eu
${provider.functions}report pending ${shellWord(`deployment/${application.name}`)} 'Waiting for Argo CD'
`,
  };
}

/** Statuses of the source commit. */
export const pattern: Pattern = {
  name: 'commit-status',
  summary: "Argo CD's notifications set statuses on the source commit; the Git provider starts the tests (recommended)",
  networkPath: false,
  survivesOutages: true,
  trail: false,
  ratings: {
    security: { score: 5, why: 'no path between cluster and CI; one token, in one place, that may write statuses' },
    effort: { score: 4, why: 'one settings file for all applications, one workflow for each' },
    latency: { score: 5, why: 'seconds: the provider starts the tests when the status arrives' },
    audit: { score: 4, why: 'the history of every commit is at the provider, for as long as it keeps it' },
    scale: { score: 4, why: "within the provider's limits of requests; nothing to operate" },
  },
  generate: (config) => {
    const { file } = config;
    return [
      notificationsFile(config, 'commit-status', providerBlocks(config)),
      ...file.applications.flatMap((application) => {
        const provider = providerFor(config, application);
        const { environments } = application;
        const start = { kind: 'deployed', environments, by: file.github?.startBy ?? 'deployment_status' } as const;
        const tests = testJob(file, application, start, `source/${application.name}`);
        return [pending(file, application, provider), tests].flatMap((job) => writeJob(file.ci, job));
      }),
    ];
  },
};
