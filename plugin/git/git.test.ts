import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { git, gitSync } from './git.ts';

describe('git', () => {
  it('runs in the folder given, with input, and returns bytes', async () => {
    const result = await git(['hash-object', '--stdin'], { cwd: tmpdir(), input: 'hello\n' });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout.toString()).toBe('ce013625030ba8dba906f756967f9e9ca394464a\n');
    expect(gitSync(['hash-object', '--stdin'], { cwd: tmpdir(), input: 'hello\n' }).stdout).toEqual(result.stdout);
  });

  it('passes on what git needs and nothing else', () => {
    const env = { PATH: process.env['PATH'], GIT_AUTHOR_NAME: 'A', API_TOKEN: 'secret', GIT_DIR: '/elsewhere' };
    const { stdout } = gitSync(['-c', 'alias.e=!env', 'e'], { cwd: tmpdir(), env });
    expect(stdout.toString()).toContain('GIT_AUTHOR_NAME=A');
    expect(stdout.toString()).not.toContain('secret');
    expect(stdout.toString()).not.toContain('/elsewhere');
  });

  it('passes on what credential helpers may need when asked to, and still works on the repository of its folder', () => {
    const env = { PATH: process.env['PATH'], API_TOKEN: 'secret', GIT_DIR: '/elsewhere', GIT_ASKPASS: 'ask' };
    const { stdout } = gitSync(['-c', 'alias.e=!env', 'e'], { cwd: tmpdir(), env, withCredentials: true });
    expect(stdout.toString()).toContain('API_TOKEN=secret');
    expect(stdout.toString()).toContain('GIT_ASKPASS=ask');
    expect(stdout.toString()).not.toContain('/elsewhere');
  });

  it('tells a failing command by its status and keeps secrets out of the message', async () => {
    const result = await git(['ls-remote', 'http://user:hunter2@127.0.0.1:1/x'], { cwd: tmpdir() });
    expect(result.status).toBe(128);
    expect(result.stderr).toContain('127.0.0.1');
    expect(result.stderr).not.toContain('hunter2');
  });
});

describe('a git that cannot be started', () => {
  it('is told as a status, and nothing is left that keeps the process waiting', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    expect(await git(['version'], { cwd: '/nonexistent/folder' })).toMatchObject({ status: -1 });
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  });
});

describe('a git whose server says nothing', () => {
  it('is given up after its time, though a helper of git still waits', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `http://127.0.0.1:${port}/x`;
    expect(await git(['ls-remote', url], { cwd: tmpdir(), timeoutSeconds: 0.5 })).toMatchObject({ status: -1 });
    // The helper has the connection still: this ends it.
    silent.closeAllConnections();
    silent.close();
  });
});
