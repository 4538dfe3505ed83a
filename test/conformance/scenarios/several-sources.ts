/** Applications with several sources: Argo CD writes some of their fields empty, and others twice. */
import { hook } from '../application.ts';
import type { Named } from './scenario.ts';

export const severalSources: readonly Named[] = [
  {
    name: 'several sources: RollingSync names no revisions, and a PreSync hook fails',
    tell(builder) {
      const app = builder.application('web', { multiSource: true, automated: false }).compare('r1', ['v1']);
      app.start('r1', { unnamed: true }).finish('Succeeded').synced('Healthy');
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success');
      app.compare('r2', ['v2']).start('r2', { unnamed: true });
      app.finish('Failed', 'Job failed: migrate', [], [hook('migrate', 'PreSync', 'Failed')]).reconcile();
      builder.expect('v2 queued', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'several sources: a PostSync hook fails after everything was healthy',
    tell(builder) {
      const app = builder
        .application('web', { multiSource: true })
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2')
        .synced('Progressing');
      app
        .health('Healthy')
        .finish('Failed', 'Job failed', undefined, [hook('smoke', 'PostSync', 'Failed')])
        .reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.deploy('r3', ['v3']);
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'several sources: retry.refresh takes the revisions out of the operation, which fails',
    tell(builder) {
      const app = builder
        .application('web', { multiSource: true })
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2');
      app.running('one or more tasks failed. Retrying').retryNewest('r2');
      app.finish('Failed', 'one or more synchronization tasks (retried 2 times)', ['v2']).reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: 'several sources: retry.refresh takes the fix',
    tell(builder) {
      const app = builder
        .application('web', { multiSource: true })
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2');
      app.running('one or more tasks failed. Retrying').compare('r3', ['v3'], 'OutOfSync').retryNewest('r3');
      app.finish('Succeeded', 'ok', ['v3']).synced('Progressing').health('Healthy');
      builder.expect(
        'v1 in_progress',
        'v1 success',
        'v2 in_progress',
        'v3 in_progress',
        'v3 success',
        'v1 inactive',
        'v2 inactive',
      );
    },
  },
  {
    name: 'several sources: parameters are edited after a failure',
    tell(builder) {
      const app = builder
        .application('web', { multiSource: true })
        .deploy('r1', ['v1'])
        .compare('r2', ['v2'])
        .start('r2');
      app.finish('Failed', 'quota', ['v2']).reconcile().compare('r2', ['v3'], 'OutOfSync');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive');
    },
  },
  {
    name: 'several sources, manual sync: healthy and the next version in one event',
    tell(builder) {
      const app = builder
        .application('web', { automated: false, multiSource: true })
        .compare('r1', ['v1'])
        .ask('r1')
        .start('r1')
        .finish('Succeeded')
        .synced('Progressing');
      app.together(() => {
        app.health('Healthy').compare('r2', ['v2'], 'OutOfSync');
      });
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued');
    },
  },
  {
    name: 'several sources: a sync by hand to a branch never gets ready',
    tell(builder) {
      const app = builder
        .application('web', { automated: false, multiSource: true })
        .compare('r1', ['v1'])
        .ask('r1')
        .start('r1')
        .finish('Succeeded')
        .synced('Healthy');
      app
        .ask('b1')
        .start('b1')
        .finish('Succeeded', 'ok', ['v9'])
        .health('Progressing')
        .compare('r1', ['v1'], 'OutOfSync');
      builder.wait(60);
      app.health('Degraded').reconcile();
      builder.wait(60);
      builder.ignore();
      builder.final({ v9: 'failure' });
    },
  },
  {
    name: 'several sources: a sync window denies the automated sync',
    tell(builder) {
      const app = builder.application('web', { multiSource: true }).deploy('r1', ['v1']).compare('r2', ['v2']);
      builder.wait(90);
      builder.expect('v1 in_progress', 'v1 success', 'v2 queued');
      app.ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
];
