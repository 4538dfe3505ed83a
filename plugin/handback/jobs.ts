/**
 * Jobs that several patterns share.
 */
import { failure } from '../diagnostics/failure.ts';
import { isSsh } from '../hook/git-access.ts';
import type { HandbackApplication, HandbackEvents, HandbackFile } from '../schemas/handback.generated.ts';
import { applicationNames } from './applications.ts';
import type { HandbackConfig } from './config.ts';
import type { Job } from './job.ts';
import { type ProviderOf, providerKeys, providerOf } from './providers.ts';
import type { Request } from './request.ts';
import { consumeScript } from './scripts/events.ts';
import { type Check, checksOf, testScript } from './scripts/tests.ts';

/**
 * What git finds in a job: by http the header of a secret, sent to the event repository and to no other; by ssh the key
 * is CI's own affair (an agent, or the runner's configuration).
 */
export function gitAccess({ repository }: HandbackEvents): Pick<Job, 'env' | 'secrets'> {
  if (isSsh(repository)) return { env: {}, secrets: [] };
  const scope = /^https?:/u.test(repository) ? `http.${repository}.extraHeader` : 'http.extraHeader';
  return { env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: scope }, secrets: ['GIT_CONFIG_VALUE_0'] };
}

/** The image of CI's jobs. */
export function testImage(file: HandbackFile): string {
  return file.testImage ?? file.image;
}

function checkJob(
  file: HandbackFile,
  application: HandbackApplication,
  request: Request,
  provider: ProviderOf | undefined,
  { kind, title, check, ask }: { kind: string; title: string; check: Check; ask: boolean },
): Job {
  return {
    name: `waybill-${kind}-${application.name}`,
    title: `${title} what was deployed of ${application.name}`,
    home: `source/${application.name}`,
    application: application.name,
    start: { kind: 'requested', request },
    image: testImage(file),
    env: { SOURCE_REPOSITORY: application.sourceRepository, ...provider?.statusScript.env },
    secrets: provider === undefined ? [] : ['STATUS_TOKEN'],
    script: testScript(application, check, request, provider, ask),
  };
}

/**
 * Tests (and scans) an application whenever a request says that a commit of it runs somewhere, and reports to that
 * commit. `ask`: the provider knows of deployments, and is asked first. Failure `handback-missing` for a scan that
 * nobody could be told of, and for a source repository at an unknown provider.
 */
export function checkJobs(
  config: HandbackConfig,
  application: HandbackApplication,
  request: Request,
  ask: boolean,
): Job[] {
  const { file, locate } = config;
  const provider = providerOf(config, application);
  const { tests, scan } = checksOf(application);
  if (scan !== undefined && provider === undefined) {
    throw failure('handback-missing', `the scan of ${application.name} is not reported`, {
      location: locate(['applications', file.applications.indexOf(application), 'scan']),
      help: [`Its result is a status of the source commit: add one of ${providerKeys.join(', ')}.`],
    });
  }
  return [
    checkJob(file, application, request, provider, { kind: 'test', title: 'Test', check: tests, ask }),
    ...(scan === undefined
      ? []
      : [checkJob(file, application, request, provider, { kind: 'scan', title: 'Scan', check: scan, ask })]),
  ];
}

/** The document of Waybill's webhooks (docs/notifications/webhooks.md), when it is about a deployment that is tested. */
export function toldByArgoCD(application: HandbackApplication): Request {
  return {
    sender: 'argocd',
    events: [],
    conditions: [
      { variable: 'WAYBILL_STATE', path: ['event'], oneOf: ['success'] },
      { variable: 'WAYBILL_TOLD_APPLICATION', path: ['application'], oneOf: applicationNames(application) },
      { variable: 'WAYBILL_ENVIRONMENT', path: ['environment'], oneOf: application.environments },
    ],
    facts: { WAYBILL_ENVIRONMENT: ['environment'], WAYBILL_SOURCE_COMMIT: ['sources', 0, 'commit'] },
  };
}

/** Hands the new events of an application to its tests; with a provider they report to the source commit, too. */
export function consumerJob(
  file: HandbackFile,
  application: HandbackApplication,
  events: HandbackEvents,
  provider: ProviderOf | undefined,
): Job {
  const access = gitAccess(events);
  return {
    name: `waybill-test-${application.name}`,
    title: `Test what was deployed of ${application.name}`,
    home: 'events',
    application: application.name,
    start: { kind: 'events-pushed' },
    image: testImage(file),
    env: { EVENTS_REPOSITORY: events.repository, ...provider?.statusScript.env, ...access.env },
    secrets: [
      ...access.secrets,
      ...(application.privateSource === true ? ['SOURCE_AUTHORIZATION'] : []),
      ...(provider === undefined ? [] : ['STATUS_TOKEN']),
    ],
    script: consumeScript(application, events),
  };
}
