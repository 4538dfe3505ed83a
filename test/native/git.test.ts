// Native sources in real git repositories: pipelines that push at once, a commit that was killed in the middle, and the
// patch of an Application.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../plugin/yaml/read.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository, writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git } = repositories;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  env = { ...repositories.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() };
});

const commitOf = (digit: number): string => String(digit).repeat(40);
const images = ['a', 'b', 'c'];
const files = {
  'web/waybill.yaml':
    'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: native\nrecord: record.yaml\nenvironments: { production: }\n',
  'web/kustomization.yaml': 'resources: [pods.yaml]\n',
  'web/pods.yaml': images
    .map(
      (name) =>
        `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: main, image: "r.dev/${name}:0" }] }\n`,
    )
    .join('---\n'),
};

async function set(cwd: string, name: string, digit: number, ...more: string[]) {
  const source = ['--source-repository', `https://github.com/acme/${name}`, '--source-commit', commitOf(digit)];
  return await runCli(
    ['images', 'set', `r.dev/${name}=:${digit}`, '-e', 'production', '-C', 'web', ...source, ...more],
    { cwd, env },
  );
}

describe('pushes at once', () => {
  it('all win, and the record in the end is of all of them', async () => {
    const bare = repositories.bare('at-once', files);
    const clones = images.map(() => repositories.clone(bare));
    const results = await Promise.all(
      images.map(async (name, index) => await set(clones[index] ?? '', name, index + 1, '--push')),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    const clone = repositories.clone(bare);
    const record = readFileSync(join(clone, 'web/record.yaml'), 'utf8');
    for (const [index, name] of images.entries())
      expect(record).toContain(`waybill.acme.${name}.production.web.${commitOf(index + 1)}`);
    const { code, stderr } = await runCli(['validate', '--strict'], { cwd: clone, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Each commit is whole: lock, image and record together.
    for (const commit of git(clone, 'log', '--format=%H', '-3').trim().split('\n')) {
      const changed = git(clone, 'show', '--name-only', '--format=', commit).trim().split('\n');
      expect(changed).toEqual(['web/kustomization.yaml', 'web/locks/production.yaml', 'web/record.yaml']);
    }
  });
});

describe('a commit that was killed', () => {
  it('is finished by the same command, whatever it had written', async () => {
    const bare = repositories.bare('killed', files);
    const whole = repositories.clone(bare);
    expect((await set(whole, 'a', 1, '--commit')).code).toBe(0);
    const written = ['web/kustomization.yaml', 'web/locks/production.yaml', 'web/record.yaml'];
    const texts = written.map((file): [string, string] => [file, readFileSync(join(whole, file), 'utf8')]);
    for (let left = 1; left <= texts.length; left += 1) {
      const clone = repositories.clone(bare);
      writeFiles(clone, Object.fromEntries(texts.slice(0, left)));
      const { code, stderr } = await set(clone, 'a', 1, '--commit');
      expect({ left, code, committed: stderr.startsWith('committed ') }).toEqual({ left, code: 0, committed: true });
      expect(git(clone, 'status', '--porcelain')).toBe('');
      expect(git(clone, 'rev-parse', 'HEAD^{tree}')).toBe(git(whole, 'rev-parse', 'HEAD^{tree}'));
      expect((await set(clone, 'a', 1, '--commit')).stderr).toBe('nothing to change\n');
    }
  });

  it('leaves the work of others alone', async () => {
    const clone = repositories.clone(repositories.bare('others', files));
    writeFiles(clone, { 'web/kustomization.yaml': 'resources: [pods.yaml]\nnamespace: mine\n' });
    const { code, stderr } = await set(clone, 'a', 1, '--commit');
    expect(code).toBe(1);
    expect(stderr).toContain('error[git-dirty]: there are changes that are not committed in web/kustomization.yaml');
    expect(git(clone, 'log', '--format=%s').trim().split('\n')).toHaveLength(1);
  });
});

describe('waybill record --write', () => {
  it('brings the files to the lock in a commit of its own', async () => {
    const clone = repositories.clone(repositories.bare('write', files));
    await set(clone, 'a', 1, '--commit');
    writeFiles(clone, { 'web/record.yaml': '', 'web/kustomization.yaml': 'resources: [pods.yaml, record.yaml]\n' });
    git(clone, 'commit', '-qam', 'by hand');
    const write = ['record', '-e', 'production', '-C', 'web', '--write', '--commit'];
    expect((await runCli(write, { cwd: clone, env })).code).toBe(0);
    expect(git(clone, 'log', '-1', '--format=%s')).toBe('Bring web in production to the lock');
    expect(git(clone, 'diff', '--stat', 'HEAD', 'HEAD~2')).toBe('');
    expect((await runCli(write, { cwd: clone, env })).stderr).toBe('nothing to change\n');
  });
});

describe('waybill record --patch', () => {
  it('prints what docs/native.md shows, and it makes the Application one of two sources', async () => {
    const clone = repositories.clone(
      repositories.bare('patch', {
        'redis/waybill.yaml':
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { external: {} }\nrecord: records/production.yaml\nenvironments: { production: }\n',
      }),
    );
    git(clone, 'remote', 'set-url', 'origin', 'https://ci:token@github.com/acme/deployments.git');
    const { stdout } = await runCli(['record', '-e', 'production', '-C', 'redis', '--patch'], { cwd: clone, env });
    const page = readFileSync('docs/native.md', 'utf8');
    const [, shown] = /```console\n\$ waybill record -e production -C redis --patch\n([\s\S]*?)```/u.exec(page) ?? [];
    expect(stdout).toBe(shown);

    // As people apply it in Git.
    const source = { repoURL: 'https://charts.example.com', chart: 'redis', targetRevision: '1.0.0' };
    const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'redis' } };
    const folder = createRepository({
      'kustomization.yaml': 'resources: [redis.yaml]\npatches: [{ path: patch.yaml, target: { kind: Application } }]\n',
      'redis.yaml': JSON.stringify({ ...application, spec: { project: 'default', source } }),
      'patch.yaml': stdout,
    });
    const built = execFileSync(await kustomizeBinary(), ['build', folder], { encoding: 'utf8' });
    expect(readYaml(built, { file: 'built', duplicateKeys: 'error' })[0]?.value).toEqual({
      ...application,
      spec: {
        project: 'default',
        sources: [
          source,
          {
            repoURL: 'https://github.com/acme/deployments.git',
            targetRevision: 'main',
            path: 'redis/records',
            directory: { include: 'production.yaml' },
          },
        ],
      },
    });
  });
});
