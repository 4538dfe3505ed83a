/**
 * The commands of the pages for day two, as they stand there, in a repository.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  writeFileSync(join(clone, 'note.txt'), '');
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
});
