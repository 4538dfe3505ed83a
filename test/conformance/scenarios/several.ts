/** Several repositories, organisations, Applications and environments. */
import type { Named } from './scenario.ts';

const installations = { '67890': ['acme'], '22222': ['beta'] };

export const several: readonly Named[] = [
  {
    name: 'two images of two repositories in two organisations',
    tell(builder) {
      builder.given({ github: { installations } });
      const app = builder.application('web').deploy('r1', ['acme/web@v1', 'beta/api@a1']);
      builder.expect(
        'acme/web@v1 in_progress',
        'beta/api@a1 in_progress',
        'acme/web@v1 success',
        'beta/api@a1 success',
      );
      app.deploy('r2', ['acme/web@v1', 'beta/api@a2']);
      builder.expect('beta/api@a2 in_progress', 'beta/api@a2 success', 'beta/api@a1 inactive');
    },
  },
  {
    name: 'two images of two repositories of one organisation; one changes',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      builder.expect(
        'acme/api@a1 in_progress',
        'acme/web@v1 in_progress',
        'acme/api@a1 success',
        'acme/web@v1 success',
      );
      app.compare('r2', ['acme/web@v2', 'acme/api@a1']).start('r2').finish('Failed', 'invalid').reconcile();
      builder.expect('acme/web@v2 in_progress', 'acme/web@v2 failure');
    },
  },
  {
    name: 'three repositories in one Application',
    tell(builder) {
      builder.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1', 'acme/jobs@j1']);
      builder.expect(
        'acme/api@a1 in_progress',
        'acme/jobs@j1 in_progress',
        'acme/web@v1 in_progress',
        'acme/api@a1 success',
        'acme/jobs@j1 success',
        'acme/web@v1 success',
      );
    },
  },
  {
    name: 'one image in two Applications, each with its environment',
    tell(builder) {
      const first = builder.application('web-eu').compare('r1', ['v1 staging/web-eu']).start('r1');
      const second = builder.application('web-us').compare('r1', ['v1 staging/web-us']).start('r1');
      builder.expect('v1 staging/web-eu in_progress by web-eu', 'v1 staging/web-us in_progress by web-us');
      first.finish('Succeeded').synced('Healthy');
      second.finish('Failed', 'quota exceeded').reconcile();
      builder.expect('v1 staging/web-eu success by web-eu', 'v1 staging/web-us failure by web-us');
    },
  },
  {
    name: 'an organisation that is not configured',
    tell(builder) {
      builder.application('web').deploy('r1', ['gamma/web@v1']);
      builder.expect();
    },
  },
  {
    name: 'staging and production of one commit',
    tell(builder) {
      builder.application('web-staging').deploy('r1', ['v1 staging']);
      builder.application('web-production').deploy('r1', ['v1 production']);
      builder.expect(
        'v1 staging in_progress by web-staging',
        'v1 staging success by web-staging',
        'v1 production in_progress by web-production',
        'v1 production success by web-production',
      );
    },
  },
];
