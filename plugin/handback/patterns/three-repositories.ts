/**
 * Three repositories: source, manifests, and one that holds nothing but events, from the request to the tests.
 */
import type { HandbackApplication, HandbackEvents, HandbackFile } from '../../schemas/handback.generated.ts';
import { need } from '../config.ts';
import type { Job } from '../job.ts';
import { gitAccess, testImage } from '../jobs.ts';
import type { Pattern } from '../pattern.ts';
import { requestScript, retentionScript } from '../scripts/events.ts';
import { writeJob } from '../systems.ts';
import { eventFiles } from './event-files.ts';

function request(file: HandbackFile, application: HandbackApplication, events: HandbackEvents): Job {
  return {
    name: `waybill-request-${application.name}`,
    title: `Record that a deployment of ${application.name} was requested`,
    home: `source/${application.name}`,
    application: application.name,
    start: { kind: 'called' },
    image: testImage(file),
    ...gitAccess(events),
    script: requestScript(application, events),
  };
}

function retention(file: HandbackFile, events: HandbackEvents): Job {
  const access = gitAccess(events);
  return {
    name: 'waybill-retention',
    title: 'Delete old deployment events',
    home: 'events',
    application: undefined,
    start: { kind: 'daily' },
    image: testImage(file),
    ...access,
    env: { EVENTS_REPOSITORY: events.repository, ...access.env },
    script: retentionScript(events),
  };
}

/** Three repositories. */
export const pattern: Pattern = {
  name: 'three-repositories',
  summary: 'event files in a separate repository, from deployment-requested to tests-complete, with retention',
  networkPath: false,
  survivesOutages: true,
  trail: true,
  ratings: {
    security: {
      score: 5,
      why: 'no path between cluster and CI; access to events is separate from code and manifests',
    },
    effort: {
      score: 2,
      why: 'as event-files, and a third repository, its rights, its retention and a step in every build',
    },
    latency: { score: 3, why: 'as event-files' },
    audit: { score: 5, why: 'request, deployment and tests of one deployment carry one id, and every one is a commit' },
    scale: { score: 5, why: 'retention keeps the tree small; measured with 100,000 events' },
  },
  generate: (config) => {
    const { file } = config;
    const events = need(config, 'three-repositories', 'events');
    return [
      ...eventFiles(config, events),
      ...file.applications.flatMap((application) => writeJob(file, request(file, application, events))),
      ...writeJob(file, retention(file, events)),
    ];
  },
};
