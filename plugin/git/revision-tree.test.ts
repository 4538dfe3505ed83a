import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultFileLimits, type FileLimits } from '../files/limits.ts';
import type { FileTree } from '../files/tree.ts';
import { createGitRevisionTree } from './revision-tree.ts';

const repository = mkdtempSync(join(tmpdir(), 'waybill-revision-'));
afterAll(() => rmSync(repository, { recursive: true, force: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return execFileSync('git', ['-C', repository, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), content);
}

git('init', '-q', '-b', 'main');
write('app/waybill.yaml', 'first\n');
write('app/base/dé ploy\n.yaml', 'odd name\n');
write('app/binary', Uint8Array.from([0, 1, 2]));
write('app/empty', '');
write('shared/x.yaml', 'shared\n');
write('.gitattributes', '*.yaml text eol=crlf\n');
symlinkSync('../shared', join(repository, 'app/inside'));
symlinkSync('../../outside', join(repository, 'app/outside'));
symlinkSync('/etc/passwd', join(repository, 'app/absolute'));
symlinkSync('loop', join(repository, 'app/loop'));
symlinkSync('nothing', join(repository, 'app/broken'));
git('add', '-A');
git('commit', '-q', '-m', 'first');
git('tag', 'v1');
write('app/waybill.yaml', 'second\n');
git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},app/module`);
git('commit', '-q', '-am', 'second');
write('app/waybill.yaml', 'not committed\n');

function tree(revision: string, limits: Partial<FileLimits> = {}, root = repository): FileTree {
  return createGitRevisionTree({ root, revision, env: process.env }, { ...defaultFileLimits, ...limits });
}

describe('a git revision tree', () => {
  it('reads what was committed, as it was committed', () => {
    expect(tree('HEAD').readText('app/waybill.yaml')).toBe('second\n');
    for (const revision of ['v1', 'HEAD~1', git('rev-parse', 'v1')]) {
      expect(tree(revision).readText('app/waybill.yaml')).toBe('first\n');
    }
    expect(tree('main').readText('app/base/dé ploy\n.yaml')).toBe('odd name\n');
    expect([...tree('main').readBytes('app/binary')]).toEqual([0, 1, 2]);
    expect(tree('main').readText('app/empty')).toBe('');
  });

  it('lists directories; a submodule is not there', () => {
    const files = tree('HEAD');
    expect(files.list('')).toEqual(['.gitattributes', 'app', 'shared']);
    expect(files.list('app')).toContain('base');
    expect(files.kind('app/base')).toBe('directory');
    expect(files.kind('app/module')).toBeUndefined();
    expect(files.kind('app/none')).toBeUndefined();
    expect(files.directory).toBeUndefined();
  });

  it('follows links inside the root, and no others', () => {
    const files = tree('HEAD');
    expect(files.readText('app/inside/x.yaml')).toBe('shared\n');
    expect(files.realPath('app/inside/x.yaml')).toBe('shared/x.yaml');
    expect(() => files.kind('app/outside')).toThrow('path-escapes');
    expect(() => files.kind('app/absolute')).toThrow('path-escapes');
    expect(() => files.kind('app/loop')).toThrow('file-link-loop');
    expect(() => files.kind('app/broken')).toThrow('file-link-broken');
  });

  it('may begin below the top: nothing above is reached', () => {
    const files = tree('HEAD', {}, join(repository, 'app'));
    expect(files.readText('waybill.yaml')).toBe('second\n');
    expect(() => files.kind('inside')).toThrow('path-escapes');
  });

  it('has the limits of every tree', () => {
    expect(() => tree('HEAD', { fileBytes: 3 }).readText('app/waybill.yaml')).toThrow('file-too-large');
    expect(() => tree('HEAD', { totalBytes: 3 }).readText('app/waybill.yaml')).toThrow('limit-bytes');
  });

  it.each(['none', '--output=x', '-h', 'HEAD:app', 'HEAD^{tree}', '', '\n', 'a..b'])(
    'refuses the revision %j',
    (revision) => {
      expect(() => tree(revision)).toThrow('git-revision');
    },
  );

  it('fetches nothing: what a partial clone lacks is an error', () => {
    git('config', 'uploadpack.allowFilter', 'true');
    const partial = mkdtempSync(join(tmpdir(), 'waybill-partial-'));
    git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repository}`, partial);
    expect(() => tree('HEAD', {}, partial).readText('app/waybill.yaml')).toThrow('git-revision');
    rmSync(partial, { recursive: true });
  });

  it('says so outside a repository', () => {
    const lone = mkdtempSync(join(tmpdir(), 'waybill-no-repository-'));
    expect(() => tree('HEAD', {}, lone)).toThrow('git-revision');
    rmSync(lone, { recursive: true });
  });
});
