/** Versions that come back, and things that leave. */
import type { Named } from './scenario.ts';

export const returning: readonly Named[] = [
  {
    name: 'git revert',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']).deploy('r2', ['v2']);
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success');
      app.deploy('r3', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      app.deploy('r4', ['v2']).deploy('r5', ['v1']);
      story.expect('v2 in_progress', 'v2 success', 'v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'rollback in the UI',
    tell(story) {
      const app = story.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      story.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued', 'v2 in_progress', 'v2 success');
      // The target stays r2; the operation deploys r1, and the Application ends OutOfSync.
      app.ask('r1').start('r1').compare('r2', ['v2'], 'OutOfSync').finish('Succeeded', 'successfully synced', ['v1']);
      app.health('Progressing').reconcile();
      story.expect();
      app.health('Healthy');
      story.expect('v1 success');
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
        'v1 success',
      );
      app.ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      story.expect('v2 in_progress', 'v2 success');
    },
  },
  {
    name: 'a failed version is tried again unchanged',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'quota exceeded').reconcile();
      story.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      story.expect('v2 success');
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
    name: 'deletion of what was never deployed',
    tell(story) {
      const app = story.application('web').renderError();
      app.deleting().gone();
      story.expect();
    },
  },
];
