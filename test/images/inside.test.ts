// A command that is started in a part of an application, such as its base, changes nothing there: no one would read it.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { env } = repositories;
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: r.dev/api:v1 }] }\n';
const head = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
const folder = repositories.clone(
  repositories.bare('inside', {
    'apps/a/waybill.yaml': `${head}source: { manifests: base }\nenvironments: { staging: {}, production: {} }\n`,
    'apps/a/base/pod.yaml': pod,
    'apps/a/docs/pod.yaml': pod,
    'apps/k/waybill.yaml': `${head}source: { kustomize: "overlays/{{ environment }}" }\nenvironments: { staging: {} }\n`,
    'apps/k/base/pod.yaml': pod,
    'apps/k/overlays/staging/kustomization.yaml': 'resources: [../../base/pod.yaml]\n',
    'apps/l/locks/staging.yaml':
      'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages: [{ name: r.dev/api, tag: v1 }]\n',
    'apps/l/pod.yaml': pod,
    'apps/l/more/pod.yaml': pod,
    'other/pod.yaml': pod,
  }),
);
const run = async (cwd: string, args: readonly string[]) => await runCli(args, { cwd: join(folder, cwd), env });
const status = (): string => repositories.git(folder, 'status', '--porcelain', '--untracked-files=all');

const set = ['images', 'set', '--no-source', 'r.dev/api=:v2', '-e', 'staging'];

describe('inside an application', () => {
  it.each([
    ['apps/a/base', set],
    ['apps/a/base', [...set, '--push']],
    ['apps/a/base', ['images', 'set', '--no-source', 'r.dev/api=:v2', '--write', 'manifests']],
    ['apps/a', [...set, '--application', 'base']],
    ['apps/l/more', set],
    ['apps/a/base', ['images', 'update', '-e', 'staging']],
    ['apps/a/base', ['promote', '--from', 'staging', '--to', 'production']],
    ['apps/a/base', ['rollback', '-e', 'staging']],
    ['apps/a/base', ['hold', 'r.dev/api:v1', '-e', 'staging', '--reason', 'x']],
    ['apps/a/base', ['release', 'r.dev/api', '-e', 'staging']],
    ['apps/a/base', ['init']],
    ['apps/k/base', ['init']],
    ['apps/k/overlays/staging', ['init']],
    ['apps/l/locks', ['init']],
  ])('%s: waybill %j is refused', async (cwd, args) => {
    const { code, stdout, stderr } = await run(cwd, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /error\[application-inside\]: apps\/\S+ is (?:inside|a part of) the application apps\/[akl]\n/u,
    );
    expect(status()).toBe('');
  });

  it('a render says so', async () => {
    const { code, stdout, stderr } = await run('apps/a', ['render', 'base']);
    expect(code).toBe(0);
    expect(stdout).toContain('kind: Pod');
    expect(stderr).toBe(
      'apps/a/base has no waybill.yaml: taken by itself, although it is inside the application apps/a\n',
    );
    expect((await run('apps/a', ['images', 'list', 'base'])).stderr).toBe(
      'there is no lock in base or below; it is inside the application apps/a\n',
    );
  });

  it('a directory that no source reads may become an application, and one beside needs no waybill.yaml', async () => {
    const made = await run('apps/a/docs', ['init', '--print']);
    expect({ code: made.code, has: made.stdout.includes('kind: Waybill') }).toEqual({ code: 0, has: true });
    const first = await run('other', [...set, '--commit']);
    expect({ code: first.code, stdout: first.stdout }).toEqual({ code: 0, stdout: 'r.dev/api: v2 (new)\n' });
  });
});
