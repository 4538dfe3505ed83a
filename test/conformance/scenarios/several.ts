/** Several repositories, organisations, Applications and environments. */
import type { Named } from './scenario.ts';

const installations = { '67890': ['acme'], '22222': ['beta'] };

export const several: readonly Named[] = [
  {
    name: 'two images of two repositories in two organisations',
    tell(story) {
      story.given({ github: { installations } });
      const app = story.application('web').deploy('r1', ['acme/web@v1', 'beta/api@a1']);
      story.expect('acme/web@v1 in_progress', 'beta/api@a1 in_progress', 'acme/web@v1 success', 'beta/api@a1 success');
      app.deploy('r2', ['acme/web@v1', 'beta/api@a2']);
      story.expect('beta/api@a2 in_progress', 'beta/api@a2 success', 'beta/api@a1 inactive');
    },
  },
  {
    name: 'two images of two repositories of one organisation; one changes',
    tell(story) {
      const app = story.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1']);
      story.expect('acme/api@a1 in_progress', 'acme/web@v1 in_progress', 'acme/api@a1 success', 'acme/web@v1 success');
      app.compare('r2', ['acme/web@v2', 'acme/api@a1']).start('r2').finish('Failed', 'invalid').reconcile();
      story.expect('acme/web@v2 in_progress', 'acme/web@v2 failure');
    },
  },
  {
    name: 'three repositories in one Application',
    tell(story) {
      story.application('web').deploy('r1', ['acme/web@v1', 'acme/api@a1', 'acme/jobs@j1']);
      story.expect(
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
    tell(story) {
      const first = story.application('web-eu').compare('r1', ['v1 staging/web-eu']).start('r1');
      const second = story.application('web-us').compare('r1', ['v1 staging/web-us']).start('r1');
      story.expect('v1 staging/web-eu in_progress by web-eu', 'v1 staging/web-us in_progress by web-us');
      first.finish('Succeeded').synced('Healthy');
      second.finish('Failed', 'quota exceeded').reconcile();
      story.expect('v1 staging/web-eu success by web-eu', 'v1 staging/web-us failure by web-us');
    },
  },
  {
    name: 'an organisation that is not configured',
    tell(story) {
      story.application('web').deploy('r1', ['gamma/web@v1']);
      story.expect();
    },
  },
  {
    name: 'staging and production of one commit',
    tell(story) {
      story.application('web-staging').deploy('r1', ['v1 staging']);
      story.application('web-production').deploy('r1', ['v1 production']);
      story.expect(
        'v1 staging in_progress by web-staging',
        'v1 staging success by web-staging',
        'v1 production in_progress by web-production',
        'v1 production success by web-production',
      );
    },
  },
];
