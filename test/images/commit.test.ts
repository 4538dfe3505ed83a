// --commit in a checkout that is killed, full, shared, detached, or somebody's own.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBundled, timeOf } from '../tools/bundled.ts';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const lockFile = 'app/locks/production.yaml';
const lock = `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
- name: r.dev/a
  tag: v0
`;
const content = {
  'app/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { production: {} }\n',
  [lockFile]: lock,
  'other/mine.yaml': 'a: 1\n',
};
const set = (tag: string, image = 'r.dev/a'): string[] => [
  'images',
  'set',
  `${image}=:${tag}`,
  '-e',
  'production',
  '-C',
  'app',
  '--no-source',
  '--new',
];

let count = 0;
function checkout(more: Record<string, string> = {}): string {
  count += 1;
  return repositories.clone(repositories.bare(`commit-${count}`, { ...content, ...more }));
}

function tagAt(folder: string, revision = 'HEAD'): string | undefined {
  return /tag: (.*)/u.exec(git(folder, 'show', `${revision}:${lockFile}`))?.[1];
}

/** What Waybill may have left in git's folder; `next-index-…` is git's own, which it never looks at again. */
function leftovers(folder: string): string[] {
  return readdirSync(join(folder, '.git')).filter((name) => /waybill|^[^-]*\.lock$/u.test(name));
}

describe('--commit', () => {
  it('compares with HEAD: what is written and not committed is committed by the next', async () => {
    const folder = checkout();
    expect(await runCli(set('v1'), { cwd: folder, env })).toMatchObject({ code: 0 });
    const result = await runCli([...set('v1'), '--commit'], { cwd: folder, env });
    expect(result).toMatchObject({ code: 0, stdout: 'r.dev/a: v0 -> v1\n' });
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(tagAt(folder)).toBe('v1');
    expect(await runCli([...set('v1'), '--commit'], { cwd: folder, env })).toMatchObject({
      code: 0,
      stderr: 'nothing to change\n',
    });
  });

  it('refuses work of others in the same file, written or staged, and takes none of other files along', async () => {
    const folder = checkout();
    writeFileSync(join(folder, lockFile), `${lock}# mine\n`);
    const dirty = await runCli([...set('v1'), '--commit'], { cwd: folder, env });
    expect(dirty).toMatchObject({ code: 1, stdout: '' });
    expect(dirty.stderr).toContain('error[git-dirty]');
    git(folder, 'add', '.');
    expect((await runCli([...set('v1'), '--commit'], { cwd: folder, env })).stderr).toContain('error[git-dirty]');
    expect(git(folder, 'diff', '--cached', '--name-only')).toBe(lockFile);
    git(folder, 'reset', '-q', '--hard');
    writeFolder(folder, { 'other/mine.yaml': 'a: 2\n', 'app/new.yaml': 'n: 1\n' });
    git(folder, 'add', 'other/mine.yaml');
    writeFolder(folder, { 'other/mine.yaml': 'a: 3\n' });
    expect(await runCli([...set('v1'), '--commit'], { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(git(folder, 'show', '--format=', '--name-only')).toBe(lockFile);
    expect(git(folder, 'status', '--porcelain')).toBe('MM other/mine.yaml\n?? app/new.yaml');
  });

  it('keeps modes and links, and what filters of git make of files', async () => {
    const folder = checkout({
      '.gitattributes': '*.yaml text eol=crlf\n',
      'shared/production.yaml': lock.replaceAll('\n', '\r\n'),
    });
    rmSync(join(folder, lockFile));
    symlinkSync('../../shared/production.yaml', join(folder, lockFile));
    chmodSync(join(folder, 'shared/production.yaml'), 0o755);
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'link');
    expect(await runCli([...set('v1'), '--commit'], { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(git(folder, 'show', '--format=', '--raw').replace(/ \S+ \S+ M/u, ' M')).toBe(
      ':100755 100755 M\tshared/production.yaml',
    );
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'show', 'HEAD:shared/production.yaml')).not.toContain('\r');
    expect(readFileSync(join(folder, 'shared/production.yaml'), 'utf8')).toBe(
      lock.replace('v0', 'v1').replaceAll('\n', '\r\n'),
    );
  });

  it('commits on a detached HEAD and says so, on a branch without commits, in worktrees and submodules', async () => {
    const folder = checkout();
    git(folder, 'checkout', '-q', '--detach');
    const detached = await runCli([...set('v1'), '--commit'], { cwd: folder, env });
    expect(detached).toMatchObject({ code: 0 });
    expect(detached.stderr).toContain('HEAD is detached: the commit is on no branch');
    expect(tagAt(folder)).toBe('v1');

    git(folder, 'worktree', 'add', '-q', '-b', 'side', '../side', 'main');
    const side = join(folder, '../side');
    expect(await runCli([...set('v2'), '--commit'], { cwd: side, env })).toMatchObject({ code: 0 });
    expect([tagAt(side), git(side, 'status', '--porcelain'), tagAt(folder)]).toEqual(['v2', '', 'v1']);

    const outer = checkout();
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', folder, 'sub');
    const sub = join(outer, 'sub');
    expect(await runCli([...set('v3'), '--commit'], { cwd: sub, env })).toMatchObject({ code: 0 });
    expect([tagAt(sub), git(sub, 'status', '--porcelain')]).toEqual(['v3', '']);

    const fresh = checkout();
    git(fresh, 'checkout', '-q', '--orphan', 'new');
    git(fresh, 'rm', '-q', '--cached', '-r', '.');
    git(fresh, 'add', 'other');
    expect(await runCli([...set('v4'), '--commit'], { cwd: fresh, env })).toMatchObject({ code: 1 });
    rmSync(join(fresh, lockFile));
    expect(await runCli([...set('v4'), '--commit'], { cwd: fresh, env })).toMatchObject({ code: 0 });
    expect(git(fresh, 'ls-tree', '-r', '--name-only', 'HEAD')).toBe(lockFile);
    expect(git(fresh, 'diff', '--cached', '--name-only')).toBe('other/mine.yaml');
  });

  it('refuses while a merge is under way, and lets hooks say no', async () => {
    const folder = checkout();
    git(folder, 'checkout', '-q', '-b', 'one');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'one');
    git(folder, 'checkout', '-q', 'main');
    git(folder, 'merge', '-q', '--no-ff', '--no-commit', 'one');
    const merging = await runCli([...set('v1'), '--commit'], { cwd: folder, env });
    expect(merging.stderr).toContain('error[git-dirty]: a merge is under way in this checkout');
    git(folder, 'merge', '--abort');
    const hook = join(folder, 'hooks/commit-msg');
    writeFolder(folder, { 'hooks/commit-msg': '#!/bin/sh\ngrep -q ticket "$1" || { echo no ticket >&2; exit 1; }\n' });
    chmodSync(hook, 0o755);
    git(folder, 'config', 'core.hooksPath', 'hooks');
    for (const environment of ['production', 'staging']) {
      const args = ['images', 'set', 'r.dev/a=:v1', '-e', environment, '-C', 'app', '--no-source', '--new', '--commit'];
      const text = content['app/waybill.yaml'].replace('production: {}', 'production: {}, staging: {}');
      writeFolder(folder, { 'app/waybill.yaml': text });
      expect((await runCli(args, { cwd: folder, env })).stderr).toContain('git: no ticket');
      expect(git(folder, 'status', '--porcelain', '-uall', 'app/locks')).toBe('');
    }
    writeFileSync(hook, '#!/bin/sh\necho ticket >> "$1"\n');
    expect(await runCli([...set('v1'), '--commit'], { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(git(folder, 'log', '-1', '--format=%B')).toContain('\nticket');
    expect(leftovers(folder)).toEqual([]);
  });

  it('of twelve at once makes twelve commits, and each has what its message says', async () => {
    const folder = checkout();
    writeFolder(folder, { 'other/mine.yaml': 'a: 2\n' });
    git(folder, 'add', 'other/mine.yaml');
    const results = await Promise.all(
      Array.from(
        { length: 12 },
        async (_, index) => await runBundled([...set('v1', `r.dev/image-${index}`), '--commit'], { cwd: folder, env }),
      ),
    );
    expect(results.filter(({ code }) => code !== 0)).toEqual([]);
    const commits = git(folder, 'rev-list', 'main~12..main').split('\n');
    const told = commits.map((commit) => {
      const added = /^\+- name: (.*)$/mu.exec(git(folder, 'show', '--format=', '-U0', commit))?.[1];
      expect(git(folder, 'show', '--format=', '--name-only', commit)).toBe(lockFile);
      expect(git(folder, 'log', '-1', '--format=%B', commit)).toContain(`${added}: none -> v1`);
      return added;
    });
    expect(new Set(told).size).toBe(12);
    expect(git(folder, 'status', '--porcelain')).toBe('M  other/mine.yaml');
    expect(leftovers(folder)).toEqual([]);
  });

  it('writes, of twelve at once without --commit, all', async () => {
    const folder = checkout();
    const results = await Promise.all(
      Array.from(
        { length: 12 },
        async (_, index) => await runBundled(set('v1', `r.dev/image-${index}`), { cwd: folder, env }),
      ),
    );
    expect(results.filter(({ code }) => code !== 0)).toEqual([]);
    expect(readFileSync(join(folder, lockFile), 'utf8').match(/r\.dev\/image-/gu)).toHaveLength(12);
  });
});

const kills = 16;

describe('--commit that is killed', () => {
  it.each([
    ['in a clone', false],
    ['in a clone with hooks', true],
  ])('is finished by a repetition, and by any other command: %s', async (_name, withHooks) => {
    const folder = checkout();
    if (withHooks) writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    writeFolder(folder, { 'other/mine.yaml': 'a: 2\n' });
    git(folder, 'add', 'other/mine.yaml');
    const place = { cwd: folder, env };
    const whole = await timeOf([...set('whole'), '--commit'], place);
    let [killed, made] = [0, 1];
    for (let kill = 0; kill < kills; kill += 1) {
      const args = [...set(`v${kill}`), '--commit'];
      const { code } = await runBundled(args, { ...place, killAfter: (whole * (kill + 1)) / kills });
      if (code !== 0) killed += 1;
      // Locks that a killed git left are git's matter; without hooks there are none of them.
      const locks = ['index.lock', 'HEAD.lock', 'refs/heads/main.lock'];
      if (withHooks) for (const name of locks) rmSync(join(folder, '.git', name), { force: true });
      const again = await runBundled(args, place);
      expect({ kill, ...again }).toMatchObject({ code: 0 });
      made += 1;
      expect(tagAt(folder)).toBe(`v${kill}`);
      expect(git(folder, 'rev-list', '--count', 'HEAD')).toBe(String(made + 1));
      expect(git(folder, 'log', '-1', '--format=%B')).toContain(`-> v${kill}`);
      expect(git(folder, 'status', '--porcelain')).toBe('M  other/mine.yaml');
      expect(leftovers(folder)).toEqual([]);
    }
    expect(killed).toBeGreaterThan(kills / 4);
  });
});

describe('a disk that takes nothing', () => {
  it('leaves everything as it was, and a repetition finishes', async () => {
    const folder = checkout();
    const args = [...set('v1'), '--commit'];
    const before = git(folder, 'rev-parse', 'HEAD');
    // Files of at most no bytes: what writes, fails.
    const full = await runBundled(args, { cwd: folder, env, shell: 'trap "" XFSZ; ulimit -f 0' });
    expect(full.code).not.toBe(0);
    expect(full.stdout).toBe('');
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(before);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(await runBundled(args, { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(tagAt(folder)).toBe('v1');
    expect(leftovers(folder)).toEqual([]);
    expect(existsSync(join(folder, 'app/locks'))).toBe(true);
  });
});
