import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Strategy } from '../../plugin/config/environment.ts';
import { createRegistry } from '../../plugin/registries/client.ts';
import { choose } from '../../plugin/strategies/choose.ts';
import { createRepository, writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

// Strategies and the renders that use them, with a real registry.
let server: RegistryServer;
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const repository = 'https://github.com/acme/a';
const labels = { 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.source': repository };
const digests = new Map<string, string>();

beforeAll(async () => {
  server = await startRegistry({ pageSize: 300 });
  const images = [
    { tag: '1.0.0', created: '2026-01-03T00:00:00Z' },
    { tag: '1.1.0', created: '2026-01-01T00:00:00Z', labels },
    { tag: '2.0.0', created: '2026-01-02T00:00:00.5Z', annotations: labels, index: true },
  ];
  const pushed = await server.push(...images.map((image) => Object.assign({ repository: 'acme/a' }, image)));
  for (const [index, { tag }] of images.entries()) digests.set(tag, pushed[index] ?? '');
});
afterAll(() => server.close());
beforeEach(() => server.log());

/** The paths of the requests since the last call, without queries. */
async function asked(): Promise<string[]> {
  return (await server.log()).map(({ method, path }) => `${method} ${path.split('?')[0]?.replace('/v2/acme/', '')}`);
}

describe('what a registry is asked', () => {
  const at = { locate: () => ({ file: 'waybill.yaml' }), platforms: [], ignoreTags: [] };
  const run = (strategy: Strategy, locked?: { tag: string; digest: string }) =>
    choose(
      strategy,
      createRegistry({ env: {}, hostsFile: server.hostsFile }),
      { name: `${server.host}/acme/a`, location: { file: 'waybill.yaml' } },
      locked,
    );

  it('semver: the list and the tag that it chooses; then the list', async () => {
    const strategy: Strategy = { kind: 'semver', constraint: '^1', ...at };
    const { tag, digest } = await run(strategy);
    expect({ tag, digest }).toEqual({ tag: '1.1.0', digest: digests.get('1.1.0') });
    expect(await asked()).toEqual(['GET a/tags/list', 'HEAD a/manifests/1.1.0']);
    await run(strategy, { tag, digest });
    expect(await asked()).toEqual(['GET a/tags/list']);
  });

  it('newest-build: every tag, by the time of its build', async () => {
    expect((await run({ kind: 'newest-build', ...at })).tag).toBe('1.0.0');
    const strategy: Strategy = { kind: 'newest-build', ...at, ignoreTags: ['1.0.*'] };
    expect(await run(strategy)).toMatchObject({ tag: '2.0.0', digest: digests.get('2.0.0') });
  });

  it('newest-build over 1,000 tags: each once in all runs, then the list', async () => {
    const name = 'acme/builds';
    const build = (index: number) => ({
      repository: name,
      tag: `build-${index}`,
      created: new Date(1_700_000_000_000 + index).toISOString(),
    });
    await server.push(...Array.from({ length: 1000 }, (_, index) => build(index)));
    const cacheFolder = join(createRepository({}), 'cache');
    const locate = { file: 'waybill.yaml' };
    const again = async (locked?: { tag: string; digest: string }) => {
      await server.log();
      const registry = createRegistry({ env: {}, hostsFile: server.hostsFile, cacheFolder });
      const image = { name: `${server.host}/${name}`, location: locate };
      const { tag, digest } = await choose({ kind: 'newest-build', ...at }, registry, image, locked);
      return { tag, digest, requests: (await server.log()).length };
    };
    // Four pages; of each tag its manifest and its configuration.
    const first = await again();
    expect(first).toMatchObject({ tag: 'build-999', requests: 4 + 2 * 1000 });
    // Nothing new and a lock that has it: the list. Without a lock the tag's digest is confirmed.
    expect(await again(first)).toEqual({ ...first, requests: 4 });
    expect(await again()).toEqual({ ...first, requests: 4 + 1 });
    await server.push(build(1000));
    expect(await again(first)).toMatchObject({ tag: 'build-1000', requests: 4 + 2 });
    // The tag that would be chosen moved: the cache is no longer believed, and the digest of every tag is asked for.
    await server.push({ ...build(5), tag: 'build-1000' });
    expect(await again()).toMatchObject({ tag: 'build-999', requests: 4 + 1 + 4 + 1000 + 1 });
  });

  it('digest: the one tag', async () => {
    const strategy: Strategy = { kind: 'digest', tag: '1.0.0', ...at };
    expect((await run(strategy)).digest).toBe(digests.get('1.0.0'));
    expect(await asked()).toEqual(['HEAD a/manifests/1.0.0']);
  });
});

describe('a render', () => {
  const application = (entry: string): Record<string, string> => ({
    'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
namespace: shop
images:
  - { name: ${server.host}/acme/a, ${entry} }
environments: { staging: {} }
`,
    'app/base/pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { containers: [{ name: a, image: "${server.host}/acme/a" }] }
`,
  });
  const policy = (cwd: string, ask: string[]): Record<string, string | undefined> => {
    const file = join(cwd, '.git/policy.yaml');
    writeFileSync(file, JSON.stringify({ apiVersion: 'waybill.dev/v1', kind: 'Policy', registries: { ask } }));
    return { PATH: process.env['PATH'], WAYBILL_POLICY: file, WAYBILL_REGISTRIES: server.hostsFile };
  };
  const semver = `sourceRepository: ${repository}, strategy: semver, constraint: "^1"`;

  it('asks where the policy allows it, and knows the source commit', async () => {
    const cwd = createRepository(application(semver));
    const env = policy(cwd, [server.host]);
    const { stdout, stderr, code } = await runCli(['render', 'app', '-e', 'staging'], { cwd, env });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain(`image: ${server.host}/acme/a:1.1.0@${digests.get('1.1.0')}`);
    expect(stdout).toContain(`waybill.dev/source-commit: ${commit}`);
    expect(await asked()).toEqual([
      'GET a/tags/list',
      'GET a/manifests/1.1.0',
      expect.stringMatching(/^GET a\/blobs\/sha256:/u),
    ]);
    const explained = await runCli(['explain', 'app', '-e', 'staging', '--resource', 'Pod/a:spec'], { cwd, env });
    expect(explained.stdout).toContain(
      'strategy semver: 1.1.0 is the greatest of 2 versions that satisfy "^1", of 3 tags in all at app/waybill.yaml:6:',
    );
  });

  it('asks nobody where the lock or an override says what runs', async () => {
    const cwd = createRepository(application(semver));
    const env = policy(cwd, []);
    const image = `${server.host}/acme/a:2.0.0`;
    const override = ['render', 'app', '-e', 'staging', '--no-stamp', '--image', image];
    expect((await runCli(override, { cwd, env })).stdout).toContain(`image: ${image}\n`);
    writeFiles(cwd, {
      'app/locks/staging.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: staging
images: [{ name: ${server.host}/acme/a, tag: 1.0.0, source: { repository: ${repository}, commit: ${commit} } }]
`,
    });
    expect((await runCli(['render', 'app', '-e', 'staging'], { cwd, env })).stdout).toContain('acme/a:1.0.0\n');
    expect(await asked()).toEqual([]);
  });

  it('needs the lock elsewhere, and says how to write it', async () => {
    const cwd = createRepository(application(semver));
    const { stdout, stderr, code } = await runCli(['render', 'app', '-e', 'staging'], {
      cwd,
      env: policy(cwd, ['ghcr.io']),
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain('app/waybill.yaml:6:');
    expect(stderr).toContain(`error[strategy-not-allowed]: no lock entry has a tag of ${server.host}/acme/a`);
    expect(stderr).toContain('waybill images update -e staging');
    expect(await asked()).toEqual([]);
  });

  it('runs from where the lock says, when that is all it says', async () => {
    const cwd = createRepository({
      'waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
images: [{ name: WEB_IMAGE, strategy: digest, tag: 2.0.0 }]
environments: { staging: {} }
`,
      'pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: WEB_IMAGE }] }\n',
      'locks/staging.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: staging
images: [{ name: WEB_IMAGE, newName: ${server.host}/acme/a }]
`,
    });
    const { stdout } = await runCli(['render', '-e', 'staging'], { cwd, env: policy(cwd, [server.host]) });
    expect(stdout).toContain(`image: ${server.host}/acme/a:2.0.0@${digests.get('2.0.0')}`);
  });

  it('fails when the registry does, and prints nothing', async () => {
    const cwd = createRepository(application('strategy: newest-build'));
    await server.faults({ path: '/manifests/1.0.0', status: 404, body: '{}' });
    const { stdout, stderr, code } = await runCli(['render', 'app', '-e', 'staging'], {
      cwd,
      env: policy(cwd, [server.host]),
    });
    await server.faults();
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain('app/waybill.yaml:6:');
    expect(stderr).toContain('error[registry-not-found]');
  });
});

it('validate tells mistakes in strategies also where the lock says what runs', async () => {
  const cwd = createRepository({
    'waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
images: [{ name: a, strategy: semver, constraint: "^1 beta", allowTags: "(", ignoreTags: ["["] }]
environments: { staging: {} }
`,
    'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: a }] }\n',
    'locks/staging.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: staging
images: [{ name: a, tag: "1" }]
`,
  });
  const { stderr, code } = await runCli(['validate'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/error\[strategy-invalid\]: allowTags: "\(" is no regular expression/u);
  expect(stderr).toMatch(/error\[strategy-invalid\]: the constraint "\^1 beta" cannot be read/u);
});

it('examples/third-party has in its locks what its strategies choose', async () => {
  const folder = 'examples/third-party/cache';
  const files = ['waybill.yaml', 'base/cache.yaml', 'locks/staging.yaml', 'locks/production.yaml'];
  const text = (file: string) => readFileSync(join(folder, file), 'utf8').replaceAll('registry.acme.dev', server.host);
  const both = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
  const redis = [
    '7.2.5-alpine',
    '7.4.6-alpine',
    '7.4.7-alpine',
    '7.4.7-bookworm',
    '7.4.8-rc1-alpine',
    '8.4.0-alpine',
    '8.4',
  ];
  await server.push(
    ...redis.map((tag) => ({ repository: 'mirror/redis', tag, platforms: both })),
    // Not there for both platforms yet.
    { repository: 'mirror/redis', tag: '8.4.1-alpine' },
    ...['v1.59.0', 'v1.80.1', 'v2.0.0', 'latest'].map((tag) => ({ repository: 'mirror/redis-exporter', tag })),
  );
  const cwd = createRepository(Object.fromEntries(files.slice(0, 2).map((file) => [file, text(file)])));
  const env = { PATH: process.env['PATH'], HOME: cwd, WAYBILL_REGISTRIES: server.hostsFile };
  for (const environment of ['staging', 'production']) {
    const { code, stderr } = await runCli(['images', 'update', '-e', environment], { cwd, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const lock = `locks/${environment}.yaml`;
    const withoutDigests = (one: string) => one.replaceAll(/^ *digest: .*\n/gmu, '');
    expect(withoutDigests(readFileSync(join(cwd, lock), 'utf8'))).toBe(withoutDigests(text(lock)));
  }
});
