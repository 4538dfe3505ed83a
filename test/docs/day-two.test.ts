/**
 * The commands of the pages for day two, as they stand there, in a repository.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startRegistry } from '../registry/registry-server.ts';
import { engineBinary } from '../tools/argocd.mjs';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();

/** The command lines of a page's ```sh blocks that begin with `waybill WORDS`. */
function commands(page: string, begin: string): string[][] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gmu);
  const lines = [...blocks].flatMap(([, text = '']) => text.split('\n').map((line) => line.trim()));
  return lines
    .filter((line) => line.startsWith(`waybill ${begin}`))
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(1));
}

const manifest =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1" }] } } }\n';
const waybill = (source: string): string =>
  `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: ${source} }\nnamespace: web\nenvironments: { production: {} }\n`;

it('goes back as docs/three-am.md says', async () => {
  const clone = repositories.clone(
    repositories.bare('three-am', { 'apps/web/waybill.yaml': waybill('base'), 'apps/web/base/a.yaml': manifest }),
  );
  const options = { cwd: clone, env: repositories.env };
  for (const [tag, digit] of [
    ['1', 'a'],
    ['2', 'b'],
  ] as const) {
    const source = ['--source-repository', 'https://github.com/acme/web', '--source-commit', digit.repeat(40)];
    const set = ['images', 'set', `ghcr.io/acme/web=:${tag}`, '-e', 'production', '-C', 'apps/web', '--allow-older'];
    expect(await runCli([...set, ...source, '--push'], options)).toMatchObject({ code: 0 });
  }
  const [back] = commands('docs/three-am.md', 'rollback');
  expect(back).toBeDefined();
  expect(await runCli(back ?? [], options)).toMatchObject({ code: 0 });
  repositories.git(clone, 'pull', '-q', '--rebase');
  const lock = readFileSync(join(clone, 'apps/web/locks/production.yaml'), 'utf8');
  expect(lock).toContain(`commit: ${'a'.repeat(40)}`);
  expect(lock).toContain('errors after the last deployment');
});

it('moves from sed as docs/moving.md says', async () => {
  const clone = repositories.clone(
    repositories.bare('moving', { 'web/waybill.yaml': waybill('a.yaml'), 'web/a.yaml': manifest }),
  );
  const options = { cwd: clone, env: repositories.env };
  const all = commands('docs/moving.md', 'images set');
  expect(all).toHaveLength(2);
  for (const one of all) expect(await runCli(one, options)).toMatchObject({ code: 0 });
  const { stdout } = await runCli(['render', 'web', '-e', 'production', '--app', 'web'], options);
  expect(stdout).toContain('image: ghcr.io/acme/web:2');
  expect(stdout).toContain('name: waybill.acme.web.production.web.8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706');
});

it('moves from Image Updater as docs/moving.md says', async () => {
  const registry = await startRegistry();
  onTestFinished(() => registry.close());
  for (const tag of ['1.2.0', '1.3.0', '2.0.0']) await registry.push({ repository: 'acme/web', tag });
  const name = `${registry.host}/acme/web`;
  const annotations = `    argocd-image-updater.argoproj.io/image-list: web=${name}:^1.2\n`;
  const clone = repositories.clone(
    repositories.bare('image-updater', {
      'web/waybill.yaml': `${waybill('a.yaml')}images:\n  - name: ${name}\n`,
      'web/a.yaml': manifest.replace('ghcr.io/acme/web:1', `${name}:1.2.0`),
      'argocd/web.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n  annotations:\n${annotations}`,
    }),
  );
  const options = { cwd: clone, env: { ...repositories.env, WAYBILL_REGISTRIES: registry.hostsFile } };
  const [brought] = commands('docs/moving.md', 'images import');
  expect(await runCli(brought ?? [], options)).toMatchObject({ code: 0 });
  repositories.git(clone, 'commit', '-qam', 'Import the rules of Image Updater');
  repositories.git(clone, 'push', '-q');
  const [update] = commands('docs/moving.md', 'images update');
  const updated = await runCli(update ?? [], options);
  expect({ code: updated.code, stderr: updated.stderr }).toMatchObject({ code: 0 });
  repositories.git(clone, 'pull', '-q', '--rebase');
  expect(readFileSync(join(clone, 'web/locks/production.yaml'), 'utf8')).toContain('tag: 1.3.0');
});

it('moves from Kargo, and from hand-written notifications, as docs/moving.md says', async () => {
  const lock = `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages: [{ name: ghcr.io/acme/web, tag: "7", source: { repository: "https://github.com/acme/web", commit: ${'c'.repeat(40)} } }]\n`;
  const clone = repositories.clone(
    repositories.bare('kargo', {
      'web/waybill.yaml': waybill('a.yaml').replace('{ production: {} }', '{ staging: {}, production: {} }'),
      'web/a.yaml': manifest,
      'web/locks/staging.yaml': lock,
      'notifications.yaml':
        'apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev\ngithub: [{ organization: acme, appID: 1, installationID: 2, privateKey: $key }]\n',
      'argocd-notifications-cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: argocd-notifications-cm }\ndata:\n  service.slack: |\n    token: $slack-token\n',
    }),
  );
  const options = { cwd: clone, env: { ...repositories.env, WAYBILL_ENGINE: await engineBinary() } };
  const [promote] = commands('docs/moving.md', 'promote');
  expect(await runCli(promote ?? [], options)).toMatchObject({ code: 0 });
  repositories.git(clone, 'pull', '-q', '--rebase');
  expect(readFileSync(join(clone, 'web/locks/production.yaml'), 'utf8')).toContain(`commit: ${'c'.repeat(40)}`);
  const notifications = commands('docs/moving.md', 'notifications');
  expect(notifications).toHaveLength(2);
  for (const one of notifications) expect(await runCli(one, options)).toMatchObject({ code: 0 });
  const generated = readFileSync(join(clone, 'generated.yaml'), 'utf8');
  expect(generated).toContain('service.slack');
  expect(generated).toContain('service.github.acme');
});

it('adopts as docs/adopt.md says', async () => {
  const bare = repositories.bare('adopting', { 'web/production/a.yaml': manifest, 'web/staging/a.yaml': manifest });
  const clone = repositories.clone(bare);
  const url = 'https://github.com/acme/deployments.git';
  repositories.git(clone, 'remote', 'set-url', 'origin', url);
  repositories.git(clone, 'config', `url.${bare}.insteadOf`, url);
  const all = ['init', 'validate', 'adopt'].flatMap((begin) => commands('docs/adopt.md', begin));
  // Making a GitHub App needs a browser, and the short way needs a lock first.
  const long = all
    .filter((line) => !line.includes('--native'))
    .map((line) => line.filter((word) => word !== '--github-app'));
  expect(long.length).toBeGreaterThan(2);
  for (const line of long) {
    expect(await runCli(line, { cwd: clone, env: repositories.env }), line.join(' ')).toMatchObject({ code: 0 });
  }
  expect(readFileSync(join(clone, 'waybill-adopt/notifications.yaml'), 'utf8')).toContain('organization: acme');
  expect(repositories.git(bare, 'log', '-1', '--format=%s', 'main')).toBe('Describe web for Waybill');
});
