/**
 * The client against a registry that means harm: what it answers must not leak, hang, fill the memory, lead elsewhere or
 * end in an exception that nobody expected.
 */
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { RegistryOptions } from '../../plugin/registries/registry.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type Fault, type RegistryServer, startRegistry } from './registry-server.ts';

const folder = temporaryFolders();
const secret = 'correct-horse-battery';
let server: RegistryServer;
let name: string;

beforeAll(async () => {
  server = await startRegistry({ auth: 'token', users: { ci: secret } });
  name = `${server.host}/acme/a`;
  await server.push({ repository: 'acme/a', tag: '1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.faults();
  await server.log();
});

function client(options: Partial<RegistryOptions> = {}) {
  const auth = Buffer.from(`ci:${secret}`).toString('base64');
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [server.host]: { auth } } }) };
  return createRegistry({ env, hostsFile: server.hostsFile, retries: 0, ...options });
}

/** The codes and texts of the Failure; any other exception passes. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    return `nothing failed: ${JSON.stringify(await work)}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ code, message, help = [] }) => [code, message, ...help].join(' | ')).join('\n');
  }
}

describe('a list of tags', () => {
  it.each([
    '../../other/manifests/1',
    '..',
    '1?x=y',
    '1#x',
    '1/2',
    'a b',
    'a\nb',
    '',
    '-x',
    'x'.repeat(129),
    '%2e%2e',
    'sha256:0',
  ])('with %j is no list of tags', async (tag) => {
    await server.faults({ path: '/tags/', body: JSON.stringify({ name: 'acme/a', tags: ['1', tag] }) });
    expect(await failureOf(client().tags(name))).toMatch(/^registry-answer .*which is no tag/u);
  });

  it('may not be endless', async () => {
    const tags = Array.from({ length: 100_000 }, (_, index) => `v${index}`);
    const many = (page: number): Fault => ({
      path: `/tags/list.*last=${page}$`,
      headers: { Link: `</v2/acme/a/tags/list?last=${page + 1}>; rel="next"` },
      body: JSON.stringify({ tags: tags.map((tag) => `${tag}-${page}`) }),
    });
    const first = { ...many(0), path: '/tags/list\\?n=' };
    await server.faults(first, ...Array.from({ length: 12 }, (_, page) => many(page + 1)));
    expect(await failureOf(client().tags(name))).toContain('it has more than 1000000 tags');
  });
});

describe('names of tags that are none', () => {
  it.each(['../b', '..', 'a/b', 'sha256:0', ''])('are not asked for: %j', async (tag) => {
    expect(await failureOf(client().digest(name, tag))).toContain('registry-not-found');
    expect(await failureOf(client().image(name, tag))).toContain('registry-not-found');
    expect(await server.log()).toEqual([]);
  });
});

describe('refusals', () => {
  it.each(['99999999999999999999', '8640000000000001', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'with Retry-After %s are failures like others',
    async (after) => {
      await server.faults({ path: '/tags/', status: 429, headers: { 'Retry-After': after } });
      expect(await failureOf(client().tags(name))).toContain('registry-rate-limited');
    },
  );

  it.each([
    ['nesting', '{"a":'.repeat(200_000)],
    ['lists', `{"a":${'['.repeat(200_000)}`],
    ['a bomb of aliases', `{a: &a [x,x,x,x,x,x,x,x,x], ${'b: [*a,*a,*a,*a,*a], '.repeat(20_000)}}`],
    ['white space', `{${' '.repeat(4_000_000)}`],
  ])('with %s are read in part', async (_name, body) => {
    await server.faults({ path: '/tags/', status: 403, body });
    const text = await failureOf(client().tags(name));
    expect(text).toContain('registry-unauthorised');
    expect(text.length).toBeLessThan(2000);
  });

  it('never show what was sent', async () => {
    await client().tags(name);
    const [token = ''] = await issued();
    const echo = [`Authorization: Bearer ${token}`, token, Buffer.from(`ci:${secret}`).toString('base64'), secret];
    await server.faults({ path: '/tags/', status: 403, body: JSON.stringify({ message: echo.join(' / ') }) });
    const text = await failureOf(client().tags(name));
    expect(text).toContain('registry-unauthorised');
    for (const one of echo) expect(text).not.toContain(one);
  });
});

/** Tokens of the server's token server, asked as the client asks. */
async function issued(): Promise<string[]> {
  const authorization = `Basic ${Buffer.from(`ci:${secret}`).toString('base64')}`;
  const refused = await fetch(`http://${server.host}/v2/`);
  const challenge = refused.headers.get('www-authenticate') ?? '';
  const [, realm = ''] = /realm="([^"]*)"/u.exec(challenge) ?? [];
  const [, service = ''] = /service="([^"]*)"/u.exec(challenge) ?? [];
  const url = `${realm}?service=${encodeURIComponent(service)}&scope=repository:acme/a:pull`;
  const answer = await fetch(url, { headers: { authorization } });
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'token' in body ? [String(body.token)] : [];
}

describe('redirects and realms', () => {
  it.each(['https://localhost./x', 'https://[::ffff:127.0.0.1]/x', 'https://0x0a.1/x', 'https://[64:ff9b::a00:1]/x'])(
    'do not lead inside by another spelling: %s',
    async (location) => {
      await server.faults({ path: '/tags/', status: 307, headers: { Location: location } });
      expect(await failureOf(client().tags(name))).toContain('it is an address of the inside');
    },
  );
});

describe('the disk cache', () => {
  it('removes nothing but its own', async () => {
    const cacheFolder = folder({ 'my-only-copy.txt': 'x' });
    const precious = join(cacheFolder, 'my-only-copy.txt');
    writeFileSync(precious, 'x');
    utimesSync(precious, new Date(0), new Date(0));
    await client({ cacheFolder }).image(name, '1');
    expect(existsSync(precious)).toBe(true);
  });
});
