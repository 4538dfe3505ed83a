/**
 * Who asks: basic authentication and bearer tokens against the real registry server, with credentials from every place
 * that people keep them in.
 */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { Registry } from '../../plugin/registries/registry.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';

const folder = temporaryFolders();
const password = 'pass:word-4711';
const users = { ci: password };
const auth = Buffer.from(`ci:${password}`).toString('base64');

let basic: RegistryServer;
let token: RegistryServer;

beforeAll(async () => {
  [basic, token] = await Promise.all([
    startRegistry({ auth: 'basic', users }),
    startRegistry({ auth: 'token', users }),
  ]);
  await Promise.all(
    [basic, token].map((one) => one.push({ repository: 'acme/a', tag: '1' }, { repository: 'acme/b', tag: '1' })),
  );
});
afterAll(() => {
  basic.close();
  token.close();
});
beforeEach(async () => {
  await Promise.all([basic.log(), token.log()]);
});

/** A client of a person whose home holds these files. */
function person(server: RegistryServer, files: Record<string, string>, env: Record<string, string> = {}): Registry {
  return createRegistry({ env: { HOME: folder(files), ...env }, hostsFile: server.hostsFile, retries: 0 });
}

function config(server: RegistryServer, entry: object): string {
  return JSON.stringify({ auths: { [server.host]: entry } });
}

describe('basic authentication', () => {
  it('answers the challenge once, then comes with the password', async () => {
    const registry = person(basic, { '.docker/config.json': config(basic, { auth }) });
    expect(await registry.tags(`${basic.host}/acme/a`)).toEqual(['1']);
    expect(await registry.tags(`${basic.host}/acme/b`)).toEqual(['1']);
    expect((await basic.log()).map(({ status, authorization }) => `${status} ${authorization}`)).toEqual([
      '401 none',
      '200 basic',
      '200 basic',
    ]);
  });

  it('says which credentials were refused, without the password', async () => {
    const wrong = Buffer.from('ci:not-the-password').toString('base64');
    const registry = person(basic, { '.docker/config.json': config(basic, { auth: wrong }) });
    const error = await registry.tags(`${basic.host}/acme/a`).catch((thrown: unknown) => thrown);
    const text = JSON.stringify(error) + String(error);
    expect(text).toContain('registry-unauthorised');
    expect(text).toMatch(/Tried: user \\"ci\\" from auths of .*config\.json/u);
    expect(text).not.toContain('not-the-password');
    expect(text).not.toContain(wrong);
    expect(await basic.log()).toHaveLength(2);
  });

  it('says where it looked when there are none', async () => {
    const error: unknown = await person(basic, {})
      .tags(`${basic.host}/acme/a`)
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).toMatch(
      /No credentials for 127\.0\.0\.1:\d+ were found\. Looked into: .*config\.json \(not there\), .*auth\.json \(not there\)/u,
    );
  });
});

describe('bearer tokens', () => {
  it('gets one token for each repository, and asks without a challenge from the second on', async () => {
    const registry = person(token, { '.docker/config.json': config(token, { auth }) });
    await registry.tags(`${token.host}/acme/a`);
    await registry.digest(`${token.host}/acme/a`, '1');
    await registry.digest(`${token.host}/acme/b`, '1');
    expect((await token.log()).map(({ path, status }) => `${status} ${path.replace(/\?.*/u, '')}`)).toEqual([
      '401 /v2/acme/a/tags/list',
      '200 /token',
      '200 /v2/acme/a/tags/list',
      '200 /v2/acme/a/manifests/1',
      '200 /token',
      '200 /v2/acme/b/manifests/1',
    ]);
  });

  it('lets the first of many requests learn what the host wants', async () => {
    const registry = person(token, { '.docker/config.json': config(token, { auth }) });
    await Promise.all(Array.from({ length: 20 }, async () => await registry.image(`${token.host}/acme/a`, '1')));
    const log = await token.log();
    expect(log.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(log.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
  });

  it('gets another one when it is refused half-way', async () => {
    const registry = person(token, { '.docker/config.json': config(token, { auth }) });
    await registry.digest(`${token.host}/acme/a`, '1');
    await token.revokeTokens();
    await token.log();
    await registry.digest(`${token.host}/acme/a`, '1');
    expect((await token.log()).map(({ path, status }) => `${status} ${path.replace(/\?.*/u, '')}`)).toEqual([
      '401 /v2/acme/a/manifests/1',
      '200 /token',
      '200 /v2/acme/a/manifests/1',
    ]);
  });

  it('gets another one when its time is over', async () => {
    const short = await startRegistry({ auth: 'token', users, tokenLifetime: 1 });
    try {
      await short.push({ repository: 'acme/a', tag: '1' });
      const registry = person(short, { '.docker/config.json': config(short, { auth }) });
      await registry.digest(`${short.host}/acme/a`, '1');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 });
      await registry.digest(`${short.host}/acme/a`, '1');
      const log = await short.log();
      expect(log.filter(({ path }) => path.startsWith('/token'))).toHaveLength(2);
      expect(log.filter(({ status }) => status === 401)).toHaveLength(1);
    } finally {
      vi.useRealTimers();
      short.close();
    }
  });

  it('exchanges an identity token', async () => {
    const identity = { auth: Buffer.from('ci:').toString('base64'), identitytoken: `refresh-${password}` };
    const registry = person(token, { '.docker/config.json': config(token, identity) });
    expect(await registry.tags(`${token.host}/acme/a`)).toEqual(['1']);
    expect((await token.log())[1]).toMatchObject({ method: 'POST', path: '/token', status: 200 });
  });

  it('reads public images without credentials', async () => {
    const open = await startRegistry({ auth: 'token', users, anonymousPull: true });
    try {
      await open.push({ repository: 'acme/a', tag: '1' });
      expect(await person(open, {}).tags(`${open.host}/acme/a`)).toEqual(['1']);
    } finally {
      open.close();
    }
  });

  it('stops when a new token is not enough', async () => {
    await expect(person(token, {}).tags(`${token.host}/acme/a`)).rejects.toThrow('registry-unauthorised');
    expect((await token.log()).map(({ status }) => status)).toEqual([401, 200, 401]);
  });
});

describe('places of credentials', () => {
  const entry = { auth };
  it.each<[string, (server: RegistryServer) => Registry]>([
    ['docker login', (server) => person(server, { '.docker/config.json': config(server, entry) })],
    [
      'a URL as the key',
      (server) =>
        person(server, { '.docker/config.json': JSON.stringify({ auths: { [`https://${server.host}/v2/`]: entry } }) }),
    ],
    [
      'DOCKER_CONFIG',
      (server) => {
        const at = folder({ 'config.json': config(server, entry) });
        return person(server, {}, { DOCKER_CONFIG: at });
      },
    ],
    ['DOCKER_AUTH_CONFIG', (server) => person(server, {}, { DOCKER_AUTH_CONFIG: config(server, entry) })],
    ['podman login', (server) => person(server, { '.config/containers/auth.json': config(server, entry) })],
    [
      'podman login, for one repository',
      (server) =>
        person(server, {
          '.config/containers/auth.json': JSON.stringify({
            auths: { [server.host]: { auth: Buffer.from('x:y').toString('base64') }, [`${server.host}/acme/a`]: entry },
          }),
        }),
    ],
    [
      'REGISTRY_AUTH_FILE',
      (server) =>
        person(server, {}, { REGISTRY_AUTH_FILE: join(folder({ 'auth.json': config(server, entry) }), 'auth.json') }),
    ],
    [
      'a pull secret mounted as a folder',
      (server) => person(server, {}, { WAYBILL_PULL_SECRETS: folder({ '.dockerconfigjson': config(server, entry) }) }),
    ],
    [
      'one of several pull secrets',
      (server) => {
        const other = folder({ '.dockerconfigjson': '{"auths": {"ghcr.io": {"auth": "eDp5"}}}' });
        const ours = join(folder({ 'secret.json': config(server, { username: 'ci', password }) }), 'secret.json');
        return person(server, {}, { WAYBILL_PULL_SECRETS: `${other}:${ours}` });
      },
    ],
    [
      'a secret of the former type',
      (server) =>
        person(
          server,
          {},
          { WAYBILL_PULL_SECRETS: folder({ '.dockercfg': JSON.stringify({ [server.host]: entry }) }) },
        ),
    ],
  ])('%s', async (_name, client) => {
    expect(await client(token).tags(`${token.host}/acme/a`)).toEqual(['1']);
  });

  it.each([
    ['{"auths": {"a.dev": {"auth": 4711}}}', '/auths/a.dev/auth is of another type than it should be'],
    ['{"auths": {"a.dev": {"auth": "s3cr3t" ', 'it is not JSON'],
  ])('refuses %s without showing it', async (text, why) => {
    const error = await person(token, { '.docker/config.json': text })
      .tags(`${token.host}/acme/a`)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`config.json has registry credentials in a form that cannot be read: ${why}`);
    expect(String(error)).not.toMatch(/4711|s3cr3t/u);
  });

  it('refuses a pull secret that is not there', async () => {
    await expect(
      person(token, {}, { WAYBILL_PULL_SECRETS: '/nowhere/at/all' }).tags(`${token.host}/acme/a`),
    ).rejects.toThrow('registries-invalid: WAYBILL_PULL_SECRETS names /nowhere/at/all, where no pull secret is');
  });
});

describe('credential helpers', () => {
  /** A home whose docker configuration names the helper `tests`, which is this script. */
  function helper(server: RegistryServer, script: string, key: object = { credHelpers: { [server.host]: 'tests' } }) {
    const bin = folder({ 'docker-credential-tests': `#!/bin/sh\n${script}\n` });
    chmodSync(join(bin, 'docker-credential-tests'), 0o755);
    return person(server, { '.docker/config.json': JSON.stringify(key) }, { PATH: `${bin}:/usr/bin:/bin` });
  }
  const answer = JSON.stringify({ ServerURL: 'x', Username: 'ci', Secret: password });

  it('are asked for the host, once', async () => {
    const log = join(folder({}), 'asked');
    const script = `read server; echo "$1 $server" >> ${log}; echo '${answer}'`;
    const registry = helper(token, script);
    await registry.tags(`${token.host}/acme/a`);
    await registry.tags(`${token.host}/acme/b`);
    expect((await token.log()).filter(({ authorization }) => authorization === 'basic')).toHaveLength(2);
    expect(readFileSync(log, 'utf8')).toBe(`get ${token.host}\n`);
  });

  it('keep identity tokens', async () => {
    const identity = JSON.stringify({ ServerURL: '', Username: '<token>', Secret: `refresh-${password}` });
    expect(await helper(token, `echo '${identity}'`).tags(`${token.host}/acme/a`)).toEqual(['1']);
  });

  it('may be the store of all hosts', async () => {
    const key = { auths: { [token.host]: {} }, credsStore: 'tests' };
    expect(await helper(token, `echo '${answer}'`, key).tags(`${token.host}/acme/a`)).toEqual(['1']);
  });

  it('may have nothing', async () => {
    const registry = helper(token, 'echo "credentials not found in native keychain"; exit 1');
    await expect(registry.tags(`${token.host}/acme/a`)).rejects.toThrow('registry-unauthorised');
  });

  it.each([
    ['echo "AccessDenied: no role" >&2; exit 1', 'failed for 127.0.0.1:PORT: AccessDenied: no role'],
    ['exit 3', 'failed for 127.0.0.1:PORT: exit code 3'],
    [`echo '{"Secret": "${password}"}'`, 'printed something else than credentials for 127.0.0.1:PORT'],
  ])('fail loudly: %s', async (script, message) => {
    const error = await helper(token, script)
      .tags(`${token.host}/acme/a`)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(
      `registry-credentials: docker-credential-tests ${message.replace('127.0.0.1:PORT', token.host)}`,
    );
    expect(JSON.stringify(error)).toContain('It is named in credHelpers of');
    expect(JSON.stringify(error) + String(error)).not.toContain(password);
  });

  it('are named when they are not installed', async () => {
    const registry = person(token, {
      '.docker/config.json': JSON.stringify({ credHelpers: { [token.host]: 'absent' } }),
    });
    await expect(registry.tags(`${token.host}/acme/a`)).rejects.toThrow(
      'docker-credential-absent, which has the credentials for',
    );
  });
});
