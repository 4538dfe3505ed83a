/** What happens to the controller itself, and how it was set up. */
import type { Named } from './scenario.ts';

export const controller: readonly Named[] = [
  {
    name: 'the controller restarts between every two events',
    tell(builder) {
      builder.restartAlways();
      const app = builder.application('web').deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      app.deploy('r3', ['v1']);
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure', 'v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'an Application in another namespace',
    tell(builder) {
      builder.given(undefined, { applicationNamespaces: ['team-*'] });
      const app = builder.application('web', { namespace: 'team-a' }).deploy('r1', ['v1']);
      app.deleting().gone();
      builder.expect('v1 in_progress', 'v1 success', 'v1 inactive');
    },
  },
  {
    name: "the application controller's clock is five minutes ahead",
    tell(builder) {
      const app = builder.application('web', { skew: 300 }).deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
  {
    name: "the application controller's clock is five minutes behind",
    tell(builder) {
      const app = builder.application('web', { skew: -300 }).deploy('r1', ['v1']);
      app.compare('r2', ['v2']).start('r2').finish('Failed', 'invalid').reconcile();
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 failure');
    },
  },
];
