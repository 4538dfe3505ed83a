/** Deployments that fail, and what becomes of them. */
import { hook } from '../application.ts';
import type { Named } from './scenario.ts';

export const failing: readonly Named[] = [
  {
    name: 'failing sync without retries',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'Service "web" is invalid').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'failing sync with five retries over five minutes',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      for (const seconds of [5, 10, 20, 40, 80, 160]) {
        app.running('one or more tasks failed. Retrying');
        builder.wait(seconds);
        app.running('Retrying operation');
      }
      builder.expect();
      app.finish('Failed', 'one or more synchronization tasks completed unsuccessfully (retried 5 times)').reconcile();
      builder.expect('v2 failure');
    },
  },
  {
    name: 'a fix is pushed while the failing sync retries',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app.compare('r3', ['v3'], 'OutOfSync').running('one or more tasks failed. Retrying');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      app.finish('Failed', 'Job failed: migrate', ['v2']).reconcile();
      builder.expect('v2 failure');
      app.start('r3').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'parameters are edited after a failure: what the same revision renders now was not tried',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app.finish('Failed', 'quota exceeded', ['v2']).reconcile().compare('r2', ['v3'], 'OutOfSync');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'a sync by hand that names no revision takes one that was not compared yet, and fails',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      app.start('r2', { unnamed: true });
      builder.expect('v1 queued', 'v1 in_progress');
      app.finish('Error', 'connection refused', []).compare('r2', ['v2'], 'OutOfSync');
      builder.expect('v2 error', 'v1 inactive');
    },
  },
  {
    name: 'a sync is requested after a smoke test has failed: the state of the operation goes, the failure stays',
    tell(builder) {
      const app = builder
        .application('web')
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2')
        .synced('Progressing');
      app.health('Healthy').finish('Failed', 'Job failed: smoke-test').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.ask('r2').reconcile();
      builder.expect('v1 inactive');
      app.start('r2').finish('Succeeded').synced('Healthy');
      builder.expect('v2 success');
    },
  },
  {
    name: 'operation that ends in Error',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      app.finish('Error', 'ComparisonError: cannot reach the cluster').reconcile();
      builder.expect('v1 in_progress', 'v1 error');
    },
  },
  {
    name: 'somebody terminates the operation',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      app.running('operation is terminating', 'Terminating').finish('Failed', 'Operation terminated').reconcile();
      builder.expect('v1 in_progress', 'v1 failure');
    },
  },
  {
    name: 'PreSync hook fails: the old pods stay',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app
        .running('waiting for completion of hook batch/Job/migrate')
        .finish('Failed', 'Job failed: migrate')
        .reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'PostSync hook fails: the new pods are live and Healthy',
    tell(builder) {
      const app = builder
        .application('web')
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2')
        .synced('Progressing');
      app.health('Healthy').finish('Failed', 'Job failed: smoke-test').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'degraded at the deadline',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      builder.wait(600);
      app.health('Degraded');
      builder.expect('v1 in_progress', 'v1 failure');
    },
  },
  {
    name: 'degraded, then recovered before it was a success',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      builder.wait(600);
      app.health('Degraded').health('Progressing').health('Healthy');
      builder.expect('v1 in_progress', 'v1 failure', 'v1 success');
    },
  },
  {
    name: 'degraded after it was a success is not a failed deployment',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.wait(3600);
      app.health('Progressing').health('Degraded');
      builder.wait(120);
      app.health('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'degraded for a moment right after a sync',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      app.health('Degraded').health('Progressing').health('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'degraded right after a sync, for more than 30 seconds, and no further event',
    tell(builder) {
      builder.application('web').deployUntilReady('r1', ['v1']).health('Degraded');
      builder.expect('v1 in_progress');
      builder.wait(125);
      builder.expect('v1 failure');
    },
  },
  {
    name: 'a degraded version is replaced; Degraded lasts into the first moments of the next',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      builder.wait(600);
      app.health('Degraded');
      builder.wait(60);
      app.compare('r2', ['v2']).start('r2').finish('Succeeded');
      builder.expect('v1 in_progress', 'v1 failure', 'v2 in_progress');
      app.synced('Progressing').health('Healthy');
      builder.expect('v2 success');
    },
  },
  {
    name: 'fix without difference: no operation runs, the last one stays Failed',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.compare('r3', ['v1']);
      builder.expect('v1 success');
    },
  },
  {
    name: 'render error and fix',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).renderError();
      builder.wait(300);
      builder.expect('v1 in_progress', 'v1 success');
      app.deploy('r3', ['v2']);
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'render error on the first deploy, then fixed',
    tell(builder) {
      const app = builder.application('web').renderError();
      builder.expect();
      app.deploy('r2', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'manual sync: a commit that changes nothing here is compared while a migration fails',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']).ask('r1').start('r1');
      app.finish('Succeeded').synced('Healthy').compare('r2', ['v2']).ask('r2').start('r2');
      app.compare('r3', ['v2'], 'OutOfSync');
      app.finish('Failed', 'Job failed', [], [hook('migrate', 'PreSync', 'Failed')]).reconcile();
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'a hook fails, and the fix is compared in the same second',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      builder.sameSecond(() =>
        app
          .finish('Failed', 'Job failed', [], [hook('migrate', 'PreSync', 'Failed')])
          .compare('r3', ['v3'], 'OutOfSync'),
      );
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r3').finish('Succeeded').synced('Healthy');
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'manual sync: a configuration commit waits while a version never gets ready',
    tell(builder) {
      const app = builder
        .application('web', { automated: false })
        .compare('r1', ['v1'])
        .ask('r1')
        .start('r1')
        .finish('Succeeded')
        .synced('Healthy');
      app
        .compare('r2', ['v2'])
        .ask('r2')
        .start('r2')
        .finish('Succeeded')
        .synced('Progressing')
        .compare('r3', ['v2'], 'OutOfSync');
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued', 'v2 in_progress');
      builder.wait(60);
      app.health('Degraded');
      builder.wait(60);
      app.reconcile();
      builder.expect('v2 failure');
    },
  },
  {
    name: 'a revert is pushed while a version fails',
    tell(builder) {
      const app = builder
        .application('web')
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2')
        .compare('r3', ['v1'], 'OutOfSync');
      app.finish('Failed', 'Service invalid', ['v2']).reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r3').finish('Succeeded').synced('Healthy');
      builder.wait(5);
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'prune is off: a version fails',
    tell(builder) {
      builder
        .application('web', { prune: false })
        .deploy('r1', ['v1'])
        .deploy('r2', ['v2'])
        .compare('r3', ['v3'])
        .start('r3')
        .finish('Failed', 'invalid')
        .reconcile();
      builder.expect(
        'v1 in_progress',
        'v1 success',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
        'v3 in_progress',
        'v3 failure',
      );
    },
  },
  {
    name: 'parameters are edited while a manual sync runs that began before',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']).ask('r1').start('r1');
      app.compare('r1', ['v2'], 'OutOfSync');
      builder.expect('v1 queued', 'v1 in_progress');
      app.finish('Succeeded', 'successfully synced (all tasks run)', ['v1']).health('Healthy').reconcile();
      builder.expect('v2 queued');
    },
  },
  {
    name: 'parameters are edited while a manual sync runs, of which nothing was reported',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']).ask('r1').start('r1');
      app.finish('Succeeded').synced('Healthy').compare('r2', ['v1'], 'Synced').ask('r2').start('r2');
      app.compare('r2', ['v2'], 'OutOfSync');
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 in_progress');
      app.finish('Succeeded', 'successfully synced (all tasks run)', ['v1']).reconcile();
      builder.expect('v2 inactive');
    },
  },
  {
    name: 'a revert is compared in the second in which an operation fails before the version before was ready',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']).compare('r2', ['v2']).start('r2');
      app.health('Healthy');
      builder.sameSecond(() => app.finish('Failed', 'invalid').compare('r3', ['v1'], 'Synced'));
      builder.expect('v1 in_progress', 'v2 in_progress', 'v2 failure');
      builder.wait(60);
      builder.expect('v1 success');
    },
  },
];
