/** What happens daily and must not be heard. */
import type { Named } from './scenario.ts';

export const silent: readonly Named[] = [
  {
    name: 'self-heal',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      builder.wait(1800);
      app.compare('r1', ['v1'], 'OutOfSync').start('r1', { partial: true }).finish('Succeeded').synced('Progressing');
      app.health('Healthy');
      builder.expect();
    },
  },
  {
    name: 'flapping pods',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      for (let times = 0; times < 5; times += 1) {
        app.health('Progressing');
        builder.wait(40);
        app.health('Healthy');
        builder.wait(300);
      }
      builder.expect();
    },
  },
  {
    name: 'no-op commit: only the revision moves',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      app.compare('r2', ['v1']).compare('r3', ['v1']);
      builder.expect();
    },
  },
  {
    name: 'configuration-only sync',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      app.deploy('r2', ['v1']);
      builder.expect();
    },
  },
  {
    name: '100 reconciles without change',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      for (let times = 0; times < 100; times += 1) {
        builder.wait(60);
        app.reconcile();
      }
      builder.expect();
    },
  },
  {
    name: 'one repository changes 40 times, two others never',
    tell(builder) {
      const rest = ['acme/api@a1', 'acme/jobs@j1'];
      const app = builder.application('web').deploy('r0', ['acme/web@w0', ...rest]);
      const both = ['acme/api@a1', 'acme/jobs@j1', 'acme/web@w0'];
      builder.expect(...both.map((one) => `${one} in_progress`), ...both.map((one) => `${one} success`));
      for (let version = 1; version <= 40; version += 1) {
        app.deploy(`r${version}`, [`acme/web@w${version}`, ...rest]);
        builder.wait(60);
        builder.expect(
          `acme/web@w${version} in_progress`,
          `acme/web@w${version} success`,
          `acme/web@w${version - 1} inactive`,
        );
      }
    },
  },
  {
    name: 'an Application without a record',
    tell(builder) {
      const app = builder.application('legacy').deploy('r1', []).compare('r2', []);
      app.start('r2').finish('Failed', 'invalid').reconcile();
      app.deleting().gone();
      builder.expect();
    },
  },
  {
    name: 'monorepo of 50 applications: one changes',
    tell(builder) {
      const names = Array.from({ length: 50 }, (_, index) => `app-${index}`);
      const apps = names.map((name) => builder.application(name));
      for (const app of apps) app.deploy('r1', ['acme/mono@v1']);
      builder.expect(
        ...names.flatMap((name) => [`acme/mono@v1 in_progress by ${name}`, `acme/mono@v1 success by ${name}`]),
      );
      apps[7]?.deploy('r2', ['acme/mono@v2']);
      for (const [index, app] of apps.entries()) if (index !== 7) app.compare('r2', ['acme/mono@v1']);
      builder.expect(
        'acme/mono@v2 in_progress by app-7',
        'acme/mono@v2 success by app-7',
        'acme/mono@v1 inactive by app-7',
      );
    },
  },
];
