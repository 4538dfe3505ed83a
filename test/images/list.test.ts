// waybill images list over real history.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const digest = `sha256:${'0'.repeat(64)}`;

function lock(environment: string, ...entries: string[]): string {
  return `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n${entries.map((one) => `  - ${one}\n`).join('')}`;
}

const folder = repositories.clone(
  repositories.bare('list', {
    'apps/api/waybill.yaml':
      'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { staging: {}, production: {} }\n',
    'apps/api/locks/production.yaml': lock(
      'production',
      '{ name: r.dev/api, tag: v1 }',
      `{ name: nginx, digest: "${digest}" }`,
    ),
    'apps/api/locks/staging.yaml': lock(
      'staging',
      '{ name: r.dev/api, tag: v1 }',
      `{ name: nginx, digest: "${digest}" }`,
    ),
    'apps/worker/locks/staging.yaml': lock(
      'staging',
      `{ name: r.dev/worker, tag: v7, source: { repository: "https://github.com/acme/w", commit: "${commit}" } }`,
    ),
  }),
);

function commitAt(date: string, subject: string): void {
  git(folder, 'add', '.');
  git(folder, '-c', `user.name=x`, 'commit', '-q', '-m', subject, `--date=${date}`);
}

async function list(...args: string[]) {
  return await runCli(['images', 'list', ...args], { cwd: join(folder, 'apps'), env });
}

describe('images list', () => {
  writeFolder(folder, {
    'apps/api/locks/staging.yaml': lock(
      'staging',
      '{ name: r.dev/api, tag: v2 }',
      `{ name: nginx, digest: "${digest}" }`,
    ),
  });
  commitAt('2026-01-01T00:00:00Z', 'Deploy api');
  const deployed = git(folder, 'log', '-1', '--format=%cI');
  const deploy = git(folder, 'rev-parse', 'HEAD');
  writeFolder(folder, {
    'apps/api/locks/staging.yaml': `# unrelated\n${lock('staging', '{ name: docker.io/library/nginx, digest: "' + digest + '" }', '{ name: r.dev/api, tag: v2 }')}`,
  });
  commitAt('2026-01-02T00:00:00Z', 'Tidy up');
  writeFolder(folder, {
    'apps/api/locks/production.yaml': lock('production', '{ name: r.dev/api, tag: v1 }', '{ name: nginx, tag: dev }'),
  });

  it('shows what runs where since when, environments in their order', async () => {
    const { code, stdout } = await list();
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout.split('\n').map((line) => line.replace(/ \d+[smhd]$/u, ' age').split(/ {2,}/u))).toEqual([
      ['APPLICATION', 'ENVIRONMENT', 'IMAGE', 'VERSION', 'COMMIT', 'AGE'],
      ['apps/api', 'staging', 'docker.io/library/nginx', '@sha256:00000000', '-', 'age'],
      ['apps/api', 'staging', 'r.dev/api', 'v2', '-', 'age'],
      ['apps/api', 'production', 'r.dev/api', 'v1', '-', 'age'],
      // Not committed yet.
      ['apps/api', 'production', 'nginx', 'dev', '-', '-'],
      ['apps/worker', 'staging', 'r.dev/worker', 'v7', commit.slice(0, 8), 'age'],
      [''],
    ]);
  });

  it('prints JSON lines with everything', async () => {
    const { stdout } = await list('api', '-e', 'staging', '-o', 'json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line))[1],
    ).toEqual({
      application: 'apps/api',
      environment: 'staging',
      holds: [],
      name: 'r.dev/api',
      state: { tag: 'v2' },
      since: expect.objectContaining({ commit: deploy, date: deployed, subject: 'Deploy api' }) as unknown,
    });
  });

  it('shows drift, and says so by the exit code when asked', async () => {
    const { code, stdout } = await list('--drift', '--exit-code', '-o', 'markdown');
    expect(code).toBe(3);
    expect(stdout).toBe(`| APPLICATION | IMAGE | staging | production |
| --- | --- | --- | --- |
| apps/api | docker.io/library/nginx | @sha256:00000000 | dev |
| apps/api | r.dev/api | v2 | v1 |
`);
    expect(await list('worker', '--drift', '--exit-code')).toEqual({ code: 0, stdout: '', stderr: 'no drift\n' });
  });

  it('works without git and where there is nothing', async () => {
    const plain = join(repositories.folder, 'plain');
    writeFolder(plain, {
      'locks/staging.yaml': lock('staging', '{ name: a, tag: v1 }'),
      'empty/a.txt': '',
      elsewhere: { link: '/etc' },
    });
    const { stdout } = await runCli(['images', 'list', '-o', 'json'], { cwd: plain, env });
    expect(JSON.parse(stdout)).toEqual({
      application: '',
      holds: [],
      environment: 'staging',
      name: 'a',
      state: { tag: 'v1' },
    });
    expect(await runCli(['images', 'list', 'empty'], { cwd: plain, env })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'there is no lock in empty or below\n',
    });
  });
});
