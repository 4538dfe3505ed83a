/**
 * `waybill trace` over a repository whose directories render.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { madeUpApplication, writeRepository } from './made-up-repository.ts';

let cwd: string;
beforeAll(() => {
  cwd = createRepository({});
  const versions = writeRepository(cwd, { services: 1, environments: ['staging'], deployments: 2 });
  const items = [madeUpApplication('service-000', 'staging', versions.get('service-000/staging') ?? -1)];
  writeFileSync(join(cwd, '.git/applications.json'), JSON.stringify({ items }));
});

describe('waybill trace', () => {
  it.each(['service-000-staging', 'service-000/staging'])('follows %s to where it breaks', async (name) => {
    const { code, stdout } = await runCli(['trace', name, '--applications', '.git/applications.json'], { cwd });
    expect(code).toBe(3);
    expect(
      stdout
        .split('\n')
        .map((line) => line.slice(0, 11).trim())
        .filter((line) => /^\S \S/u.test(line)),
    ).toEqual(['✓ lock', '✓ record', '✓ target', '✓ deployed', '✗ note', '? delivery', '? provider']);
    expect(stdout).toContain('github.com was not asked: there is no token: set GITHUB_TOKEN');
    expect(stdout).toMatch(/\nIt breaks at: note\n$/u);
  });

  it.each([
    ['no server that only a lock names', [], false],
    ['a server that the user names', ['--provider-host'], true],
  ])('sends the token to %s', async (_what, flags, isSent) => {
    const tokens: unknown[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers['private-token'] ?? request.headers.authorization);
      response.writeHead(404).end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const address = server.address();
    const host = `gitlab.localhost:${typeof address === 'object' ? address?.port : ''}`;
    const lock = join(cwd, 'apps/service-000/locks/staging.yaml');
    const before = readFileSync(lock, 'utf8');
    onTestFinished(() => writeFileSync(lock, before));
    writeFileSync(lock, before.replaceAll('https://github.com/', `http://${host}/`));
    const named = flags.flatMap((flag) => [flag, host]);
    const env = { PATH: process.env['PATH'], GITLAB_TOKEN: 'secret-of-the-user' };
    const { stdout, stderr } = await runCli(['trace', 'service-000/staging', ...named], { cwd, env });
    expect(stdout + stderr).not.toContain('secret-of-the-user');
    expect(stdout.includes(`gets a token only with --provider-host ${host}`)).toBe(!isSent);
    expect(stdout).toMatch(/(?:GitLab|gitlab\.localhost:\d+) was not/u);
    if (!isSent) expect(tokens).toEqual([]);
  });

  it.each([
    ['namespaces', ['argocd', 'team'], 'team/service-000-staging', 'team/service-000-staging'],
    ['clusters', ['argocd', 'argocd'], 'argocd/service-000-staging', ''],
  ])('asks which of two Applications in different %s is meant', async (_what, namespaces, listed, one) => {
    const files = namespaces.flatMap((namespace, index) => {
      const application = {
        ...madeUpApplication('service-000', 'staging', 1),
        metadata: { name: 'service-000-staging', namespace },
      };
      writeFileSync(join(cwd, `.git/cluster-${index}.json`), JSON.stringify({ items: [application] }));
      return ['--applications', `.git/cluster-${index}.json`];
    });
    const { code, stderr, stdout } = await runCli(['trace', 'service-000-staging', ...files], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('application-ambiguous]: there are 2 Applications service-000-staging');
    expect(stderr).toContain(listed);
    const address = one === '' ? (/[^\s,"']*0[^\s,"']*\/argocd\/service-000-staging/u.exec(stderr)?.[0] ?? '') : one;
    const exact = await runCli(['trace', address, ...files], { cwd });
    expect(exact.stdout).toContain('lock');
  });

  it('names the applications that there are', async () => {
    const { code, stderr, stdout } = await runCli(['trace', 'nobody'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Applications: service-000/staging.');
  });
});
