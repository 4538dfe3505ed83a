import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { appendCommit, readTip, type RemoteBranch } from './remote-branch.ts';

const home = mkdtempSync(join(tmpdir(), 'remote-branch-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function bareRepository(name: string): RemoteBranch & { folder: string } {
  const folder = join(home, name);
  execFileSync('git', ['init', '-q', '--bare', folder]);
  execFileSync('git', ['-C', folder, 'config', 'uploadpack.allowFilter', 'true']);
  return { folder, url: pathToFileURL(folder).href, branch: 'main', env: { PATH: process.env['PATH'] } };
}

const log = (folder: string) =>
  execFileSync('git', ['-C', folder, 'log', '--format=%s', 'main'], { encoding: 'utf8' }).trim().split('\n');

describe('appendCommit', () => {
  it('creates the branch, then adds to it, and keeps what is there', async () => {
    const remote = bareRepository('new');
    await appendCommit(remote, 'one', async () => [{ path: 'a/b c.txt', content: 'hällo\n' }]);
    await appendCommit(remote, 'two', async () => [{ path: 'a/d.txt', content: 'd' }]);
    expect(await readTip(remote, async (tip) => [await tip.list('a'), await tip.read('a/b c.txt')])).toEqual([
      ['a/b c.txt', 'a/d.txt'],
      'hällo\n',
    ]);
    expect(log(remote.folder)).toEqual(['two', 'one']);
  });

  it('makes no commit when the intent is met already', async () => {
    const remote = bareRepository('same');
    await appendCommit(remote, 'one', async () => [{ path: 'a', content: 'x' }]);
    const second = await appendCommit(remote, 'two', async (tip) =>
      (await tip.read('a')) === 'x' ? [] : [{ path: 'a', content: 'x' }],
    );
    expect(second).toMatchObject({ changed: false, pushes: 0 });
    expect(log(remote.folder)).toEqual(['one']);
  });

  it('deletes files', async () => {
    const remote = bareRepository('delete');
    await appendCommit(remote, 'one', async () => [
      { path: 'a', content: 'x' },
      { path: 'b', content: 'y' },
    ]);
    await appendCommit(remote, 'two', async () => [{ path: 'a', content: null }]);
    expect(await readTip(remote, async (tip) => await tip.list('.'))).toEqual(['b']);
  });

  it('asks for the intent again on each new tip when others are faster', async () => {
    const remote = bareRepository('race');
    const writers = Array.from({ length: 12 }, (_, index) =>
      appendCommit(remote, `writer ${index}`, async (tip) => [
        { path: 'count', content: String(Number((await tip.read('count')) ?? '0') + 1) },
      ]),
    );
    await Promise.all(writers);
    expect(await readTip(remote, async (tip) => await tip.read('count'))).toBe('12');
    expect(log(remote.folder)).toHaveLength(12);
  });

  it('tells a refusal by a hook from an unreachable remote', async () => {
    const remote = bareRepository('hook');
    const hook = join(remote.folder, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho protected >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const write = async () => [{ path: 'a', content: 'x' }];
    await expect(appendCommit(remote, 'no', write)).rejects.toMatchObject({ reason: 'rejected' });
    await expect(
      appendCommit({ ...remote, url: pathToFileURL(join(home, 'none')).href }, 'no', write),
    ).rejects.toMatchObject({
      reason: 'unreachable',
    });
  });
});
