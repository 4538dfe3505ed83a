/**
 * Jobs that several patterns share.
 */
import type { HandbackApplication, HandbackEvents, HandbackFile } from '../schemas/handback.generated.ts';
import type { Job, Start } from './job.ts';
import { consumeScript } from './scripts/events.ts';
import { providerOf } from './scripts/status.ts';
import { testScript } from './scripts/tests.ts';

/** Where git sends the header of a secret: to the event repository, and to no other. */
export function gitEnvironment(events: HandbackEvents): Record<string, string> {
  const scope = /^https?:/u.test(events.repository) ? `http.${events.repository}.extraHeader` : 'http.extraHeader';
  return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: scope };
}

/** The image of CI's jobs. */
export function testImage(file: HandbackFile): string {
  return file.testImage ?? file.image;
}

/** Tests an application whenever it is told that a commit of it runs somewhere, and reports to that commit. */
export function testJob(file: HandbackFile, application: HandbackApplication, start: Start, home: string): Job {
  const provider = providerOf(file, application.sourceRepository);
  return {
    name: `waybill-test-${application.name}`,
    title: `Test what was deployed of ${application.name}`,
    home,
    application: application.name,
    start,
    image: testImage(file),
    env: { SOURCE_REPOSITORY: application.sourceRepository, ...provider?.env },
    secrets: provider === undefined ? [] : ['STATUS_TOKEN'],
    script: testScript(application, provider),
  };
}

/** Hands the new events of an application to its tests. */
export function consumerJob(file: HandbackFile, application: HandbackApplication, events: HandbackEvents): Job {
  return {
    name: `waybill-test-${application.name}`,
    title: `Test what was deployed of ${application.name}`,
    home: 'events',
    application: application.name,
    start: { kind: 'events-pushed' },
    image: testImage(file),
    env: { EVENTS_REPOSITORY: events.repository, ...gitEnvironment(events) },
    secrets: ['GIT_CONFIG_VALUE_0'],
    script: consumeScript(application, events),
  };
}
