/** GitHub does not answer as it should. */
import type { Fault } from '../../../plugin/notifications/engine/scenario.ts';
import type { ScenarioBuilder } from '../scenario-builder.ts';
import type { Named } from './scenario.ts';

/** A deployment during which the first request of every message meets the fault; the resync brings what is missing. */
function deployThrough(story: ScenarioBuilder, fault: Fault): void {
  const app = story.application('web').compare('r1', ['v1']);
  story.fault(fault);
  app.start('r1');
  story.wait(185);
  story.expect('v1 in_progress');
  app.finish('Succeeded').synced('Progressing');
  story.fault(fault);
  app.health('Healthy');
  story.wait(185);
  story.expect('v1 success');
}

export const outside: readonly Named[] = [
  {
    name: 'GitHub answers 502',
    tell(story) {
      story.logs(/Failed to notify recipient .*502/u);
      deployThrough(story, { status: 502, count: 2 });
    },
  },
  {
    name: 'GitHub answers 502 for ten minutes',
    tell(story) {
      story.logs(/Failed to notify recipient .*502/u);
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      story.expect('v1 in_progress');
      story.fault({ status: 502, count: 1000 });
      app.health('Healthy');
      story.wait(600);
      story.expect();
      story.fault();
      story.wait(1);
      story.wait(125);
      story.expect('v1 success');
    },
  },
  {
    name: 'GitHub limits the rate (429, Retry-After)',
    tell(story) {
      story.logs(/Failed to notify recipient/u);
      deployThrough(story, { status: 429, headers: { 'Retry-After': '30' }, count: 2 });
    },
  },
  {
    name: 'GitHub takes the request and never answers',
    tell(story) {
      story.logs(/Failed to notify recipient/u);
      deployThrough(story, { hangMs: 50, count: 2 });
    },
  },
  {
    name: 'the connection is dropped',
    tell(story) {
      story.logs(/Failed to notify recipient/u);
      deployThrough(story, { drop: true, count: 2 });
    },
  },
  {
    name: 'GitHub refuses the commit status (422): the deployment is reported all the same',
    tell(story) {
      story.logs(/too many commit statuses|Failed to notify recipient/u);
      story.fault({ status: 422, match: '/statuses/', count: 100 });
      story.application('web').deploy('r1', ['v1']);
      story.expectWithoutStatuses('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'no access token for a while',
    tell(story) {
      story.logs(/Failed to notify recipient/u);
      story.fault({ status: 503, match: 'access_tokens$', count: 2 });
      const app = story.application('web').compare('r1', ['v1']).start('r1');
      story.wait(125);
      story.expect('v1 in_progress');
      app.finish('Succeeded').synced('Healthy');
      story.expect('v1 success');
    },
  },
];
