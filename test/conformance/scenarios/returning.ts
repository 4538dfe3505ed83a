/** Versions that come back, and things that leave. */
import type { Named } from './scenario.ts';

export const returning: readonly Named[] = [
  {
    name: 'git revert',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).deploy('r2', ['v2']);
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive');
      app.deploy('r3', ['v1']);
      story.expect('v1 in_progress', 'v1 success', 'v2 inactive');
      app.deploy('r4', ['v2']).deploy('r5', ['v1']);
      story.expect('v2 in_progress', 'v2 success', 'v1 inactive', 'v1 in_progress', 'v1 success', 'v2 inactive');
    },
  },
  {
    name: 'rollback in the UI',
    tell(story) {
      const app = story.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      story.expect(
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
      story.expect();
      app.health('Healthy');
      story.expect('v1 success', 'v2 inactive');
      story.wait(600);
      app.reconcile();
      story.expect();
    },
  },
  {
    name: 'rollback in the UI, then forward again',
    tell(story) {
      const app = story.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      app.ask('r1').start('r1').compare('r2', ['v2'], 'OutOfSync').finish('Succeeded', 'successfully synced', ['v1']);
      app.reconcile().health('Healthy');
      story.expect(
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
      story.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'a failed version is tried again unchanged',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'quota exceeded').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      story.expect('v2 success', 'v1 inactive');
    },
  },
  {
    name: 'a rollback in the UI that fails, and the next sync',
    tell(story) {
      const app = story.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      story.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
      );
      app.ask('r1').start('r1').finish('Failed', 'Job failed: migrate', ['v1']).reconcile();
      story.wait(300);
      story.expect('v1 failure');
      app.compare('r3', ['v3']).ask('r3').start('r3').finish('Succeeded').synced('Healthy');
      story.expect('v3 queued', 'v3 in_progress', 'v3 success', 'v2 inactive');
    },
  },
  {
    name: 'a version comes back after a month',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.pass(86_400);
      app.deploy('r2', ['v2']);
      story.pass(30 * 86_400);
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive');
      app.deploy('r3', ['v1']);
      story.expect('v1 in_progress', 'v1 success', 'v2 inactive');
    },
  },
  {
    name: 'a repository leaves the Application with a deployment',
    tell(story) {
      const app = story.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      story.expect('acme/api@a1 in_progress', 'acme/web@v1 in_progress', 'acme/api@a1 success', 'acme/web@v1 success');
      app.deploy('r2', ['acme/web@v2']);
      story.wait(60);
      story.expect('acme/web@v2 in_progress', 'acme/web@v2 success', 'acme/api@a1 inactive', 'acme/web@v1 inactive');
    },
  },
  {
    name: 'a repository leaves the Application, nothing else changes',
    tell(story) {
      const app = story.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      story.expect('acme/api@a1 in_progress', 'acme/web@v1 in_progress', 'acme/api@a1 success', 'acme/web@v1 success');
      app.deploy('r2', ['acme/web@v1']);
      story.expect('acme/api@a1 inactive');
      app.deploy('r3', ['acme/web@v1', 'acme/api@a1']);
      story.expect('acme/api@a1 in_progress', 'acme/api@a1 success');
    },
  },
  {
    name: 'deletion',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      app.deleting();
      story.expect('v1 inactive');
      app.health('Progressing').gone();
      story.expect();
    },
  },
  {
    name: 'deletion without a finalizer: no event is left that could be reported',
    tell(story) {
      const app = story.application('web', { finalizer: false }).deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      app.gone();
      story.expect();
    },
  },
  {
    name: 'deletion while a deployment runs',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      app.deleting().health('Progressing').gone();
      story.expect('v1 inactive', 'v2 inactive');
    },
  },
  {
    name: 'a revert is compared in the second in which the operation ends, with what was live before',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress');
      story.sameSecond(() => app.finish('Succeeded').compare('r3', ['v1'], 'Synced'));
      story.expect();
      app.compare('r3', ['v1'], 'OutOfSync').start('r3').finish('Failed', 'Operation terminated', ['v1']).reconcile();
      story.expect('v1 in_progress', 'v1 failure', 'v2 inactive');
    },
  },
  {
    name: 'a newer revision with the same record is compared in the second in which the operation ends',
    tell(story) {
      const app = story.application('web').compare('r1', ['v1']).start('r1');
      story.expect('v1 in_progress');
      // No other comparison comes for minutes.
      story.sameSecond(() => app.compare('r2', ['v1'], 'Synced').health('Healthy').finish('Succeeded'));
      story.expect('v1 success');
    },
  },
  {
    name: 'a newer revision with the same record is compared in the second in which the operation fails',
    tell(story) {
      const app = story.application('web').compare('r1', ['v1']).start('r1');
      story.expect('v1 in_progress');
      story.sameSecond(() => app.compare('r2', ['v1'], 'Synced').health('Healthy').finish('Failed', 'timed out'));
      story.expect('v1 failure');
      app.reconcile();
      story.expect('v1 success');
    },
  },
  {
    name: 'an Application is renamed: the old one is deleted without its finalizer',
    tell(story) {
      const old = story.application('web', { finalizer: false }).deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      story.application('shop').deploy('r1', ['v1']);
      story.expect('v1 in_progress by shop', 'v1 success by shop');
      old.gone();
      story.expect();
    },
  },
  {
    name: 'an Application is renamed: the old one is deleted with its finalizer, and the new one synced again',
    tell(story) {
      const old = story.application('web').deploy('r1', ['v1']);
      const renamed = story.application('shop').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success', 'v1 in_progress by shop', 'v1 success by shop');
      old.deleting().gone();
      // The old one sees only itself (limits.md).
      story.expect('v1 inactive');
      renamed.start('r1').finish('Succeeded').synced('Healthy');
      story.expect();
    },
  },
  {
    name: 'deletion shortly after GitHub was down: what waits for its next attempt is told before the end',
    tell(story) {
      story.logs(/Failed to notify recipient .*502/u);
      const app = story.application('web').deployUntilReady('r1', ['v1']);
      story.expect('v1 in_progress');
      story.fault({ status: 502, count: 1000 });
      app.health('Healthy');
      story.fault();
      story.wait(5);
      story.expect();
      app.deleting();
      story.expect('v1 success', 'v1 inactive');
      app.health('Progressing').gone();
    },
  },
  {
    name: 'deletion of what was never deployed',
    tell(story) {
      const app = story.application('web').renderError();
      app.deleting().gone();
      story.expect();
    },
  },
];
