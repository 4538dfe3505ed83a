import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mirror } from './mirror.ts';
import { appendCommit, type RemoteBranch } from './remote-branch.ts';

const home = mkdtempSync(join(tmpdir(), 'mirror-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const remote: RemoteBranch = {
  url: pathToFileURL(join(home, 'remote')).href,
  branch: 'main',
  env: { PATH: process.env['PATH'] },
};
const cache = join(home, 'cache');

beforeAll(() => {
  execFileSync('git', ['init', '-q', '--bare', join(home, 'remote')]);
  execFileSync('git', ['-C', join(home, 'remote'), 'config', 'uploadpack.allowFilter', 'true']);
});

describe('Mirror', () => {
  it('knows no commit of a branch that does not exist', async () => {
    expect(await (await Mirror.open(remote, cache)).fetch()).toBeUndefined();
  });

  it('follows the branch, and fetches contents only when they are read', async () => {
    await appendCommit(remote, 'one', async () => [{ path: 'a/one.json', content: '1\n' }]);
    const mirror = await Mirror.open(remote, cache);
    const first = await mirror.fetch();
    await appendCommit(remote, 'two', async () => [{ path: 'a/two.json', content: 'zwei ü\n' }]);
    const second = await mirror.fetch();
    expect(second).not.toBe(first);
    const files = await mirror.files(second ?? '', ['a']);
    expect([...files.keys()]).toEqual(['a/one.json', 'a/two.json']);
    const objects = () =>
      execFileSync('git', ['-C', mirror.folder, 'cat-file', '--batch-all-objects', '--batch-check'], {
        encoding: 'utf8',
      });
    expect(objects()).not.toContain('blob');
    expect(await mirror.readBlobs([...files.values()])).toEqual(['1\n', 'zwei ü\n']);
    expect(objects().match(/blob/gu)).toHaveLength(2);
  });

  it('is one folder, whoever opens it, and no ref of an earlier run stays', async () => {
    const mirrors = await Promise.all(Array.from({ length: 4 }, async () => await Mirror.open(remote, cache)));
    expect(readdirSync(cache)).toHaveLength(1);
    const tips = join(mirrors[0]?.folder ?? '', 'refs/tips');
    await Promise.all(mirrors.map(async (mirror) => await mirror.fetch()));
    for (const tip of readdirSync(tips)) utimesSync(join(tips, tip), 0, 0);
    await mirrors[0]?.fetch();
    expect(readdirSync(tips)).toHaveLength(1);
  });
});
