/**
 * The client against the real registry server: tags, digests and what images say of themselves.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { Registry } from '../../plugin/registries/registry.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

let server: RegistryServer;
let registry: Registry;

beforeAll(async () => {
  server = await startRegistry({ pageSize: 300 });
});
afterAll(() => server.close());
beforeEach(async () => {
  registry = createRegistry({ env: {}, hostsFile: server.hostsFile });
  await server.log();
});

describe('tags', () => {
  it('reads all pages, each once', async () => {
    const tags = Array.from({ length: 1000 }, (_, index) => `1.0.${index}`);
    await server.push(...tags.map((tag) => ({ repository: 'acme/many', tag })));
    const found = await registry.tags(`${server.host}/acme/many`);
    expect([...found].sort()).toEqual([...tags].sort());
    expect((await server.log()).map(({ path }) => path.split('?')[0])).toEqual(
      Array.from({ length: 4 }, () => '/v2/acme/many/tags/list'),
    );
  });

  it('says that a repository does not exist', async () => {
    await expect(registry.tags(`${server.host}/acme/none`)).rejects.toThrow(
      `registry-not-found: ${server.host} responded with 404 for the tags of ${server.host}/acme/none: NAME_UNKNOWN: repository name not known to registry`,
    );
  });
});

describe('digest', () => {
  it('is asked with one HEAD', async () => {
    const [digest] = await server.push({ repository: 'acme/one', tag: '1' });
    expect(await registry.digest(`${server.host}/acme/one`, '1')).toBe(digest);
    expect(await server.log()).toMatchObject([{ method: 'HEAD', path: '/v2/acme/one/manifests/1', status: 200 }]);
  });
});

describe('image', () => {
  const created = '2026-02-03T04:05:06Z';
  const labels = { 'org.opencontainers.image.revision': 'abc' };

  it.each([
    ['an OCI manifest', {}],
    ["Docker's manifest", { docker: true }],
  ])('reads %s', async (_name, form) => {
    const [digest] = await server.push({ repository: 'acme/single', tag: '1', created, labels, ...form });
    expect(await registry.image(`${server.host}/acme/single`, '1')).toEqual({
      digest,
      confirmed: true,
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      created,
      labels: new Map(Object.entries(labels)),
      annotations: new Map(),
    });
  });

  it.each([
    ['an OCI index with attestations', { attestation: true }],
    ["Docker's list", { docker: true }],
  ])('reads %s', async (_name, form) => {
    const platforms = [
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      { os: 'linux', architecture: 'amd64' },
    ];
    const [digest] = await server.push({ repository: 'acme/index', tag: '1', created, labels, platforms, ...form });
    expect(await registry.image(`${server.host}/acme/index`, '1')).toMatchObject({ digest, platforms, created });
  });

  it("lets the manifest's annotations win over the index's, and an annotated time over the config's", async () => {
    await server.push({
      repository: 'acme/annotated',
      tag: '1',
      created,
      index: true,
      indexAnnotations: { a: 'index', b: 'index' },
      annotations: { b: 'manifest', 'org.opencontainers.image.created': '2026-03-01T00:00:00Z' },
    });
    const { annotations, created: time } = await registry.image(`${server.host}/acme/annotated`, '1');
    expect(annotations).toEqual(
      new Map([
        ['a', 'index'],
        ['b', 'manifest'],
        ['org.opencontainers.image.created', '2026-03-01T00:00:00Z'],
      ]),
    );
    expect(time).toBe('2026-03-01T00:00:00Z');
  });
});
