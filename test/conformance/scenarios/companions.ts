/** Images of one repository that are built from different commits: GitHub sets the older deployment inactive. */
import { commitOf } from '../recordings.ts';
import type { Named } from './scenario.ts';

export const companions: readonly Named[] = [
  {
    name: 'three images of one repository: one changes',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1', 'v2', 'v3']);
      builder.ignore();
      app.deploy('r2', ['v1', 'v4', 'v3']);
      builder.wait(30);
      builder.final({ v1: 'success', v2: 'inactive', v3: 'success', v4: 'success' });
    },
  },
  {
    name: 'two images of one repository in production, where GitHub sets nothing inactive',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1 production', 'v2 production']);
      builder.expect(
        'v1 production in_progress',
        'v1 production success',
        'v2 production in_progress',
        'v2 production success',
      );
      app.deploy('r2', ['v1 production', 'v3 production']);
      builder.wait(30);
      builder.expect('v3 production in_progress', 'v3 production success', 'v2 production inactive');
    },
  },
  {
    name: 'one of two images of one repository leaves',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1', 'v2']);
      builder.ignore();
      app.deploy('r2', ['v2']);
      builder.wait(30);
      builder.final({ v1: 'inactive', v2: 'success' });
    },
  },
  {
    name: 'one of two images of one repository fails and is fixed',
    tell(builder) {
      const app = builder
        .application('web')
        .deploy('r1', ['v1', 'v2'])
        .compare('r2', ['v1', 'v3'])
        .start('r2')
        .finish('Failed', 'invalid')
        .reconcile();
      app.deploy('r3', ['v1', 'v4']);
      builder.ignore();
      builder.wait(30);
      builder.final({ v1: 'success', v2: 'inactive', v3: 'failure', v4: 'success' });
    },
  },
  {
    name: 'two images of one repository change in turn',
    tell(builder) {
      builder
        .application('web')
        .deploy('r1', ['v1', 'v2'])
        .deploy('r2', ['v1', 'v3'])
        .deploy('r3', ['v4', 'v3'])
        .deploy('r4', ['v4', 'v5']);
      builder.ignore();
      builder.wait(30);
      builder.final({ v1: 'inactive', v2: 'inactive', v3: 'inactive', v4: 'success', v5: 'success' });
    },
  },
  {
    name: 'GitHub does not know the commit of one of two images of one repository',
    tell(builder) {
      builder.logs(/Failed to notify recipient|too many commit statuses|: 422$/u);
      const commits = ['v1', 'v3'].map((label) => commitOf(label));
      builder.given({ github: { repositories: { 'acme/web': { commits } } } });
      const app = builder.application('web').deploy('r1', ['v1', 'v2']);
      builder.expect('v1 in_progress', 'v1 success');
      app.deploy('r2', ['v3', 'v2']);
      builder.expect('v3 in_progress', 'v3 success');
      builder.wait(125);
      builder.expect('v1 inactive');
    },
  },
];
