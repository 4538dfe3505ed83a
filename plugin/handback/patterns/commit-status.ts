/**
 * Statuses of the source commit: Argo CD's notifications say what became of it, the Git provider starts the tests.
 */
import { failure } from '../../diagnostics/failure.ts';
import type { JsonObject } from '../../resources/json.ts';
import type { HandbackApplication, HandbackFile } from '../../schemas/handback.generated.ts';
import type { HandbackConfig } from '../config.ts';
import { contextWithEnvironment } from '../contexts.ts';
import type { Job } from '../job.ts';
import { checkJobs, testImage, toldByArgoCD } from '../jobs.ts';
import { notificationsFile, webhookReceivers } from '../notifications.ts';
import type { Pattern } from '../pattern.ts';
import { ciNames, endless, obstacle } from '../possible.ts';
import { byStatus, providerBlocks, providerKeys, type ProviderOf, providerOf } from '../providers.ts';
import type { Request } from '../request.ts';
import { pendingScript } from '../scripts/pending.ts';
import { writeJob } from '../systems.ts';

const NAME = 'commit-status';

function providerFor(config: HandbackConfig, application: HandbackApplication): ProviderOf {
  const found = providerOf(config, application);
  if (found !== undefined) return found;
  throw failure('handback-missing', `the pattern ${NAME} needs a Git provider`, {
    location: config.locate([]),
    help: [`Add one of ${providerKeys.join(', ')} to this file.`],
  });
}

/** Argo CD reports to Azure DevOps anyway, and starts its pipelines at the same address. */
function startsItself({ ci, azureDevOps }: HandbackFile): boolean {
  return ci === 'azure-pipelines' && azureDevOps !== undefined;
}

/** What starts the tests. Failure `handback-impossible` when nothing can. */
function startOf(config: HandbackConfig, application: HandbackApplication, { provider }: ProviderOf): Request {
  const { file, locate } = config;
  if (provider.key === 'azureDevOps' && startsItself(file)) return toldByArgoCD(application);
  const setup = { ci: file.ci, provider: provider.kind(file) };
  const reason = obstacle(NAME, setup);
  const request = provider.statusRequest(file, application);
  if (reason === undefined && request !== undefined) {
    const again = endless(file.ci, request);
    if (again === undefined) return request;
    throw failure('handback-impossible', again.reason, { location: locate(['ci'], 'value'), help: [again.help] });
  }
  const others = ciNames.filter((ci) => obstacle(NAME, { ...setup, ci }) === undefined);
  throw failure(
    'handback-impossible',
    `${reason ?? `${provider.title} sends no events for it`}, so nothing starts the tests`,
    {
      location: locate(['ci'], 'value'),
      help: [
        ...(others.length === 0 ? [] : [`With ${provider.title} choose ci: ${others.join(', ')}.`]),
        'Or choose the pattern event-files or three-repositories, where a push or a schedule starts the tests; or webhook, where Argo CD calls CI and tests also report to the commit.',
      ],
    },
  );
}

function notifications(config: HandbackConfig): JsonObject {
  return {
    ...providerBlocks(config),
    ...(byStatus(config) ? { report: { commitStatus: { context: contextWithEnvironment } } } : {}),
    ...(startsItself(config.file) ? { webhooks: webhookReceivers(config, NAME) } : {}),
  };
}

/** CI's part before the deployment. */
function pending(config: HandbackConfig, application: HandbackApplication, provider: ProviderOf): Job {
  return {
    name: `waybill-pending-${application.name}`,
    title: `Mark the deployment of ${application.name} as pending`,
    home: `source/${application.name}`,
    application: application.name,
    start: { kind: 'called' },
    image: testImage(config.file),
    env: provider.statusScript.env,
    secrets: ['STATUS_TOKEN'],
    script: pendingScript(application, provider, byStatus(config)),
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
      notificationsFile(config, NAME, notifications(config)),
      ...file.applications.flatMap((application) => {
        const provider = providerFor(config, application);
        const checks = checkJobs(config, application, startOf(config, application, provider), true);
        return [pending(config, application, provider), ...checks].flatMap((job) => writeJob(file, job));
      }),
    ];
  },
};
