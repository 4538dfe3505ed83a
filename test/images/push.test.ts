// --push reads and writes git's objects as a checkout would: links, modes, gates; and it sees a lock that stays.
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const waybill = `apiVersion: waybill.dev/v1
kind: Waybill
environments:
  staging: {}
  production: { gates: { from: [qa] } }
`;
const lock = (environment: string, tag: string): string =>
  `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n- name: r.dev/a\n  tag: ${tag}\n`;

let count = 0;
/** A clone whose last commit, which is pushed, has the links. */
function linked(content: Record<string, string>, links: Record<string, string>): string {
  count += 1;
  const folder = repositories.clone(repositories.bare(`push-${count}`, content));
  for (const [path, target] of Object.entries(links)) {
    rmSync(join(folder, path), { recursive: true, force: true });
    symlinkSync(target, join(folder, path));
  }
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'links');
  git(folder, 'push', '-q', 'origin', 'main');
  return folder;
}

const promote = ['promote', '--from', 'staging', '--to', 'production', '-C', 'app'];
const set = (...args: string[]): string[] => ['images', 'set', '-C', 'app', '--no-source', ...args];
const remoteHas = (folder: string, path: string): string => git(folder, 'show', `origin/main:${path}`);

describe('a waybill.yaml that a link leads to', () => {
  const content = { 'shared/waybill.yaml': waybill, 'app/locks/staging.yaml': lock('staging', 'v1') };
  it.each<[string, Record<string, string>]>([
    ['the file', { 'app/waybill.yaml': '../shared/waybill.yaml' }],
    ['a link to a link', { 'app/waybill.yaml': '../shared/link.yaml', 'shared/link.yaml': 'waybill.yaml' }],
  ])('has its gates and environments with --push, too: %s', async (_name, links) => {
    const folder = linked(content, links);
    for (const way of [[], ['--push'], ['--pull-request-branch']]) {
      const { code, stderr } = await runCli([...promote, ...way], { cwd: folder, env });
      expect(code).toBe(1);
      expect(stderr).toContain('the gates of production refuse images from staging');
      const unknown = await runCli(set('r.dev/a=:v2', '-e', 'nowhere', ...way), { cwd: folder, env });
      expect(unknown).toMatchObject({ code: 1 });
      expect(unknown.stderr).toContain('environment-unknown');
    }
    expect(git(folder, 'ls-remote', 'origin').split('\n')).toHaveLength(2);
  });

  it.each([
    ['outside', '../../waybill.yaml', 'path-escapes'],
    ['an absolute path', '/etc/waybill.yaml', 'path-escapes'],
    ['nothing', 'none.yaml', 'file-link-broken'],
    ['itself', 'waybill.yaml', 'file-link-loop'],
  ])('is refused alike where it leads to %s', async (_name, target, code) => {
    const folder = linked({ ...content, 'app/pod.yaml': 'a: 1\n' }, { 'app/waybill.yaml': target });
    for (const way of [[], ['--commit'], ['--push']]) {
      const result = await runCli(set('r.dev/a=:v2', '-e', 'staging', ...way), { cwd: folder, env });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain(`error[${code}]`);
    }
  });

  it('is seen where the application directory itself is a link', async () => {
    const folder = linked(
      { 'real/waybill.yaml': waybill, 'real/locks/staging.yaml': lock('staging', 'v1') },
      { apps: 'real' },
    );
    const args = ['images', 'set', 'r.dev/a=:v2', '--no-source', '-e', 'staging', '--push', '--application', 'apps'];
    expect(await runCli(args, { cwd: folder, env })).toMatchObject({ code: 0 });
    git(folder, 'fetch', '-q');
    expect(remoteHas(folder, 'real/locks/staging.yaml')).toContain('tag: v2');
    expect(git(folder, 'ls-tree', 'origin/main', 'apps')).toContain('120000');
  });
});

describe('--push', () => {
  it('keeps modes, and a lock that is a link', async () => {
    const content = {
      'app/waybill.yaml': waybill,
      'shared/s.yaml': lock('staging', 'v1'),
      'app/locks/production.yaml': lock('production', 'v1'),
    };
    const folder = linked(content, { 'app/locks/staging.yaml': '../../shared/s.yaml' });
    chmodSync(join(folder, 'shared/s.yaml'), 0o755);
    chmodSync(join(folder, 'app/locks/production.yaml'), 0o755);
    git(folder, 'commit', '-qam', 'modes');
    git(folder, 'push', '-q');
    for (const environment of ['staging', 'production'])
      expect(await runCli(set('r.dev/a=:v2', '-e', environment, '--push'), { cwd: folder, env })).toMatchObject({
        code: 0,
      });
    git(folder, 'fetch', '-q');
    const modes = git(folder, 'ls-tree', '-r', '--format=%(objectmode) %(path)', 'origin/main').split('\n');
    expect(modes).toEqual([
      '100755 app/locks/production.yaml',
      '120000 app/locks/staging.yaml',
      '100644 app/waybill.yaml',
      '100755 shared/s.yaml',
    ]);
    expect(remoteHas(folder, 'shared/s.yaml')).toContain('tag: v2');
  });

  it('refuses two applications whose locks are one file and would differ', async () => {
    const content = {
      'a/waybill.yaml': waybill.replace('environments', 'images: [{ name: r.dev/a }]\nenvironments'),
      'b/waybill.yaml': waybill.replace('environments', 'images: [{ name: r.dev/b }]\nenvironments'),
      'shared/staging.yaml': 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages: []\n',
    };
    const folder = linked(content, { 'a/locks': '../shared', 'b/locks': '../shared' });
    const args = ['images', 'set', 'r.dev/a=:v2', 'r.dev/b=:v3', '--no-source', '-e', 'staging', '--all'];
    for (const way of [[], ['--commit'], ['--push']]) {
      const { code, stderr } = await runCli([...args, ...way], { cwd: folder, env });
      expect(code).toBe(1);
      expect(stderr).toContain(
        'shared/staging.yaml: error[change-conflict]: a/locks/staging.yaml and b/locks/staging.yaml are one file',
      );
    }
  });

  it("gives up soon where a lock stays, with git's own words", async () => {
    const folder = linked({ 'app/waybill.yaml': waybill, 'app/pod.yaml': 'image: r.dev/a\n' }, {});
    const bare = git(folder, 'remote', 'get-url', 'origin').replace('file://', '');
    writeFileSync(join(bare, 'refs/heads/main.lock'), '');
    const { code, stdout, stderr } = await runCli(set('r.dev/a=:v2', '-e', 'staging', '--push'), { cwd: folder, env });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('error[remote-locked]: a lock on the branch stays, and the branch does not move');
    expect(stderr).toMatch(/git: .*main\.lock': File exists/u);
    rmSync(join(bare, 'refs/heads/main.lock'));
    writeFolder(folder, {});
    expect(await runCli(set('r.dev/a=:v2', '-e', 'staging', '--push'), { cwd: folder, env })).toMatchObject({
      code: 0,
    });
  });
});
