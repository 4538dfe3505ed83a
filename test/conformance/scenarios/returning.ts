/** Versions that come back, and things that leave. */
import type { Named } from './scenario.ts';

export const returning: readonly Named[] = [
  {
    name: 'git revert',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).deploy('r2', ['v2']);
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive');
      app.deploy('r3', ['v1']);
      builder.expect('v1 in_progress', 'v1 success', 'v2 inactive');
      app.deploy('r4', ['v2']).deploy('r5', ['v1']);
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive', 'v1 in_progress', 'v1 success', 'v2 inactive');
    },
  },
  {
    name: 'rollback in the UI',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      builder.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
      );
      // The target stays r2; the operation deploys r1, and the Application ends OutOfSync.
      app.ask('r1').start('r1').compare('r2', ['v2'], 'OutOfSync').finish('Succeeded', 'successfully synced', ['v1']);
      app.health('Progressing').reconcile();
      builder.expect();
      app.health('Healthy');
      builder.expect('v1 success', 'v2 inactive');
      builder.wait(600);
      app.reconcile();
      builder.expect();
    },
  },
  {
    name: 'rollback in the UI, then forward again',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      app.ask('r1').start('r1').compare('r2', ['v2'], 'OutOfSync').finish('Succeeded', 'successfully synced', ['v1']);
      app.reconcile().health('Healthy');
      builder.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
        'v1 success',
        'v2 inactive',
      );
      app.ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'a failed version is tried again unchanged',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'quota exceeded').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v2 success', 'v1 inactive');
    },
  },
  {
    name: 'a rollback in the UI that fails, and the next sync',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      builder.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
      );
      app.ask('r1').start('r1').finish('Failed', 'Job failed: migrate', ['v1']).reconcile();
      builder.wait(300);
      builder.expect('v1 failure');
      app.compare('r3', ['v3']).ask('r3').start('r3').finish('Succeeded').synced('Healthy');
      builder.expect('v3 queued', 'v3 in_progress', 'v3 success', 'v2 inactive');
    },
  },
  {
    name: 'a version comes back after a month',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.pass(86_400);
      app.deploy('r2', ['v2']);
      builder.pass(30 * 86_400);
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive');
      app.deploy('r3', ['v1']);
      builder.expect('v1 in_progress', 'v1 success', 'v2 inactive');
    },
  },
  {
    name: 'a repository leaves the Application with a deployment',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      builder.expect(
        'acme/api@a1 in_progress',
        'acme/web@v1 in_progress',
        'acme/api@a1 success',
        'acme/web@v1 success',
      );
      app.deploy('r2', ['acme/web@v2']);
      builder.wait(60);
      builder.expect('acme/web@v2 in_progress', 'acme/web@v2 success', 'acme/api@a1 inactive', 'acme/web@v1 inactive');
    },
  },
  {
    name: 'a repository leaves the Application, nothing else changes',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      builder.expect(
        'acme/api@a1 in_progress',
        'acme/web@v1 in_progress',
        'acme/api@a1 success',
        'acme/web@v1 success',
      );
      app.deploy('r2', ['acme/web@v1']);
      builder.expect('acme/api@a1 inactive');
      app.deploy('r3', ['acme/web@v1', 'acme/api@a1']);
      builder.expect('acme/api@a1 in_progress', 'acme/api@a1 success');
    },
  },
  {
    name: 'deletion',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      app.deleting();
      builder.expect('v1 inactive');
      app.health('Progressing').gone();
      builder.expect();
    },
  },
  {
    name: 'deletion without a finalizer: no event is left that could be reported',
    tell(builder) {
      const app = builder.application('web', { finalizer: false }).deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      app.gone();
      builder.expect();
    },
  },
  {
    name: 'deletion while a deployment runs',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      app.deleting().health('Progressing').gone();
      builder.expect('v1 inactive', 'v2 inactive');
    },
  },
  {
    name: 'a revert is compared in the second in which the operation ends, with what was live before',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      builder.sameSecond(() => app.finish('Succeeded').compare('r3', ['v1'], 'Synced'));
      builder.expect();
      app.compare('r3', ['v1'], 'OutOfSync').start('r3').finish('Failed', 'Operation terminated', ['v1']).reconcile();
      builder.expect('v1 in_progress', 'v1 failure', 'v2 inactive');
    },
  },
  {
    name: 'a newer revision with the same record is compared in the second in which the operation ends',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      builder.expect('v1 in_progress');
      // No other comparison comes for minutes.
      builder.sameSecond(() => app.compare('r2', ['v1'], 'Synced').health('Healthy').finish('Succeeded'));
      builder.expect('v1 success');
    },
  },
  {
    name: 'a newer revision with the same record is compared in the second in which the operation fails',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      builder.expect('v1 in_progress');
      builder.sameSecond(() => app.compare('r2', ['v1'], 'Synced').health('Healthy').finish('Failed', 'timed out'));
      builder.expect('v1 failure');
      app.reconcile();
      builder.expect('v1 success');
    },
  },
  {
    name: 'an Application is renamed: the old one is deleted without its finalizer',
    tell(builder) {
      const old = builder.application('web', { finalizer: false }).deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      builder.application('shop').deploy('r1', ['v1']);
      builder.expect('v1 in_progress by shop', 'v1 success by shop');
      old.gone();
      builder.expect();
    },
  },
  {
    name: 'an Application is renamed: the old one is deleted with its finalizer, and the new one synced again',
    tell(builder) {
      const old = builder.application('web').deploy('r1', ['v1']);
      const renamed = builder.application('shop').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success', 'v1 in_progress by shop', 'v1 success by shop');
      old.deleting().gone();
      // The old one sees only itself (limits.md).
      builder.expect('v1 inactive');
      renamed.start('r1').finish('Succeeded').synced('Healthy');
      builder.expect();
    },
  },
  {
    name: 'deletion shortly after GitHub was down: what waits for its next attempt is sent before the end',
    tell(builder) {
      builder.logs(/Failed to notify recipient .*502/u);
      const app = builder.application('web').deployUntilReady('r1', ['v1']);
      builder.expect('v1 in_progress');
      builder.fault({ status: 502, count: 1000 });
      app.health('Healthy');
      builder.fault();
      builder.wait(5);
      builder.expect();
      app.deleting();
      builder.expect('v1 success', 'v1 inactive');
      app.health('Progressing').gone();
    },
  },
  {
    name: 'deletion of what was never deployed',
    tell(builder) {
      const app = builder.application('web').renderError();
      app.deleting().gone();
      builder.expect();
    },
  },
];
