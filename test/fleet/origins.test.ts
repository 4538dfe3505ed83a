/**
 * Applications from API servers: what Kubernetes and Argo CD answer, page by page, and every way in which they refuse. The
 * Applications are those of recordings. test/page/argocd.test.ts asks Argo CD's real API server.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commitOf } from '../conformance/recordings.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { type CliResult, runCli } from '../tools/run-cli.ts';
import { madeUpApplication } from './made-up-repository.ts';
import { recorded } from './recorded.ts';

const folder = temporaryFolders();
const tls = join(import.meta.dirname, '../fixtures/tls');
const secret = 'token-that-nobody-may-see';

/** Starts a server for one test and answers its port. */
async function listen(answer: RequestListener, isSecure: boolean): Promise<number> {
  const options = isSecure
    ? { cert: readFileSync(join(tls, 'ca.crt')), key: readFileSync(join(tls, 'key.pem')) }
    : undefined;
  const server = options ? createSecureServer(options, answer) : createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function kubeconfig(cwd: string, port: number): string {
  const file = join(cwd, 'kubeconfig');
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
current-context: test
contexts: [{ name: test, context: { cluster: test, user: test } }]
clusters: [{ name: test, cluster: { server: 'https://localhost:${port}', certificate-authority: ${join(tls, 'ca.crt')} } }]
users: [{ name: test, user: { token: ${secret} } }]
`,
  );
  return file;
}

async function askKubernetes(answer: RequestListener): Promise<CliResult> {
  const cwd = folder({});
  const KUBECONFIG = kubeconfig(cwd, await listen(answer, true));
  return await runCli(['status', '--kube', '-o', 'json'], { cwd, env: { PATH: process.env['PATH'], KUBECONFIG } });
}

/** As the API server refuses: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const refusal = (code: number, reason: string, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

describe('status --kube', () => {
  it('asks for pages of Applications until there are no more, with the token of the kubeconfig', async () => {
    const asked: string[] = [];
    const pages = [
      [recorded('second-deploy', 'shop-staging', 'staging'), recorded('degraded-deadline', 'cart-staging', 'staging')],
      [recorded('sync-failed', 'mail-staging', 'staging')],
    ];
    const { code, stdout } = await askKubernetes((request, response) => {
      const url = new URL(request.url ?? '', 'https://localhost');
      asked.push(`${request.headers.authorization} ${url.pathname} ${url.searchParams.get('continue') ?? '-'}`);
      const page = Number(url.searchParams.get('continue') ?? 0);
      const metadata = { resourceVersion: '7', ...(page + 1 < pages.length ? { continue: String(page + 1) } : {}) };
      const list = { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationList', metadata, items: pages[page] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(list));
    });
    expect(code).toBe(0);
    const path = '/apis/argoproj.io/v1alpha1/applications';
    expect(asked).toEqual([`Bearer ${secret} ${path} -`, `Bearer ${secret} ${path} 1`]);
    expect(JSON.parse(stdout)).toMatchObject({
      origins: [{}, { kind: 'applications', name: 'test', read: true }],
      services: [
        { name: 'cart', cells: [{ state: 'failure' }] },
        { name: 'mail', cells: [{ state: 'failure' }] },
        { name: 'shop', cells: [{ state: 'success', commits: [{ commit: commitOf('v2') }] }] },
      ],
    });
  });

  it.each([
    [
      'a service account without rights',
      403,
      refusal(403, 'Forbidden', 'applications.argoproj.io is forbidden'),
      'forbidden',
    ],
    ['an expired token', 401, refusal(401, 'Unauthorized', `Unauthorized ${secret}`), '401'],
    ['a cluster without Argo CD', 404, '404 page not found', '404'],
    [
      'a list that expired between its pages',
      410,
      refusal(410, 'Expired', 'The provided continue parameter is too old'),
      'too old',
    ],
    ['a proxy that answers with a page', 200, '<html>', 'sent no list'],
  ])('says what is missing with %s, and is never well', async (_name, status, body, words) => {
    const { code, stdout, stderr } = await askKubernetes((_request, response) => {
      response.writeHead(status).end(body);
    });
    expect(code).toBe(0);
    expect(stderr).toContain(words);
    expect(stdout + stderr).not.toContain(secret);
    expect(JSON.parse(stdout)).toMatchObject({ origins: [{}, { kind: 'applications', read: false }], services: [] });
  });
});

describe('status --argocd', () => {
  it.each([
    ['an expired token', 401, 'ARGOCD_AUTH_TOKEN is expired or of another server'],
    ['a token without rights', 403, 'the token may not read Applications'],
    ['another address', 404, 'there is no API at this address'],
    ['a page to log in', 200, 'its response is not a list of Applications'],
  ])('says what is missing with %s', async (_name, status, words) => {
    const port = await listen((_request, response) => response.writeHead(status).end('<html></html>'), false);
    const env = { PATH: process.env['PATH'], ARGOCD_SERVER: `http://localhost:${port}`, ARGOCD_AUTH_TOKEN: secret };
    const { code, stdout, stderr } = await runCli(['status', '--exit-code'], { cwd: folder({}), env });
    expect(code).toBe(0);
    expect(stderr).toContain(words);
    expect(stdout + stderr).not.toContain(secret);
  });

  it('follows Retry-After where requests are limited', async () => {
    let count = 0;
    const port = await listen((_request, response) => {
      count += 1;
      if (count === 1) response.writeHead(429, { 'retry-after': '0' }).end();
      else response.end(JSON.stringify({ items: [recorded('second-deploy', 'shop-staging', 'staging')] }));
    }, false);
    const { stdout } = await runCli(['status', '--argocd', `http://localhost:${port}`], { cwd: folder({}) });
    expect(stdout).toContain('1 healthy');
    expect(count).toBe(2);
  });
});

describe('what clusters are like', () => {
  const file = (items: readonly object[]): string =>
    join(folder({ 'list.json': JSON.stringify({ items }) }), 'list.json');

  it('shows 10,000 Applications', async () => {
    const degraded = { health: { status: 'Degraded', lastTransitionTime: '2026-06-01T11:20:00Z' } };
    const items = Array.from({ length: 10_000 }, (_none, index) =>
      madeUpApplication(`app-${index}`, 'staging', 1, index % 1000 === 0 ? degraded : {}),
    );
    const list = file(items);
    const { code, stdout } = await runCli(['status', '--applications', list, '--unwell', '--exit-code'], {
      cwd: folder({}),
    });
    expect(code).toBe(3);
    expect(stdout.match(/✗/gu)).toHaveLength(10);
  });

  it.each([
    ['behind', -7200],
    ['ahead of', 7200],
  ])('never says well, and no time below zero, with a clock two hours %s the cluster', async (_name, seconds) => {
    const iso = (ago: number): string =>
      new Date(Date.now() + (seconds - ago) * 1000).toISOString().replace(/\.\d+Z$/u, 'Z');
    const degraded = {
      kind: 'Application',
      metadata: { name: 'web-staging', namespace: 'argocd' },
      spec: { syncPolicy: { automated: {} } },
      status: {
        sync: { status: 'Synced', revision: 'b' },
        health: { status: 'Degraded', lastTransitionTime: iso(60) },
        reconciledAt: iso(30),
        operationState: {
          phase: 'Succeeded',
          startedAt: iso(600),
          finishedAt: iso(500),
          operation: { sync: { revision: 'b' } },
        },
        resources: [{ kind: 'ConfigMap', name: `waybill.acme.web.staging.web.${'a'.repeat(40)}`, status: 'Synced' }],
      },
    };
    const { code, stdout } = await runCli(['status', '--applications', file([degraded]), '--exit-code'], {
      cwd: folder({}),
    });
    expect(code).toBe(3);
    expect(stdout).toContain('1 failed');
    expect(stdout).not.toMatch(/-\d/u);
  });

  it('watches until it is stopped, and shows what has changed', async () => {
    const list = file([recorded('degraded-deadline', 'web-staging', 'staging')]);
    let stop: (why: string) => void = () => undefined;
    let screens = 0;
    const { code, stdout } = await runCli(['status', '--watch', '--interval', '1s', '--applications', list], {
      cwd: folder({}),
      untilAskedToStop: () => new Promise((resolve) => (stop = resolve)),
      // Each look notes that there is no git repository.
      onStderr: (text) => {
        if (!text.includes('no git repository')) return;
        screens += 1;
        if (screens === 1)
          writeFileSync(list, JSON.stringify({ items: [recorded('second-deploy', 'web-staging', 'staging')] }));
        else stop('SIGTERM');
      },
    });
    expect(code).toBe(0);
    const [, first, second, ...more] = stdout.split('\u001B[H\u001B[2J\u001B[3J');
    expect([first, second, more]).toEqual([
      expect.stringContaining('1 failed'),
      expect.stringContaining('1 healthy'),
      [],
    ]);
  });
});
