/**
 * How the client reaches registries: TLS with an authority of its own, proxies, mirrors, and where it does not go.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

const folder = temporaryFolders();
const users = { ci: 'secret' };
const auth = Buffer.from('ci:secret').toString('base64');

let secure: RegistryServer;
let origin: RegistryServer;
let mirror: RegistryServer;
let digest: string;

beforeAll(async () => {
  [secure, origin, mirror] = await Promise.all([
    startRegistry({ tls: true, auth: 'token', users }),
    startRegistry(),
    startRegistry(),
  ]);
  await secure.push({ repository: 'acme/a', tag: '1' });
  const pushed = await origin.push({ repository: 'acme/a', tag: '1' }, { repository: 'acme/a', tag: '2' });
  digest = pushed[0] ?? '';
  await mirror.push({ repository: 'copies/acme/a', tag: '1' });
});
afterAll(() => {
  for (const server of [secure, origin, mirror]) server.close();
});
beforeEach(async () => {
  for (const server of [secure, origin, mirror]) {
    await server.faults();
    await server.log();
  }
});

/** A hosts file with these hosts (YAML, or JSON as YAML reads it). */
function hostsFile(hosts: object): string {
  const text = JSON.stringify({ apiVersion: 'waybill.dev/v1', kind: 'Registries', hosts });
  return join(folder({ 'registries.yaml': text }), 'registries.yaml');
}

function client(file: string | undefined, env: Record<string, string> = {}) {
  return createRegistry({ env, hostsFile: file, retries: 0 });
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return `${String(error)}\n${JSON.stringify(error)}`;
}

describe('TLS', () => {
  const credentials = () => ({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [secure.host]: { auth } } }) });

  it('trusts the authority of the hosts file, for the registry and its token server', async () => {
    expect(await client(secure.hostsFile, credentials()).tags(`${secure.host}/acme/a`)).toEqual(['1']);
  });

  it('trusts those of NODE_EXTRA_CA_CERTS beside it', async () => {
    const file = hostsFile({ [secure.host]: { ca: 'other.pem' } });
    writeFileSync(join(dirname(file), 'other.pem'), rootCertificates[0] ?? '');
    const env = { ...credentials(), NODE_EXTRA_CA_CERTS: secure.ca };
    expect(await client(file, env).tags(`${secure.host}/acme/a`)).toEqual(['1']);
  });

  it('says what to do about a certificate of an unknown authority', async () => {
    const text = await errorOf(client(undefined, credentials()).tags(`${secure.host}/acme/a`));
    expect(text).toContain('registry-unreachable');
    expect(text).toContain('its TLS cannot be trusted');
    expect(text).toContain('name its file as `ca` in the hosts file');
    expect(await secure.log()).toEqual([]);
  });

  it('says so of a registry that speaks plain http', async () => {
    expect(await errorOf(client(undefined).tags(`${origin.host}/acme/a`))).toContain('plainHTTP: true');
    expect(await origin.log()).toEqual([]);
  });

  it('says so of a name that no host has', async () => {
    const text = await errorOf(client(undefined).tags('registry.invalid/acme/a'));
    expect(text).toMatch(/registry\.invalid could not be reached for the tags of registry\.invalid\/acme\/a: /u);
  });
});

describe('proxies', () => {
  let proxy: Server;
  let url: string;
  const seen: string[] = [];
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    // A proxy as RFC 9110 (9.3.6, 7.1) describes it: tunnels for https, whole URLs for http. Every name leads to the test's registry.
    proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
      const { pathname, search } = new URL(request.url ?? '');
      void fetch(`http://${origin.host}${pathname}${search}`).then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
        response.end(await answer.text());
      });
    });
    proxy.on('connect', (request, socket: Socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
      const [host = '', port = ''] = secure.host.split(':');
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(target).pipe(socket);
      });
      for (const end of [socket, target]) {
        sockets.add(end);
        end.on('error', () => undefined);
      }
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const address = proxy.address();
    url = `http://ci:pr0xy@127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  beforeEach(() => {
    seen.length = 0;
  });

  it('are used for plain http', async () => {
    const file = hostsFile({ 'registry.acme.dev': { plainHTTP: true } });
    expect(await client(file, { HTTP_PROXY: url }).tags('registry.acme.dev/acme/a')).toEqual(['1', '2']);
    expect(seen).toEqual([
      `GET http://registry.acme.dev/v2/acme/a/tags/list?n=1000 Basic ${Buffer.from('ci:pr0xy').toString('base64')}`,
    ]);
  });

  it('carry TLS to the registry', async () => {
    // Its token server is at its loopback address, to which no proxy leads.
    const file = hostsFile({ 'registry.acme.dev': { ca: secure.ca }, [secure.host]: { ca: secure.ca } });
    const config = JSON.stringify({ auths: { 'registry.acme.dev': { auth } } });
    const registry = client(file, { HTTPS_PROXY: url, DOCKER_AUTH_CONFIG: config });
    expect(await registry.tags('registry.acme.dev/acme/a')).toEqual(['1']);
    // Its connection is kept.
    expect(seen).toEqual([`CONNECT registry.acme.dev:443 Basic ${Buffer.from('ci:pr0xy').toString('base64')}`]);
  });

  it('do not speak for the registry: its certificate is checked', async () => {
    const file = hostsFile({ 'other.acme.dev': { ca: secure.ca } });
    // The tunnel leads to a server whose certificate is for another name.
    const text = await errorOf(client(file, { HTTPS_PROXY: url }).tags('other.acme.dev/acme/a'));
    expect(text).toContain('its TLS cannot be trusted');
    expect(text).not.toContain('pr0xy');
    expect(seen).toEqual([`CONNECT other.acme.dev:443 Basic ${Buffer.from('ci:pr0xy').toString('base64')}`]);
  });

  it('are not used for the hosts of NO_PROXY', async () => {
    const file = hostsFile({ 'registry.invalid': { plainHTTP: true } });
    const text = await errorOf(client(file, { HTTP_PROXY: url, NO_PROXY: 'invalid' }).tags('registry.invalid/acme/a'));
    expect(text).toContain('registry-unreachable');
    expect(seen).toEqual([]);
  });

  it('that are not there are an error', async () => {
    const text = await errorOf(
      client(undefined, { HTTPS_PROXY: 'http://127.0.0.1:9' }).tags('registry.acme.dev/acme/a'),
    );
    expect(text).toContain('ECONNREFUSED 127.0.0.1:9');
    expect(await errorOf(client(undefined, { HTTPS_PROXY: 'socks5://127.0.0.1:9' }).tags('ghcr.io/acme/a'))).toContain(
      'the proxy in the environment variables uses neither http nor https',
    );
  });
});

describe('mirrors', () => {
  const withMirror = (entry: object, more: object = {}) =>
    hostsFile({
      [mirror.host]: { plainHTTP: true },
      [origin.host]: { plainHTTP: true, mirrors: [{ location: `${mirror.host}/copies`, ...entry }], ...more },
    });

  it('give images by digest; tags come from the registry', async () => {
    const registry = client(withMirror({}));
    expect(await registry.tags(`${origin.host}/acme/a`)).toEqual(['1', '2']);
    expect(await registry.image(`${origin.host}/acme/a`, digest)).toMatchObject({ digest });
    expect((await origin.log()).map(({ path }) => path)).toEqual(['/v2/acme/a/tags/list?n=1000']);
    expect((await mirror.log()).map(({ path }) => path.split('/').slice(0, 5).join('/'))).toEqual([
      '/v2/copies/acme/a',
      '/v2/copies/acme/a',
    ]);
  });

  it('that know every tag are asked for them too', async () => {
    expect(await client(withMirror({ tags: true })).tags(`${origin.host}/acme/a`)).toEqual(['1']);
    expect(await origin.log()).toEqual([]);
  });

  it('that fail are passed over', async () => {
    await mirror.faults({ path: '.', status: 500 });
    expect(await client(withMirror({ tags: true })).tags(`${origin.host}/acme/a`)).toEqual(['1', '2']);
  });

  it('that give other bytes are passed over', async () => {
    await mirror.faults({ path: '/manifests/', body: '{"schemaVersion":2}' });
    expect(await client(withMirror({})).image(`${origin.host}/acme/a`, digest)).toMatchObject({ digest });
  });

  it('may be pull-through caches: what they once had stays when the registry is gone', async () => {
    const behind = await startRegistry();
    const cache = await startRegistry({ cacheOf: behind.host });
    try {
      const [known = ''] = await behind.push({ repository: 'acme/a', tag: '1', index: true });
      const file = hostsFile({
        [cache.host]: { plainHTTP: true },
        [behind.host]: { plainHTTP: true, mirrors: [{ location: cache.host }] },
      });
      const facts = await client(file).image(`${behind.host}/acme/a`, known);
      await behind.faults({ path: '.', status: 503 });
      expect(await client(file).image(`${behind.host}/acme/a`, known)).toEqual(facts);
      expect(await errorOf(client(file).digest(`${behind.host}/acme/a`, '1'))).toContain('registry-unreachable');
    } finally {
      behind.close();
      cache.close();
    }
  });

  it('may be all there is', async () => {
    await mirror.faults({ path: '.', status: 500 });
    const text = await errorOf(client(withMirror({ tags: true }, { onlyMirrors: true })).tags(`${origin.host}/acme/a`));
    expect(text).toContain(`${mirror.host} responded with 500`);
    expect(await origin.log()).toEqual([]);
    expect(await errorOf(client(withMirror({}, { onlyMirrors: true })).tags(`${origin.host}/acme/a`))).toContain(
      `registries-invalid: no host is allowed for the tags of ${origin.host}/acme/a`,
    );
  });

  it('say what each of them said', async () => {
    await mirror.faults({ path: '.', status: 500 });
    await origin.faults({ path: '.', status: 403 });
    const text = await errorOf(client(withMirror({ tags: true })).tags(`${origin.host}/acme/a`));
    expect(text.indexOf(`${origin.host} responded with 403`)).toBeLessThan(
      text.indexOf(`${mirror.host} responded with 500`),
    );
  });
});

describe('places that are not asked', () => {
  const challenge = (realm: string) => ({ 'WWW-Authenticate': `Bearer realm="${realm}",service="x"` });
  const credentials = () => ({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [origin.host]: { auth } } }) });

  it.each([
    ['http://auth.acme.dev/token', 'http://auth.acme.dev is not allowed: it is plain http'],
    ['https://169.254.169.254/latest', 'https://169.254.169.254 is not allowed: it is an address of the inside'],
    ['https://[fd00:ec2::254]/latest', 'https://[fd00:ec2::254] is not allowed: it is an address of the inside'],
    ['https://localhost/token', 'https://localhost is not allowed: it is an address of the inside'],
    ['file:///etc/passwd', 'file: is not spoken here'],
    ['https://user:pw@auth.acme.dev/', 'it has a user name in it'],
    ['nonsense', '"nonsense" is no URL'],
  ])('the token server %s', async (realm, why) => {
    await origin.faults({ path: '/tags/', status: 401, headers: challenge(realm) });
    const text = await errorOf(client(origin.hostsFile, credentials()).tags(`${origin.host}/acme/a`));
    expect(text).toContain('registry-answer');
    expect(text).toContain(why);
    expect(await origin.log()).toHaveLength(1);
  });

  it('may be asked when the hosts file says so', async () => {
    const realm = `http://${mirror.host}/token`;
    await origin.faults({ path: '/tags/', status: 401, times: 1, headers: challenge(realm) });
    await mirror.faults({ path: '/token', status: 200, body: '{"token":"t"}' });
    const file = hostsFile({ [origin.host]: { plainHTTP: true }, [mirror.host]: { plainHTTP: true } });
    expect(await client(file, credentials()).tags(`${origin.host}/acme/a`)).toEqual(['1', '2']);
    expect(await mirror.log()).toMatchObject([{ method: 'GET', authorization: 'basic' }]);
  });

  it('a host behind a redirect does not say where the credentials go', async () => {
    const file = hostsFile({ [origin.host]: { plainHTTP: true }, [mirror.host]: { plainHTTP: true } });
    await origin.faults({ path: '/tags/', status: 307, headers: { Location: `http://${mirror.host}/x` } });
    await mirror.faults({ path: '.', status: 401, headers: challenge(`http://${mirror.host}/token`) });
    expect(await errorOf(client(file, credentials()).tags(`${origin.host}/acme/a`))).toContain('registry-unauthorised');
    expect(await mirror.log()).toMatchObject([{ path: '/x', authorization: 'none' }]);
  });

  it.each([
    ['http://169.254.169.254/x', 'it is plain http'],
    ['https://10.0.0.1/x', 'it is an address of the inside'],
    ['gopher://acme.dev/x', 'gopher: is not spoken here'],
  ])('the redirect %s', async (Location, why) => {
    await origin.faults({ path: '/tags/', status: 302, headers: { Location } });
    const text = await errorOf(client(origin.hostsFile).tags(`${origin.host}/acme/a`));
    expect(text).toContain(`which is not followed: ${why}`);
  });
});
