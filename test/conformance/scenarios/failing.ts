/** Deployments that fail, and what becomes of them. */
import type { Named } from './scenario.ts';

export const failing: readonly Named[] = [
  {
    name: 'failing sync without retries',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'Service "web" is invalid').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'failing sync with five retries over five minutes',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      for (const seconds of [5, 10, 20, 40, 80, 160]) {
        app.running('one or more tasks failed. Retrying');
        story.wait(seconds);
        app.running('Retrying operation');
      }
      story.expect();
      app.finish('Failed', 'one or more synchronization tasks completed unsuccessfully (retried 5 times)').reconcile();
      story.expect('v2 failure');
    },
  },
  {
    name: 'a fix is pushed while the failing sync retries',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app.compare('r3', ['v3'], 'OutOfSync').running('one or more tasks failed. Retrying');
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      app.finish('Failed', 'Job failed: migrate', ['v2']).reconcile();
      story.expect('v2 failure');
      app.start('r3').finish('Succeeded').synced('Progressing').health('Healthy');
      story.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'parameters are edited after a failure: what the same revision renders now was not tried',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app.finish('Failed', 'quota exceeded', ['v2']).reconcile().compare('r2', ['v3'], 'OutOfSync');
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      story.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'a sync by hand that names no revision takes one that was not compared yet, and fails',
    tell(story) {
      const app = story.application('web', { automated: false }).compare('r1', ['v1']);
      app.start('r2', { unnamed: true });
      story.expect('v1 queued', 'v1 in_progress');
      app.finish('Error', 'connection refused', []).compare('r2', ['v2'], 'OutOfSync');
      story.expect('v2 error', 'v1 inactive');
    },
  },
  {
    name: 'a sync is asked for after a smoke test has failed: the state of the operation goes, the failure stays',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2').synced('Progressing');
      app.health('Healthy').finish('Failed', 'Job failed: smoke-test').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.ask('r2').reconcile();
      story.expect('v1 inactive');
      app.start('r2').finish('Succeeded').synced('Healthy');
      story.expect('v2 success');
    },
  },
  {
    name: 'operation that ends in Error',
    tell(story) {
      const app = story.application('web').compare('r1', ['v1']).start('r1');
      app.finish('Error', 'ComparisonError: cannot reach the cluster').reconcile();
      story.expect('v1 in_progress', 'v1 error');
    },
  },
  {
    name: 'somebody terminates the operation',
    tell(story) {
      const app = story.application('web').compare('r1', ['v1']).start('r1');
      app.running('operation is terminating', 'Terminating').finish('Failed', 'Operation terminated').reconcile();
      story.expect('v1 in_progress', 'v1 failure');
    },
  },
  {
    name: 'PreSync hook fails: the old pods stay',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app
        .running('waiting for completion of hook batch/Job/migrate')
        .finish('Failed', 'Job failed: migrate')
        .reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'PostSync hook fails: the new pods are live and Healthy',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2').synced('Progressing');
      app.health('Healthy').finish('Failed', 'Job failed: smoke-test').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'degraded at the deadline',
    tell(story) {
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      story.wait(600);
      app.health('Degraded');
      story.expect('v1 in_progress', 'v1 failure');
    },
  },
  {
    name: 'degraded, then recovered before it was a success',
    tell(story) {
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      story.wait(600);
      app.health('Degraded').health('Progressing').health('Healthy');
      story.expect('v1 in_progress', 'v1 failure', 'v1 success');
    },
  },
  {
    name: 'degraded after it was a success is not a failed deployment',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.wait(3600);
      app.health('Progressing').health('Degraded');
      story.wait(120);
      app.health('Healthy');
      story.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'degraded for a moment right after a sync',
    tell(story) {
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      app.health('Degraded').health('Progressing').health('Healthy');
      story.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'degraded right after a sync, for more than 30 seconds, and no further event',
    tell(story) {
      story.application('web').deployUntilReady('r1', ['v1']).health('Degraded');
      story.expect('v1 in_progress');
      story.wait(125);
      story.expect('v1 failure');
    },
  },
  {
    name: 'a degraded version is replaced; Degraded lasts into the first moments of the next',
    tell(story) {
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      story.wait(600);
      app.health('Degraded');
      story.wait(60);
      app.compare('r2', ['v2']).start('r2').finish('Succeeded');
      story.expect('v1 in_progress', 'v1 failure', 'v2 in_progress');
      app.synced('Progressing').health('Healthy');
      story.expect('v2 success');
    },
  },
  {
    name: 'fix without difference: no operation runs, the last one stays Failed',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.compare('r3', ['v1']);
      story.expect('v1 success');
    },
  },
  {
    name: 'render error and fix',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).renderError();
      story.wait(300);
      story.expect('v1 in_progress', 'v1 success');
      app.deploy('r3', ['v2']);
      story.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'render error on the first deploy, then fixed',
    tell(story) {
      const app = story.application('web').renderError();
      story.expect();
      app.deploy('r2', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
    },
  },
];
