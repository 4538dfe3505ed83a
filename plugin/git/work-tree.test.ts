import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { WorkTree } from './work-tree.ts';

const home = mkdtempSync(join(tmpdir(), 'waybill-tree-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
// No configuration of the machine: the identity is missing, as in many CI images.
const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
const who = ['-c', 'user.name=Jo', '-c', 'user.email=jo@acme.dev'];

function sh(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

let count = 0;
/** A bare repository with one commit, and clones of it. */
function origin(): { bare: string; clone: (...flags: string[]) => string } {
  count += 1;
  const bare = join(home, `${count}.git`);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare], { env });
  const seed = join(home, `${count}-seed`);
  execFileSync('git', ['init', '-q', '-b', 'main', seed], { env });
  mkdirSync(join(seed, 'app/locks'), { recursive: true });
  writeFileSync(join(seed, 'app/a.yaml'), 'a: 1\n');
  writeFileSync(join(seed, 'app/locks/b.yaml'), 'b: 1\n');
  writeFileSync(join(seed, 'other.yaml'), 'c: 1\n');
  sh(seed, 'add', '.');
  sh(seed, ...who, 'commit', '-q', '-m', 'seed');
  sh(seed, 'push', '-q', bare, 'main');
  let clones = 0;
  return {
    bare,
    clone: (...flags) => {
      clones += 1;
      const folder = join(home, `${count}-clone-${clones}`);
      execFileSync('git', ['clone', '-q', ...flags, pathToFileURL(bare).href, folder], { env });
      return folder;
    },
  };
}

describe('WorkTree', () => {
  it('knows where it is, what is dirty, and commits just the files it is told', async () => {
    const folder = origin().clone();
    const tree = await WorkTree.open(join(folder, 'app'), env);
    expect(tree).toMatchObject({ top: folder, prefix: 'app' });
    writeFileSync(join(folder, 'app/a.yaml'), 'a: 2\n');
    writeFileSync(join(folder, 'app/new *.yaml'), 'n: 1\n');
    writeFileSync(join(folder, 'other.yaml'), 'staged: 1\n');
    sh(folder, 'add', 'other.yaml');
    expect(await tree.dirty(['app/a.yaml', 'app/new *.yaml', 'app/locks/b.yaml'])).toEqual([
      'app/a.yaml',
      'app/new *.yaml',
    ]);
    const commit = await tree.commit(['app/a.yaml', 'app/new *.yaml'], ['app/new *.yaml'], 'Subject\n\n# body\n');
    expect(sh(folder, 'show', '--format=%B%an', '--name-only', commit)).toBe(
      'Subject\n\n# body\nwaybill\n\napp/a.yaml\napp/new *.yaml',
    );
    expect(sh(folder, 'diff', '--cached', '--name-only')).toBe('other.yaml');
  });

  it('fails outside a work tree, and tells what a hook said', async () => {
    await expect(WorkTree.open(home, env)).rejects.toThrow('is in no git work tree');
    const folder = origin().clone();
    writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\necho no such day >&2\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'other.yaml'), 'x');
    const tree = await WorkTree.open(folder, env);
    const error: unknown = await tree.commit(['other.yaml'], [], 'x').catch((caught: unknown) => caught);
    expect(error instanceof Failure && error.diagnostics).toMatchObject([
      { code: 'git-failed', help: ['git: no such day'] },
    ]);
  });

  it.each([
    ['a full clone', []],
    ['a shallow clone', ['--depth=1']],
    ['a partial clone', ['--filter=blob:none']],
  ])('puts a commit on a remote branch from %s, and follows it', async (_name, flags) => {
    const { bare, clone } = origin();
    sh(bare, 'config', 'uploadpack.allowFilter', 'true');
    const folder = clone(...flags);
    const other = await WorkTree.open(clone(), env);
    const tree = await WorkTree.open(folder, env);
    const moved = await other.makeCommit(
      await other.fetch('origin', 'main'),
      [{ path: 'other.yaml', content: 'c: 2\n' }],
      'moved',
    );
    expect(await other.push('origin', moved, 'main')).toMatchObject({ is: 'taken' });

    const stale = await tree.makeCommit(sh(folder, 'rev-parse', 'HEAD'), [{ path: 'x', content: '1' }], 'stale');
    expect(await tree.push('origin', stale, 'main')).toMatchObject({ is: 'overtaken' });

    const tip = await tree.fetch('origin', 'main');
    expect(tip).toBe(moved);
    const { tree: files, entryOf } = await tree.commitTree(
      moved,
      'app',
      (path) => path.endsWith('a.yaml'),
      defaultFileLimits,
    );
    expect(files.list('app')).toEqual(['a.yaml', 'locks']);
    expect(files.readText('app/locks/b.yaml')).toBe('b: 1\n');
    expect(files.readText('other.yaml')).toBe('c: 2\n');
    expect(files.kind('app/locks/none.yaml')).toBeUndefined();
    expect(entryOf('app/a.yaml')).toMatchObject({ mode: '100644', kind: 'file' });
    const next = await tree.makeCommit(tip, [{ path: 'app/a.yaml', content: 'a: 3\n' }], 'next');
    expect(await tree.push('origin', next, 'main')).toMatchObject({ is: 'taken' });
    await tree.forget();
    expect(sh(folder, 'for-each-ref', 'refs/waybill')).toBe('');
    expect(await tree.currentBranch()).toBe('main');
    expect(await tree.fastForward(next)).toBe(true);
    expect(readFileSync(join(folder, 'app/a.yaml'), 'utf8')).toBe('a: 3\n');
    expect(sh(bare, 'log', '--format=%s', 'main')).toBe('next\nmoved\nseed');
  });

  it('rewrites a branch only when it is as expected', async () => {
    const { clone } = origin();
    const tree = await WorkTree.open(clone(), env);
    const tip = await tree.fetch('origin', 'main');
    expect(await tree.fetch('origin', 'waybill/a')).toBeUndefined();
    const first = await tree.makeCommit(tip, [{ path: 'x', content: '1' }], 'one');
    expect(await tree.push('origin', first, 'waybill/a', { expected: undefined })).toMatchObject({ is: 'taken' });
    const second = await tree.makeCommit(tip, [{ path: 'x', content: '2' }], 'two');
    expect(await tree.push('origin', second, 'waybill/a', { expected: undefined })).toMatchObject({ is: 'overtaken' });
    expect(await tree.push('origin', second, 'waybill/a', { expected: tip })).toMatchObject({ is: 'overtaken' });
    expect(await tree.push('origin', second, 'waybill/a', { expected: first })).toMatchObject({ is: 'taken' });
  });

  it('tells refusals apart, and knows the upstream', async () => {
    const { bare, clone } = origin();
    const folder = clone();
    const tree = await WorkTree.open(folder, env);
    const tip = await tree.fetch('origin', 'main');
    const commit = await tree.makeCommit(tip, [{ path: 'x', content: '1' }], 'one');
    writeFileSync(join(bare, 'hooks/pre-receive'), '#!/bin/sh\necho protected >&2\nexit 1\n', { mode: 0o755 });
    await expect(tree.push('origin', commit, 'main')).rejects.toMatchObject({ reason: 'rejected' });
    sh(folder, 'remote', 'add', 'gone', join(home, 'gone.git'));
    await expect(tree.fetch('gone', 'main')).rejects.toMatchObject({ reason: 'unreachable' });
    expect(await tree.upstreamOf('main')).toEqual({ remote: 'origin', branch: 'main' });
    sh(folder, 'checkout', '-q', '-b', 'feature/a.b', '--track', 'origin/main');
    expect(await tree.upstreamOf('feature/a.b')).toEqual({ remote: 'origin', branch: 'main' });
    expect(await tree.upstreamOf('none')).toEqual({ remote: 'origin', branch: 'none' });
    sh(folder, 'checkout', '-q', '--detach');
    expect(await tree.currentBranch()).toBeUndefined();
  });

  it('knows ancestors where the history at hand tells', async () => {
    const { clone } = origin();
    const folder = clone();
    const tree = await WorkTree.open(folder, env);
    const first = sh(folder, 'rev-parse', 'HEAD');
    const second = await tree.makeCommit(first, [{ path: 'x', content: '1' }], 'two');
    expect(await tree.isAncestor(first, second)).toBe(true);
    expect(await tree.isAncestor(second, first)).toBe(false);
    expect(await tree.isAncestor('0'.repeat(40), first)).toBeUndefined();
    await tree.push('origin', second, 'main');
    const shallow = clone('--depth=1');
    const there = await WorkTree.open(shallow, env);
    expect(await there.isAncestor(first, second)).toBeUndefined();
  });

  it('signs where the repository wants commits signed', async () => {
    const folder = origin().clone();
    writeFileSync(join(home, 'gpg'), '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho SIGNATURE\n', {
      mode: 0o755,
    });
    sh(folder, 'config', 'commit.gpgsign', 'true');
    sh(folder, 'config', 'gpg.program', join(home, 'gpg'));
    sh(folder, 'config', 'user.name', 'Jo');
    sh(folder, 'config', 'user.email', 'jo@acme.dev');
    const tree = await WorkTree.open(folder, env);
    const commit = await tree.makeCommit(sh(folder, 'rev-parse', 'HEAD'), [{ path: 'x', content: '1' }], 'one');
    expect(sh(folder, 'cat-file', 'commit', commit)).toContain('gpgsig SIGNATURE');
    expect(sh(folder, 'log', '-1', '--format=%an %P', commit)).toBe(`Jo ${sh(folder, 'rev-parse', 'HEAD')}`);
  });
});
