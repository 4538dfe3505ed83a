import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServer, listPages } from '../../plugin/kubernetes/api.ts';
import { EventRepositories } from './harness.ts';

// A Kubernetes API server cannot run here: this one answers lists as the API's documentation says
// (limit, continue, labelSelector, bearer token).
const place = new EventRepositories();
const account = join(place.folder, 'serviceaccount');
const asked: string[] = [];
let server: Server;
let port = 0;

beforeAll(async () => {
  const tls = (name: string) => readFileSync(join('test/fixtures/tls', name), 'utf8');
  mkdirSync(account);
  writeFileSync(join(account, 'token'), 'the-token\n');
  writeFileSync(join(account, 'ca.crt'), tls('ca.crt'));
  server = createServer({ key: tls('key.pem'), cert: tls('ca.crt') }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    asked.push(`${url.pathname} ${url.searchParams.get('labelSelector')} ${url.searchParams.get('continue')}`);
    if (request.headers.authorization !== 'Bearer the-token') {
      response.writeHead(403).end('{"kind":"Status","message":"forbidden"}');
      return;
    }
    const second = url.searchParams.get('continue') === 'more';
    response.end(
      JSON.stringify({
        metadata: second ? {} : { continue: 'more' },
        items: [{ metadata: { name: second ? 'b' : 'a' } }],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server.close();
  place.close();
});

const env = () => ({ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) });
const next = (page: string) => /"continue":"([^"]+)"/u.exec(page)?.[1];

describe('the API server', () => {
  it('is unknown outside a cluster', () => {
    expect(apiServer({}, account)).toBeUndefined();
  });

  it('is asked for every page, with the token of the service account', async () => {
    const api = apiServer(env(), account);
    if (api === undefined) throw new Error('no API server');
    const pages = await listPages(api, '/api/v1/configmaps', 'a=b', next);
    expect(pages.map((page) => /"name":"(.)"/u.exec(page)?.[1])).toEqual(['a', 'b']);
    expect(asked).toEqual(['/api/v1/configmaps a=b null', '/api/v1/configmaps a=b more']);
  });

  it('that refuses is named with its answer', async () => {
    const api = apiServer(env(), account);
    if (api === undefined) throw new Error('no API server');
    await expect(listPages({ ...api, token: 'other' }, '/api/v1/configmaps', '', next)).rejects.toThrow(
      'GET /api/v1/configmaps: 403 {"kind":"Status","message":"forbidden"}',
    );
  });
});
