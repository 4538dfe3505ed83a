/**
 * The client against a real registry server that fails: what is tried again, what is an error, and what the error says.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { RegistryOptions } from '../../plugin/registries/registry.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type Fault, type RegistryServer, startRegistry } from './registry-server.ts';

const folder = temporaryFolders();
let server: RegistryServer;
let name: string;
let digest: string;

beforeAll(async () => {
  server = await startRegistry({ pageSize: 2 });
  name = `${server.host}/acme/a`;
  const pushed = await server.push(...['1', '2', '3', '4', '5'].map((tag) => ({ repository: 'acme/a', tag })));
  digest = pushed[0] ?? '';
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.faults();
  await server.log();
});

function client(options: Partial<RegistryOptions> = {}) {
  return createRegistry({ env: {}, hostsFile: server.hostsFile, retries: 2, backoffMs: 1, ...options });
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return `${String(error)}\n${JSON.stringify(error)}`;
}

describe('passing errors', () => {
  it.each<[string, Fault]>([
    ['500', { path: '/tags/', status: 500, times: 2 }],
    [
      '503 with a date',
      { path: '/tags/', status: 503, times: 1, headers: { 'Retry-After': new Date(0).toUTCString() } },
    ],
    ['429', { path: '/tags/', status: 429, times: 1, headers: { 'Retry-After': '0' } }],
    ['a broken connection', { path: '/tags/', cutAfter: -1, times: 2 }],
    ['half an answer', { path: '/tags/', cutAfter: 10, times: 2 }],
    ['silence', { path: '/tags/', delayMilliseconds: 10_000, times: 1 }],
  ])('%s is tried again', async (_name, fault) => {
    await server.faults(fault);
    expect(await client(fault.delayMilliseconds === undefined ? {} : { timeoutMs: 1500 }).tags(name)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it('waits as long as the registry says, with all requests to it', async () => {
    await server.faults({ path: '/manifests/1', status: 429, times: 1, headers: { 'Retry-After': '1' } });
    const registry = client({ concurrency: 1 });
    const [first, second] = await Promise.all([registry.digest(name, '1'), registry.digest(name, '2')]);
    expect([first, second]).toEqual([digest, digest]);
    expect((await server.log()).map(({ status }) => status)).toEqual([429, 200, 200]);
  });

  it.each<[string, Fault, string]>([
    [
      '500',
      { path: '/tags/', status: 500, body: '{"errors":[{"code":"UNKNOWN","message":"disk"}]}' },
      'responded with 500 for the tags of NAME: UNKNOWN: disk',
    ],
    [
      'a page for people',
      { path: '/tags/', status: 502, body: '<html>Bad gateway</html>' },
      'responded with 502 for the tags of NAME\n',
    ],
    [
      'silence',
      { path: '/tags/', delayMilliseconds: 400 },
      'could not be reached for the tags of NAME: no complete response within 0.1 seconds',
    ],
    ['half an answer', { path: '/tags/', cutAfter: 10 }, 'could not be reached for the tags of NAME: aborted'],
  ])('%s is an error in the end', async (_name, fault, message) => {
    await server.faults(fault);
    const limits = fault.delayMilliseconds === undefined ? {} : { timeoutMs: 100 };
    expect(await errorOf(client(limits).tags(name))).toContain(
      `registry-unreachable: ${server.host} ${message.replace('NAME', name)}`,
    );
    expect(await server.log()).toHaveLength(3);
  });

  it('fails the list when its second page fails', async () => {
    await server.faults({ path: 'last=', status: 500 });
    expect(await errorOf(client().tags(name))).toContain('registry-unreachable');
  });
});

describe('the time for everything', () => {
  it.each<[string, Fault]>([
    ['an answer', { path: '/tags/', delayMilliseconds: 5000 }],
    ['another try', { path: '/tags/', status: 500 }],
    ['the end of a limit', { path: '/tags/', status: 429, headers: { 'Retry-After': '5' } }],
  ])('ends the waiting for %s', async (_name, fault) => {
    await server.faults(fault);
    const registry = client({ totalMs: 300, retries: 10, backoffMs: 100 });
    expect(await errorOf(registry.tags(name))).toContain(
      `registry-unreachable: ${server.host} could not be reached for the tags of ${name}: the time for requests is over`,
    );
    await server.log();
    expect(await errorOf(registry.digest(name, '1'))).toContain('the time for requests is over');
    expect(await server.log()).toEqual([]);
  });
});

it('has time enough when more is given than a timer takes', async () => {
  expect(await client({ totalMs: 1e12 + 0.5 }).digest(name, '1')).toBe(digest);
});

describe('rate limits', () => {
  it('says until when, and does not wait for hours', async () => {
    const headers = { 'Retry-After': '3600', 'RateLimit-Limit': '100;w=21600' };
    await server.faults({ path: '/manifests/', status: 429, headers, body: '{"errors":[{"code":"TOOMANYREQUESTS"}]}' });
    const text = await errorOf(client().image(name, '1'));
    expect(text).toContain(`registry-rate-limited: ${server.host} responded with 429 for ${name}:1: TOOMANYREQUESTS`);
    const [, until = ''] = /Try again after (\S+Z)\./u.exec(text) ?? [];
    expect(Math.abs(Date.parse(until) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(text).toContain('Requested without credentials; the limit is 100;w=21600.');
    expect(await server.log()).toHaveLength(1);
  });
});

describe('answers that cannot be used', () => {
  const other = `sha256:${'0'.repeat(64)}`;
  it.each<[string, Fault, string]>([
    [
      'bytes of another digest',
      { path: '/manifests/', headers: { 'Docker-Content-Digest': other } },
      `its bytes have the digest DIGEST, not ${other}`,
    ],
    [
      'a digest that is none',
      { path: '/manifests/', headers: { 'Docker-Content-Digest': 'md5:1' } },
      '"md5:1" is no digest',
    ],
    [
      'a login page',
      { path: '/manifests/', body: '<html>', headers: { 'Docker-Content-Digest': '' } },
      'it is not JSON',
    ],
    [
      'another form',
      { path: '/manifests/', body: '{"schemaVersion":2,"manifests":{}}', headers: { 'Docker-Content-Digest': '' } },
      '/manifests does not follow the specification (type)',
    ],
    [
      'a changed configuration',
      { path: '/blobs/', body: '{}' },
      'its bytes have the digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, not sha256:',
    ],
    [
      "Docker's schema 1",
      { path: '/manifests/', headers: { 'Content-Type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' } },
      "the image is in Docker's schema 1, which runtimes no longer pull",
    ],
    [
      "Docker's schema 1, unnamed",
      { path: '/manifests/', body: '{"schemaVersion":1}', headers: { 'Docker-Content-Digest': '' } },
      'it is of schema version 1; only 2 is read',
    ],
    [
      'an index of nothing',
      { path: '/manifests/', body: '{"schemaVersion":2,"manifests":[]}', headers: { 'Docker-Content-Digest': '' } },
      'its index lists no image for a platform',
    ],
    [
      'a path in place of a digest',
      {
        path: '/manifests/',
        body: '{"schemaVersion":2,"config":{"digest":"../../x"}}',
        headers: { 'Docker-Content-Digest': '' },
      },
      'it names a document by "../../x", which is no digest',
    ],
  ])('%s', async (_name, fault, why) => {
    await server.faults(fault);
    expect(await errorOf(client().image(name, '1'))).toContain(
      `registry-answer: ${server.host} sent an invalid response for`,
    );
    expect(await errorOf(client().image(name, '1'))).toContain(why.replace('DIGEST', digest));
  });

  it.each<[string, Fault, string]>([
    [
      'a next page at another host',
      { path: '/tags/', headers: { Link: '<https://evil.example/v2/acme/a/tags/list?last=1>; rel="next"' } },
      'its next page is at another host, evil.example',
    ],
    [
      'a next page of something else',
      { path: '/tags/', headers: { Link: '</v2/other/tags/list?last=1>; rel="next"' } },
      'its next page is /v2/other/tags/list?last=1',
    ],
    [
      'a circle',
      { path: '/tags/', headers: { Link: '<?n=1000>; rel="next"' } },
      'its next page is one that was read already',
    ],
    ['a list that is none', { path: '/tags/', body: '{"tags":"1"}' }, '/tags does not follow the specification'],
  ])('%s', async (_name, fault, why) => {
    await server.faults(fault);
    expect(await errorOf(client().tags(name))).toContain(why);
  });

  it('an endless answer', async () => {
    await server.faults({ path: '/manifests/', body: 'x'.repeat(5 * 1024 * 1024) });
    expect(await errorOf(client().image(name, '1'))).toContain('its response has more than 4194304 bytes');
    expect(await server.log()).toHaveLength(1);
  });
});

describe('forms of lists', () => {
  it.each<[string, Fault]>([
    [
      'an absolute link with another scheme, as behind a proxy',
      { path: '\\?n=1000$', headers: { Link: '<https://127.0.0.1/v2/acme/a/tags/list?last=2&n=1000>; rel="next"' } },
    ],
    ['a link without a path', { path: '\\?n=1000$', headers: { Link: '<?last=2&n=1000>; rel=next' } }],
    [
      'a registry that refuses large pages',
      { path: '\\?n=1000$', status: 400, body: '{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}' },
    ],
  ])('%s', async (_name, fault) => {
    await server.faults(fault);
    expect([...(await client().tags(name))].sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('null for none', async () => {
    await server.faults({ path: '/tags/', body: '{"name":"acme/a","tags":null}', headers: { Link: '' } });
    expect(await client().tags(name)).toEqual([]);
  });
});

describe('digests', () => {
  it.each<[string, Fault]>([
    ['without the header', { method: 'HEAD', path: '/manifests/', headers: { 'Docker-Content-Digest': '' } }],
    ['without HEAD', { method: 'HEAD', path: '/manifests/', status: 405 }],
  ])('%s are made from the bytes', async (_name, fault) => {
    await server.faults(fault);
    expect(await client().digest(name, '1')).toBe(digest);
    expect((await server.log()).map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });
});

describe('redirects', () => {
  it('are followed without the credentials', async () => {
    const users = { ci: 'secret' };
    const closed = await startRegistry({ auth: 'basic', users });
    try {
      await closed.push({ repository: 'acme/a', tag: '1' });
      const both = join(
        folder({
          'registries.yaml': `apiVersion: waybill.dev/v1\nkind: Registries\nhosts:\n  "${server.host}": { plainHTTP: true }\n  "${closed.host}": { plainHTTP: true }\n`,
        }),
        'registries.yaml',
      );
      const auth = Buffer.from('ci:secret').toString('base64');
      const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [closed.host]: { auth } } }) };
      const blob = '/v2/acme/a/blobs/$1';
      const facts = await client().image(name, '1');
      const [, config = ''] = /blobs\/(\S+)/u.exec((await server.log()).at(-1)?.path ?? '') ?? [];
      const Location = `http://${server.host}${blob.replace('$1', config)}?X-Amz-Signature=s1gned`;
      await closed.faults({ path: '/blobs/', status: 307, headers: { Location } });
      expect(await client({ env, hostsFile: both }).image(`${closed.host}/acme/a`, '1')).toEqual(facts);
      expect((await closed.log()).at(-1)).toMatchObject({ status: 307, authorization: 'basic' });
      expect(await server.log()).toMatchObject([{ status: 200, authorization: 'none' }]);
      await closed.faults({
        path: '/blobs/',
        status: 307,
        headers: { Location: Location.replace('127.0.0.1', 'localhost') },
      });
      const text = await errorOf(client({ env, hostsFile: both }).image(`${closed.host}/acme/a`, '1'));
      expect(text).toContain('which is not followed: it is plain http');
      expect(text).not.toContain('s1gned');
    } finally {
      closed.close();
    }
  });

  it('end', async () => {
    await server.faults({ path: '/manifests/', status: 302, headers: { Location: '?again' } });
    expect(await errorOf(client().image(name, '1'))).toContain('it redirects more than 5 times');
  });
});

describe('load', () => {
  it('asks at most so many at once', async () => {
    // Its own server: the other one may still be at work for requests that were given up.
    const own = await startRegistry();
    try {
      const tags = ['1', '2', '3', '4', '5'];
      await own.push(...tags.map((tag) => ({ repository: 'acme/a', tag })));
      await own.faults({ path: '/manifests/', delayMilliseconds: 20 });
      const registry = client({ concurrency: 3, hostsFile: own.hostsFile });
      await Promise.all(tags.map(async (tag) => await registry.digest(`${own.host}/acme/a`, tag)));
      expect(await own.mostAtOnce()).toBe(3);
    } finally {
      own.close();
    }
  });
});
