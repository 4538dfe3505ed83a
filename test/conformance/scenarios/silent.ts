/** What happens daily and must not be heard. */
import type { Named } from './scenario.ts';

export const silent: readonly Named[] = [
  {
    name: 'self-heal',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      story.wait(1800);
      app.compare('r1', ['v1'], 'OutOfSync').start('r1', { partial: true }).finish('Succeeded').synced('Progressing');
      app.health('Healthy');
      story.expect();
    },
  },
  {
    name: 'flapping pods',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      for (let times = 0; times < 5; times += 1) {
        app.health('Progressing');
        story.wait(40);
        app.health('Healthy');
        story.wait(300);
      }
      story.expect();
    },
  },
  {
    name: 'no-op commit: only the revision moves',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      app.compare('r2', ['v1']).compare('r3', ['v1']);
      story.expect();
    },
  },
  {
    name: 'configuration-only sync',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      app.deploy('r2', ['v1']);
      story.expect();
    },
  },
  {
    name: '100 reconciles without change',
    tell(story) {
      const app = story.application('web').deploy('r1', ['v1']);
      story.expect('v1 in_progress', 'v1 success');
      for (let times = 0; times < 100; times += 1) {
        story.wait(60);
        app.reconcile();
      }
      story.expect();
    },
  },
  {
    name: 'one repository changes 40 times, two others never',
    tell(story) {
      const rest = ['acme/api@a1', 'acme/jobs@j1'];
      const app = story.application('web').deploy('r0', ['acme/web@w0', ...rest]);
      const both = ['acme/api@a1', 'acme/jobs@j1', 'acme/web@w0'];
      story.expect(...both.map((one) => `${one} in_progress`), ...both.map((one) => `${one} success`));
      for (let version = 1; version <= 40; version += 1) {
        app.deploy(`r${version}`, [`acme/web@w${version}`, ...rest]);
        story.wait(60);
        story.expect(
          `acme/web@w${version} in_progress`,
          `acme/web@w${version} success`,
          `acme/web@w${version - 1} inactive`,
        );
      }
    },
  },
  {
    name: 'an Application without a record',
    tell(story) {
      const app = story.application('legacy').deploy('r1', []).compare('r2', []);
      app.start('r2').finish('Failed', 'invalid').reconcile();
      app.deleting().gone();
      story.expect();
    },
  },
  {
    name: 'monorepo of 50 applications: one changes',
    tell(story) {
      const names = Array.from({ length: 50 }, (_, index) => `app-${index}`);
      const apps = names.map((name) => story.application(name));
      for (const app of apps) app.deploy('r1', ['acme/mono@v1']);
      story.expect(
        ...names.flatMap((name) => [`acme/mono@v1 in_progress by ${name}`, `acme/mono@v1 success by ${name}`]),
      );
      apps[7]?.deploy('r2', ['acme/mono@v2']);
      for (const [index, app] of apps.entries()) if (index !== 7) app.compare('r2', ['acme/mono@v1']);
      story.expect(
        'acme/mono@v2 in_progress by app-7',
        'acme/mono@v2 success by app-7',
        'acme/mono@v1 inactive by app-7',
      );
    },
  },
];
