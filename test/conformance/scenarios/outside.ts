/** GitHub does not answer as it should. */
import type { Fault } from '../../../plugin/notifications/engine/scenario.ts';
import type { ScenarioBuilder } from '../scenario-builder.ts';
import type { Named } from './scenario.ts';

/** A deployment during which the first request of every message meets the fault; the resync brings what is missing. */
function deployThrough(builder: ScenarioBuilder, fault: Fault): void {
  const app = builder.application('web').compare('r1', ['v1']);
  builder.fault(fault);
  app.start('r1');
  builder.wait(185);
  builder.expect('v1 in_progress');
  app.finish('Succeeded').synced('Progressing');
  builder.fault(fault);
  app.health('Healthy');
  builder.wait(185);
  builder.expect('v1 success');
}

export const outside: readonly Named[] = [
  {
    name: 'GitHub answers 502',
    tell(builder) {
      builder.logs(/Failed to notify recipient .*502/u);
      deployThrough(builder, { status: 502, count: 2 });
    },
  },
  {
    name: 'GitHub answers 502 for ten minutes',
    tell(builder) {
      builder.logs(/Failed to notify recipient .*502/u);
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      builder.expect('v1 in_progress');
      builder.fault({ status: 502, count: 1000 });
      app.health('Healthy');
      builder.wait(600);
      builder.expect();
      builder.fault();
      builder.wait(1);
      builder.wait(125);
      builder.expect('v1 success');
    },
  },
  {
    name: 'GitHub limits the rate (429, Retry-After)',
    tell(builder) {
      builder.logs(/Failed to notify recipient/u);
      deployThrough(builder, { status: 429, headers: { 'Retry-After': '30' }, count: 2 });
    },
  },
  {
    name: 'GitHub takes the request and never answers',
    tell(builder) {
      builder.logs(/Failed to notify recipient/u);
      deployThrough(builder, { hangMs: 50, count: 2 });
    },
  },
  {
    name: 'the connection is dropped',
    tell(builder) {
      builder.logs(/Failed to notify recipient/u);
      deployThrough(builder, { drop: true, count: 2 });
    },
  },
  {
    name: 'GitHub refuses the commit status (422): the deployment is reported all the same',
    tell(builder) {
      builder.logs(/too many commit statuses|Failed to notify recipient/u);
      builder.fault({ status: 422, match: '/statuses/', count: 100 });
      builder.application('web').deploy('r1', ['v1']);
      builder.expectWithoutStatuses('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'no access token for a while',
    tell(builder) {
      builder.logs(/Failed to notify recipient/u);
      builder.fault({ status: 503, match: 'access_tokens$', count: 2 });
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      builder.wait(125);
      builder.expect('v1 in_progress');
      app.finish('Succeeded').synced('Healthy');
      builder.expect('v1 success');
    },
  },
  {
    name: 'GitHub refuses one of two repositories for ever: the other is reported, and what it replaced',
    tell(builder) {
      builder.logs(/Failed to notify recipient/u);
      builder.fault({ match: '/repos/acme/api/', status: 403, count: 100_000 });
      const app = builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      builder.expect('acme/web@v1 in_progress', 'acme/web@v1 success');
      app.deploy('r2', ['acme/web@v2', 'acme/api@a2']);
      builder.expect('acme/web@v2 in_progress', 'acme/web@v2 success');
      builder.wait(125);
      builder.expect('acme/web@v1 inactive');
    },
  },
];
