/**
 * What the real registry server is asked when something is known from an earlier run.
 */
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { Registry } from '../../plugin/registries/registry.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

const folder = temporaryFolders();
let server: RegistryServer;
let cacheFolder: string;

/** A client of its own, as another run has it. */
function run(): Registry {
  return createRegistry({ env: {}, hostsFile: server.hostsFile, cacheFolder, retries: 0 });
}

async function asked(): Promise<string[]> {
  return (await server.log()).map(({ method, path }) => `${method} ${path.replace(/sha256:.*/u, 'DIGEST')}`);
}

function files(): string[] {
  const entries = readdirSync(cacheFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  server = await startRegistry({ pageSize: 400 });
});
afterAll(() => server.close());
beforeEach(async () => {
  cacheFolder = folder({});
  await server.log();
});

describe('by digest', () => {
  it('asks once for each document, in all runs together', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1', index: true, labels: { a: 'b' } });
    const first = await run().image(`${server.host}/acme/a`, digest);
    expect(await asked()).toEqual([
      'GET /v2/acme/a/manifests/DIGEST',
      'GET /v2/acme/a/manifests/DIGEST',
      'GET /v2/acme/a/blobs/DIGEST',
    ]);
    expect(await run().image(`${server.host}/acme/a`, digest)).toEqual(first);
    expect(await asked()).toEqual([]);
  });

  it('is kept for each image of its own: a digest does not open the image of another team', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/secret', tag: '1', labels: { of: 'secret' } });
    await run().image(`${server.host}/acme/secret`, digest);
    await expect(run().image(`${server.host}/other/team`, digest)).rejects.toThrow('registry-not-found');
  });

  it('asks again for what is damaged', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1' });
    const first = await run().image(`${server.host}/acme/a`, digest);
    for (const [index, file] of files().entries()) writeFileSync(file, index === 0 ? '' : '{"schemaVersion":2}');
    await server.log();
    expect(await run().image(`${server.host}/acme/a`, digest)).toEqual(first);
    expect(await asked()).toHaveLength(2);
    expect(await run().image(`${server.host}/acme/a`, digest)).toEqual(first);
    expect(await asked()).toEqual([]);
  });

  it('works without a folder that can be written', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1' });
    writeFileSync(join(cacheFolder, 'file'), '');
    cacheFolder = join(cacheFolder, 'file');
    expect(await run().image(`${server.host}/acme/a`, digest)).toMatchObject({ digest });
  });

  it('is one file for many processes at once', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1' });
    const facts = await Promise.all(
      Array.from({ length: 20 }, async () => await run().image(`${server.host}/acme/a`, digest)),
    );
    expect(new Set(facts.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(files().filter((file) => file.endsWith('.part'))).toEqual([]);
    await server.log();
    await run().image(`${server.host}/acme/a`, digest);
    expect(await asked()).toEqual([]);
  });
});

describe('by tag', () => {
  it('asks for the digest only, and reads a tag that moved', async () => {
    const name = `${server.host}/acme/moving`;
    const [before] = await server.push({ repository: 'acme/moving', tag: 'main', labels: { build: '1' } });
    expect(await run().image(name, 'main')).toMatchObject({ digest: before });
    await server.log();
    await run().image(name, 'main');
    expect(await asked()).toEqual(['HEAD /v2/acme/moving/manifests/main']);
    const [after] = await server.push({ repository: 'acme/moving', tag: 'main', labels: { build: '2' } });
    expect(await run().image(name, 'main')).toMatchObject({ digest: after, labels: new Map([['build', '2']]) });
  });

  it('asks 1,000 tags that stay once, then for the list only', async () => {
    const name = `${server.host}/acme/many`;
    const images = Array.from({ length: 1000 }, (_, index) => ({
      repository: 'acme/many',
      tag: `build-${index}`,
      created: new Date(1_700_000_000_000 + index).toISOString(),
    }));
    await server.push(...images);
    const newest = async (registry: Registry): Promise<string | undefined> => {
      const facts = await Promise.all(
        (await registry.tags(name)).map(async (tag) => {
          return { tag, created: (await registry.image(name, tag, { immutableTag: true })).created ?? '' };
        }),
      );
      return facts.sort((a, b) => b.created.localeCompare(a.created))[0]?.tag;
    };
    expect(await newest(run())).toBe('build-999');
    // Three pages; a manifest and a configuration for each tag.
    expect(await asked()).toHaveLength(3 + 2 * 1000);
    expect(await newest(run())).toBe('build-999');
    expect(await asked()).toHaveLength(3);
    await server.push({ repository: 'acme/many', tag: 'build-1000', created: '2026-01-01T00:00:00Z' });
    expect(await newest(run())).toBe('build-1000');
    expect(await asked()).toHaveLength(3 + 2);
  });
});

describe('bounds', () => {
  it('removes once a day what was not used for a month', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1' });
    await run().image(`${server.host}/acme/a`, digest);
    const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    const before = files();
    for (const file of before) utimesSync(file, old, old);
    const [other = ''] = await server.push({ repository: 'acme/a', tag: '2', labels: { other: 'image' } });
    await run().image(`${server.host}/acme/a`, other);
    expect(files().filter((file) => before.includes(file) && !file.endsWith('swept'))).toEqual([]);
    expect(files()).toHaveLength(3);
  });

  it('lets nobody else read what was kept', async () => {
    const [digest = ''] = await server.push({ repository: 'acme/a', tag: '1' });
    await run().image(`${server.host}/acme/a`, digest);
    const modes = files()
      .filter((file) => !file.endsWith('swept'))
      .map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });
});
