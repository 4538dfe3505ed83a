/**
 * The page as a server: what it answers, whom it refuses, and what it does when the fleet cannot be read again.
 */
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningPage, servePage, type ServeOptions } from '../../plugin/page/serve.ts';
import { shop } from './shop.ts';
import { siteOf } from './site.ts';

let running: RunningPage[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()));
  running = [];
});

async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
  const one = await servePage({
    address: '127.0.0.1',
    port: 0,
    hosts: [],
    freshMs: 60_000,
    read: async () =>
      siteOf(shop(), { template: '<title>TITLE</title><script id="waybill-data">DATA</script>', isLive: true }),
    onError: () => undefined,
    ...options,
  });
  running.push(one);
  return one.url;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Asks as a browser would, with headers that fetch does not let through. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('the server of the page', () => {
  it('answers the page and its data, and says when they are the same', async () => {
    const url = await serve();
    const page = await ask(url);
    expect(page.status).toBe(200);
    expect(page.body).toContain('"kind":"WaybillPage"');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    const data = await ask(`${url}data/fleet.json?again`);
    const parsed: unknown = JSON.parse(data.body);
    expect(parsed).toMatchObject({
      isLive: true,
      fleet: { services: [{ name: 'cart' }, ...Array.from({ length: 9 }, () => ({}))] },
    });
    expect((await ask(`${url}data/fleet.json`, { 'if-none-match': String(data.headers['etag']) })).status).toBe(304);
    expect((await ask(`${url}data/history.js`)).body).toMatch(/^waybillData\("history","/u);
    expect((await ask(`${url}healthz`, { host: '10.1.2.3:8470' })).status).toBe(200);
    expect(await ask(url, {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it.each<[string, string, Record<string, string>, string, number]>([
    ['a name that an attacker resolves to this machine', '', { host: 'evil.example:8470' }, 'GET', 421],
    ['a name that only begins like ours', '', { host: 'localhost.evil.example' }, 'GET', 421],
    ['user information in the name', '', { host: 'localhost@evil.example' }, 'GET', 421],
    [
      'a script that another site embeds',
      'data/history.js',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      'GET',
      403,
    ],
    ['a sibling site', 'data/fleet.json', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'GET', 403],
    ['a form', '', {}, 'POST', 405],
    ['a path out of the folder', '../../etc/passwd', {}, 'GET', 404],
    ['a path with escapes', '%2e%2e/etc/passwd', {}, 'GET', 404],
    ['a key of objects', '__proto__', {}, 'GET', 404],
    ['a service that is none', 'data/services/0123456789abcdef.js', {}, 'GET', 404],
  ])('refuses %s', async (_what, path, headers, method, status) => {
    const url = await serve();
    const answer = await ask(`${url}${path}`, headers, method);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('WaybillPage');
  });

  it('takes the names that it is given, and a link from another site', async () => {
    const url = await serve({ hosts: ['Deployments.example.com'] });
    expect((await ask(url, { host: 'deployments.example.com' })).status).toBe(200);
    expect((await ask(url, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });

  it('reads again when somebody asks and what it has is old, once at a time, and serves on when that fails', async () => {
    let reads = 0;
    const errors: unknown[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const site = siteOf(shop(), { template: 'DATA' });
    const url = await serve({
      freshMs: -1,
      read: async () => {
        reads += 1;
        if (reads === 1) return site;
        await held;
        throw new Error('no cluster');
      },
      onError: (error) => errors.push(error),
    });
    for (let times = 0; times < 3; times += 1) expect((await ask(`${url}data/fleet.json`)).status).toBe(200);
    expect(reads).toBe(2);
    release();
    await expect.poll(() => errors.map(String)).toEqual(['Error: no cluster']);
    expect((await ask(`${url}data/fleet.json`)).status).toBe(200);
  });

  it('says what cannot be made, and lives on', async () => {
    const errors: unknown[] = [];
    const site = siteOf(shop(), {
      template: '',
      rendersOf: async () => {
        throw new Error('broken');
      },
    });
    const url = await serve({ read: async () => site, onError: (error) => errors.push(error) });
    const [, file = ''] = /"cart":"(\w{16})"/u.exec((await ask(`${url}data/fleet.json`)).body) ?? [];
    expect((await ask(`${url}data/services/${file}.js`)).status).toBe(500);
    expect(errors.map(String)).toEqual(['Error: broken']);
    expect((await ask(url)).status).toBe(200);
  });

  it('tells who cannot be listened to', async () => {
    const url = new URL(await serve());
    await expect(serve({ port: Number(url.port) })).rejects.toThrow('EADDRINUSE');
  });
});
