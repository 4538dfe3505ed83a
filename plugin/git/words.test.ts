import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskTrouble, meaningOf } from './words.ts';

const home = mkdtempSync(join(tmpdir(), 'waybill-words-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
const who = ['-c', 'user.name=Jo', '-c', 'user.email=jo@acme.dev'];

function run(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-C', cwd, ...who, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** What git says when it fails. */
function failing(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', cwd, ...args], { env, encoding: 'utf8' });
  expect(status).not.toBe(0);
  return `${stderr}\n${stdout}`;
}

const push = ['push', '--quiet', '--porcelain', 'origin', 'HEAD:refs/heads/main'];

/** A bare repository with a commit, and a clone with another that is not pushed. */
function pair(name: string): { bare: string; clone: string; ahead: () => void } {
  const [bare, clone, other] = [`${name}.git`, name, `${name}-other`].map((one) => join(home, one));
  if (bare === undefined || clone === undefined || other === undefined) throw new Error('three names');
  run(home, 'init', '-q', '--bare', '-b', 'main', bare);
  run(home, 'clone', '-q', bare, clone);
  run(clone, 'commit', '-q', '--allow-empty', '-m', 'one');
  run(clone, ...push);
  run(home, 'clone', '-q', bare, other);
  run(clone, 'commit', '-q', '--allow-empty', '-m', 'two');
  return {
    bare,
    clone,
    ahead: () => {
      run(other, 'commit', '-q', '--allow-empty', '-m', 'other');
      run(other, ...push);
    },
  };
}

describe("git's own words", () => {
  it('of a branch that moved mean: overtaken', () => {
    const { clone, ahead } = pair('moved');
    ahead();
    expect(meaningOf(failing(clone, ...push))).toBe('overtaken');
    const lease = '--force-with-lease=refs/heads/main:';
    expect(meaningOf(failing(clone, 'push', '--porcelain', lease, 'origin', 'HEAD:refs/heads/main'))).toBe('overtaken');
    const [now, before] = [run(clone, 'rev-parse', 'HEAD'), run(clone, 'rev-parse', 'HEAD~1')];
    expect(meaningOf(failing(clone, 'update-ref', 'HEAD', now, before))).toBe('overtaken');
    expect(meaningOf(failing(clone, 'update-ref', 'HEAD', now, ''))).toBe('overtaken');
  });

  it('of a lock that is held mean: locked', () => {
    const { bare, clone } = pair('locked');
    writeFileSync(join(bare, 'refs/heads/main.lock'), '');
    expect(meaningOf(failing(clone, ...push))).toBe('locked');
    writeFileSync(join(clone, '.git/refs/heads/main.lock'), '');
    expect(meaningOf(failing(clone, 'update-ref', 'refs/heads/main', 'HEAD~1'))).toBe('locked');
  });

  it('of a hook or a missing permission mean: rejected', () => {
    const { bare, clone } = pair('hook');
    writeFileSync(join(bare, 'hooks/pre-receive'), '#!/bin/sh\necho protected\nexit 1\n', { mode: 0o755 });
    expect(meaningOf(failing(clone, ...push))).toBe('rejected');
    rmSync(join(bare, 'hooks/pre-receive'));
    writeFileSync(join(bare, 'hooks/update'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(meaningOf(failing(clone, ...push))).toBe('rejected');
    rmSync(join(bare, 'hooks/update'));
    run(bare, 'config', 'receive.denyDeletes', 'true');
    expect(meaningOf(failing(clone, 'push', '--porcelain', 'origin', ':refs/heads/main'))).toBe('rejected');
  });

  it('of what is not there mean so, or nothing', () => {
    const { clone } = pair('missing');
    expect(meaningOf(failing(clone, 'fetch', 'origin', '+refs/heads/none:refs/x'))).toBe('no-branch');
    expect(meaningOf(failing(clone, 'fetch', join(home, 'gone'), 'main'))).toBeUndefined();
    const nobody = ['-c', 'user.useConfigOnly=true', 'commit', '--allow-empty', '-m', 'x'];
    expect(meaningOf(failing(clone, ...nobody))).toBe('no-identity');
  });

  // Servers' words that cannot be had here.
  it.each([
    ['! refs/heads/x:refs/heads/main [remote rejected] (protected branch hook declined)', 'rejected'],
    ['remote: error: GH006: Protected branch update failed for refs/heads/main.', 'rejected'],
    ["remote: error: cannot lock ref 'refs/heads/main': is at 1 but expected 2", 'overtaken'],
    ['! [remote rejected] main -> main (incorrect old value provided)', 'overtaken'],
    ['! [remote rejected] main -> main (failed to update ref)', 'overtaken'],
    ["fatal: Authentication failed for 'https://x'", undefined],
    ['fatal: unable to access: Could not resolve host: x', undefined],
  ])('%s: %s', (said, meaning) => {
    expect(meaningOf(said)).toBe(meaning);
  });
});

describe('the disk of this machine', () => {
  it.each([
    ["fatal: sha1 file '.git/objects/pack/tmp_pack_8' write error. Out of diskspace", 'disk-full'],
    ["fatal: Unable to create '/r/.git/index.lock': No space left on device", 'disk-full'],
    ["error: unable to unlink old 'locks/staging.yaml': Permission denied\nfatal: x", 'file-permission'],
    ["fatal: Unable to create '/r/.git/index.lock': Read-only file system", 'file-permission'],
    ['git@github.com: Permission denied (publickey).', undefined],
    ['remote: fatal: write error: No space left on device\n! [remote rejected] main', undefined],
    ["fatal: pathspec 'x' did not match any files", undefined],
  ])('%s: %s', (said, trouble) => {
    expect(diskTrouble(said)).toBe(trouble);
  });
});
