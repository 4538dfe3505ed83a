/**
 * The peculiarities of the registries that people use, in the shapes in which they were seen: challenges, tokens, links,
 * error bodies. (Only the scheme is another one: http, so that a proxy can stand for the internet.)
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../plugin/registries/client.ts';
import type { Registry } from '../../plugin/registries/registry.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type Host, type Internet, type Reply, startInternet } from './internet.ts';

const folder = temporaryFolders();
let internet: Internet;

beforeAll(async () => {
  internet = await startInternet();
});
afterAll(() => internet.close());
beforeEach(() => {
  internet.visits();
});

/** A client whose internet has these hosts, and whose docker configuration is this one. */
function client(hosts: Record<string, Host>, config: object = {}, env: Record<string, string> = {}): Registry {
  internet.hosts = hosts;
  const plain = Object.fromEntries(Object.keys(hosts).map((host) => [host, { plainHTTP: true }]));
  const entries = { ...plain, 'docker.io': { plainHTTP: true } };
  const file = JSON.stringify({ apiVersion: 'waybill.dev/v1', kind: 'Registries', hosts: entries });
  const home = folder({ 'registries.yaml': file, '.docker/config.json': JSON.stringify(config) });
  return createRegistry({
    env: { HOME: home, HTTP_PROXY: internet.proxy, ...env },
    hostsFile: join(home, 'registries.yaml'),
    retries: 1,
    backoffMs: 1,
  });
}

function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

/** A helper on PATH that gives this user and secret. */
function helper(name: string, user: string, secret: string): Record<string, string> {
  const answer = JSON.stringify({ ServerURL: '', Username: user, Secret: secret });
  const bin = folder({ [`docker-credential-${name}`]: `#!/bin/sh\ncat > /dev/null\necho '${answer}'\n` });
  chmodSync(join(bin, `docker-credential-${name}`), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin` };
}

function challenge(value: string, body: string | object): Reply {
  return {
    status: 401,
    headers: { 'Www-Authenticate': value, 'Docker-Distribution-Api-Version': 'registry/2.0' },
    body,
  };
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return `${String(error)}\n${JSON.stringify(error)}`;
}

describe('Docker Hub', () => {
  const unauthorised = {
    errors: [
      {
        code: 'UNAUTHORIZED',
        message: 'authentication required',
        detail: [{ Type: 'repository', Class: '', Name: 'library/nginx', Action: 'pull' }],
      },
    ],
  };
  const auth: Host = ({ url, authorization }) => ({
    body: {
      token: `t-${url.searchParams.get('scope')}-${(authorization ?? 'nobody').replace('Basic ', '')}`,
      access_token: 'the same again',
      expires_in: 300,
      issued_at: '2026-01-01T00:00:00.000000000Z',
    },
  });
  const wanted =
    'Bearer realm="http://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"';
  const hub =
    (reply: Reply, who = 'nobody'): Host =>
    ({ authorization }) =>
      authorization === `Bearer t-repository:library/nginx:pull-${who}` ? reply : challenge(wanted, unauthorised);

  it('has official images below library/, at a host of another name', async () => {
    const registry = client({
      'registry-1.docker.io': hub({ body: { name: 'library/nginx', tags: ['1'] } }),
      'auth.docker.io': auth,
    });
    expect(await registry.tags('nginx')).toEqual(['1']);
    expect(internet.visits()).toEqual([
      'GET http://registry-1.docker.io/v2/library/nginx/tags/list?n=1000',
      'GET http://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull',
      'GET http://registry-1.docker.io/v2/library/nginx/tags/list?n=1000',
    ]);
  });

  it('finds what docker login wrote', async () => {
    const config = { auths: { 'https://index.docker.io/v1/': { auth: basic('acme', 'dckr_pat') } } };
    const host = hub({ body: { tags: ['1'] } }, basic('acme', 'dckr_pat'));
    const registry = client({ 'registry-1.docker.io': host, 'auth.docker.io': auth }, config);
    expect(await registry.tags('docker.io/library/nginx')).toEqual(['1']);
  });

  it('limits pulls: asks the digest with HEAD, which is free, and says so when the limit is reached', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const limits = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '0;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    };
    const host: Host = (visit) =>
      hub(
        visit.method === 'HEAD'
          ? { headers: { 'docker-content-digest': digest, ...limits } }
          : {
              status: 429,
              headers: limits,
              body: {
                errors: [
                  {
                    code: 'TOOMANYREQUESTS',
                    message:
                      'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
                  },
                ],
              },
            },
      )(visit);
    const registry = client({ 'registry-1.docker.io': host, 'auth.docker.io': auth });
    expect(await registry.digest('nginx', '1.29')).toBe(digest);
    internet.visits();
    const error = await errorOf(registry.image('nginx', '1.29'));
    expect(error).toContain(
      'registry-rate-limited: registry-1.docker.io responded with 429 for docker.io/library/nginx:1.29: TOOMANYREQUESTS: You have reached',
    );
    expect(error).toContain('the limit is 100;w=21600');
    expect(error).toMatch(/Try again after 20\d\d-/u);
    expect(internet.visits()).toHaveLength(1);
  });

  it('answers 401 for what does not exist', async () => {
    const host: Host = () => challenge(`${wanted},error="insufficient_scope"`, unauthorised);
    const error = await errorOf(client({ 'registry-1.docker.io': host, 'auth.docker.io': auth }).tags('nginx'));
    expect(error).toContain('registry-unauthorised');
    expect(error).toContain('Some registries also send this if the repository does not exist');
  });
});

describe('GitHub (ghcr.io)', () => {
  const wanted = 'Bearer realm="http://ghcr.io/token",service="ghcr.io",scope="repository:acme/web:pull"';

  it('gives nobody a token for public packages, and pages with a relative link', async () => {
    const registry = client({
      'ghcr.io': ({ url, authorization }) => {
        if (url.pathname === '/token') return { body: { token: 'djE6' } };
        if (authorization !== 'Bearer djE6') {
          return challenge(wanted, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
        }
        if (url.searchParams.get('last') === 'sha-2') return { body: { name: 'acme/web', tags: ['sha-3'] } };
        const link = '</v2/acme/web/tags/list?last=sha-2&n=1000>; rel="next"';
        return { headers: { Link: link }, body: { name: 'acme/web', tags: ['sha-1', 'sha-2'] } };
      },
    });
    expect(await registry.tags('ghcr.io/acme/web')).toEqual(['sha-1', 'sha-2', 'sha-3']);
  });

  it('denies private packages at the token server', async () => {
    const registry = client({
      'ghcr.io': ({ url }) =>
        url.pathname === '/token'
          ? {
              status: 403,
              body: { errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] },
            }
          : challenge(wanted, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }),
    });
    expect(await errorOf(registry.tags('ghcr.io/acme/web'))).toContain(
      'registry-unauthorised: ghcr.io responded with 403 for a token for repository:acme/web:pull: DENIED: requested access to the resource is denied',
    );
  });
});

describe('Amazon', () => {
  const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

  it('wants the password that its helper makes, as basic authentication', async () => {
    const config = { credHelpers: { [ecr]: 'ecr-login' } };
    const registry = client(
      {
        [ecr]: ({ authorization, url }) => {
          if (authorization !== `Basic ${basic('AWS', 'eyJwYXlsb2Fk')}`) {
            return challenge(`Basic realm="http://${ecr}/",service="ecr.amazonaws.com"`, 'Not Authorized\n');
          }
          if (url.searchParams.get('last') !== null) return { body: { name: 'web', tags: ['2'] } };
          const Link = `<http://${ecr}/v2/web/tags/list?n=1000&last=ukD72mdD%2FmC8b5xV3susmJzzaTgp3hKwR9nRUW1yZZ4%3D>; rel="next"`;
          return { headers: { Link }, body: { name: 'web', tags: ['1'] } };
        },
      },
      config,
      helper('ecr-login', 'AWS', 'eyJwYXlsb2Fk'),
    );
    expect(await registry.tags(`${ecr}/web`)).toEqual(['1', '2']);
    // The mark of the next page goes back as it came.
    expect(internet.visits().at(-1)).toContain('last=ukD72mdD/mC8b5xV3susmJzzaTgp3hKwR9nRUW1yZZ4=');
  });

  it('says what its helper says', async () => {
    const bin = folder({
      'docker-credential-ecr-login': '#!/bin/sh\necho "credentials not found in native keychain"\nexit 1\n',
    });
    chmodSync(join(bin, 'docker-credential-ecr-login'), 0o755);
    const host: Host = () => challenge(`Basic realm="http://${ecr}/",service="ecr.amazonaws.com"`, 'Not Authorized\n');
    const registry = client({ [ecr]: host }, { credHelpers: { [ecr]: 'ecr-login' } }, { PATH: `${bin}:/usr/bin:/bin` });
    expect(await errorOf(registry.tags(`${ecr}/web`))).toContain(
      `registry-unauthorised: ${ecr} responded with 401 for the tags of ${ecr}/web: Not Authorized`,
    );
  });

  it('has one scope for all public images', async () => {
    const registry = client({
      'public.ecr.aws': ({ url, authorization }) => {
        if (url.pathname === '/token/')
          return url.searchParams.get('scope') === 'aws' ? { body: { token: 'public' } } : { status: 400 };
        if (authorization === 'Bearer public') return { body: { name: 'x', tags: ['1'] } };
        return challenge(
          'Bearer realm="http://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"',
          'Not Authorized\n',
        );
      },
    });
    expect(await registry.tags('public.ecr.aws/nginx/nginx')).toEqual(['1']);
    expect(await registry.tags('public.ecr.aws/docker/library/redis')).toEqual(['1']);
    expect(internet.visits().filter((visit) => visit.includes('/token/'))).toHaveLength(1);
  });
});

describe('Google (Artifact Registry, gcr.io)', () => {
  it('answers more than tags', async () => {
    const host = 'europe-west1-docker.pkg.dev';
    const registry = client(
      {
        [host]: ({ url, authorization }) => {
          if (url.pathname === '/v2/token') {
            return authorization === `Basic ${basic('_dcgcloud_token', 'ya29.a0')}`
              ? { body: { expires_in: 3600, token: 'g' } }
              : { status: 403 };
          }
          if (authorization !== 'Bearer g') {
            return challenge(
              `Bearer realm="http://${host}/v2/token",service="${host}",scope="repository:acme/images/web:pull"`,
              {
                errors: [{ code: 'UNAUTHENTICATED', message: 'Unauthenticated request.' }],
              },
            );
          }
          return {
            body: {
              child: [],
              manifest: {
                [`sha256:${'a'.repeat(64)}`]: {
                  imageSizeBytes: '1',
                  tag: ['1'],
                  timeCreatedMs: '1700000000000',
                  timeUploadedMs: '1700000000001',
                },
              },
              name: 'acme/images/web',
              tags: ['1'],
            },
          };
        },
      },
      { credHelpers: { [host]: 'gcloud' } },
      helper('gcloud', '_dcgcloud_token', 'ya29.a0'),
    );
    expect(await registry.tags(`${host}/acme/images/web`)).toEqual(['1']);
  });
});

describe('Azure', () => {
  const host = 'acme.azurecr.io';
  const digest = `sha256:${'b'.repeat(64)}`;

  it('exchanges the identity token, and has an action of its own for tags', async () => {
    const denied = (action: string): Reply =>
      challenge(`Bearer realm="http://${host}/oauth2/token",service="${host}",scope="repository:web:${action}"`, {
        errors: [
          {
            code: 'UNAUTHORIZED',
            message: 'authentication required, visit https://aka.ms/acr/authorization for more information.',
            detail: [{ Type: 'repository', Name: 'web', Action: action }],
          },
        ],
      });
    const registry = client(
      {
        [host]: ({ method, url, authorization = '', form }) => {
          if (url.pathname === '/oauth2/token') {
            const right =
              method === 'POST' &&
              form.get('grant_type') === 'refresh_token' &&
              form.get('refresh_token') === 'refresh';
            return right ? { body: { access_token: `${form.get('service')}-${form.get('scope')}` } } : { status: 401 };
          }
          const action = url.pathname.endsWith('/tags/list') ? 'metadata_read' : 'pull';
          if (!authorization.includes(action)) return denied(action);
          return action === 'pull'
            ? { headers: { 'Docker-Content-Digest': digest } }
            : { body: { name: 'web', tags: ['1'] } };
        },
      },
      { auths: { [host]: { auth: basic('00000000-0000-0000-0000-000000000000', ''), identitytoken: 'refresh' } } },
    );
    expect(await registry.tags(`${host}/web`)).toEqual(['1']);
    expect(await registry.digest(`${host}/web`, '1')).toBe(digest);
    internet.visits();
    // From now on one token is for both.
    await registry.tags(`${host}/web`);
    await registry.digest(`${host}/web`, '1');
    expect(internet.visits()).toHaveLength(2);
  });
});

describe('Quay', () => {
  it('gives tokens without a life, robots as users, and links of two kinds', async () => {
    const pages: Record<string, Reply> = {
      '?n=1000': {
        headers: { Link: '</v2/acme/web/tags/list?next_page=gAAAAABg1i7jwRsgyD_X-fQ%3D&n=100>; rel="next"' },
        body: { tags: ['1'] },
      },
      '?next_page=gAAAAABg1i7jwRsgyD_X-fQ%3D&n=100': {
        headers: { Link: '</v2/acme/web/tags/list?n=100&last=23.0.4-0>; rel="next"' },
        body: { tags: ['2'] },
      },
      '?n=100&last=23.0.4-0': { body: { tags: ['3'] } },
    };
    const registry = client(
      {
        'quay.io': ({ url, authorization }) => {
          if (url.pathname === '/v2/auth')
            return authorization === `Basic ${basic('acme+ci', 'robot')}` ? { body: { token: 'q' } } : { status: 401 };
          if (authorization === 'Bearer q') return pages[url.search] ?? { status: 404 };
          return challenge(
            'Bearer realm="http://quay.io/v2/auth",service="quay.io",scope="repository:acme/web:pull"',
            'true',
          );
        },
      },
      { auths: { 'quay.io': { auth: basic('acme+ci', 'robot') } } },
    );
    expect(await registry.tags('quay.io/acme/web')).toEqual(['1', '2', '3']);
  });
});

describe('Harbor', () => {
  it('has its token server beside it, and robots with a dollar in their names', async () => {
    const host = 'harbor.acme.dev';
    const registry = client(
      {
        [host]: ({ url, authorization }) => {
          if (url.pathname === '/service/token') {
            const right =
              authorization === `Basic ${basic('robot$library+ci', 's')}` &&
              url.searchParams.get('service') === 'harbor-registry';
            return {
              body: {
                token: right ? 'h' : 'nobody',
                access_token: '',
                expires_in: 1800,
                issued_at: '2026-01-01T00:00:00Z',
              },
            };
          }
          if (authorization !== 'Bearer h') {
            return challenge(
              `Bearer realm="http://${host}/service/token",service="harbor-registry",scope="repository:library/web:pull"`,
              {
                errors: [
                  { code: 'UNAUTHORIZED', message: 'unauthorized to access repository: library/web, action: pull' },
                ],
              },
            );
          }
          if (url.searchParams.get('last') === '1') return { body: { name: 'library/web', tags: ['2'] } };
          return {
            headers: { Link: '</v2/library/web/tags/list?last=1&n=1000>; rel="next"' },
            body: { name: 'library/web', tags: ['1'] },
          };
        },
      },
      { auths: { [host]: { auth: basic('robot$library+ci', 's') } } },
    );
    expect(await registry.tags(`${host}/library/web`)).toEqual(['1', '2']);
  });
});

describe('secrets', () => {
  it('are not shown when an error repeats them', async () => {
    const password = 'pa55 word';
    const echo: Host = ({ url, authorization = '' }) => {
      if (url.pathname === '/token' && url.searchParams.get('service') === 'good') return { body: { token: 't0k3n' } };
      if (url.pathname === '/token') {
        const decoded = Buffer.from(authorization.slice(6), 'base64').toString();
        return { status: 403, body: `${authorization} means ${decoded} or ${encodeURIComponent(decoded)}` };
      }
      const service = url.pathname.includes('/a/') ? 'good' : 'bad';
      if (authorization !== '') return { status: 403, body: `${authorization} may not` };
      return challenge(`Bearer realm="http://echo.dev/token",service="${service}"`, '');
    };
    const registry = client({ 'echo.dev': echo }, { auths: { 'echo.dev': { auth: basic('me', password) } } });
    const one = await errorOf(registry.tags('echo.dev/a'));
    expect(one).toContain('Bearer *** may not');
    expect(one).not.toContain('t0k3n');
    const two = await errorOf(
      client({ 'echo.dev': echo }, { auths: { 'echo.dev': { auth: basic('me', password) } } }).tags('echo.dev/b'),
    );
    expect(two).toContain('*** means me:*** or me%3A***');
    expect(two).not.toMatch(/pa55/u);
  });
});

describe('proxies', () => {
  it('that want to know who asks are named', async () => {
    const registry = client({ 'acme.dev': () => ({ status: 407, body: 'Proxy Authentication Required' }) });
    expect(await errorOf(registry.tags('acme.dev/a'))).toContain('the proxy before acme.dev responded with 407');
  });
});

describe('GitLab', () => {
  it('has its token server at another host, and gives tokens without a life', async () => {
    const registry = client(
      {
        'registry.gitlab.com': ({ authorization }) =>
          authorization === 'Bearer l'
            ? { body: { name: 'acme/web', tags: ['1'] } }
            : challenge(
                'Bearer realm="http://gitlab.com/jwt/auth",service="container_registry",scope="repository:acme/web:pull",error="invalid_token"',
                {
                  errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }],
                },
              ),
        'gitlab.com': ({ authorization }) =>
          authorization === `Basic ${basic('gitlab-ci-token', 'job')}` ? { body: { token: 'l' } } : { status: 403 },
      },
      {},
      {
        DOCKER_AUTH_CONFIG: JSON.stringify({
          auths: { 'registry.gitlab.com': { auth: basic('gitlab-ci-token', 'job') } },
        }),
      },
    );
    expect(await registry.tags('registry.gitlab.com/acme/web')).toEqual(['1']);
  });
});
