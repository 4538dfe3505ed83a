/**
 * The extension of Argo CD's UI in a real Chromium, served by Argo CD's real API server, with Applications from the
 * recordings. Argo CD's own UI is not there: a page with React and its documented API for extensions stands in.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { unpackTar } from 'modern-tar';
import type { Browser, Page } from 'playwright-core';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOf } from '../conformance/recordings.ts';
import { recorded } from '../fleet/recorded.ts';
import { argocdServerBinary } from '../tools/argocd.mjs';
import { temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';
import { expectAccessible, startBrowser } from './site.ts';

const folder = temporaryFolders();
const root = join(import.meta.dirname, '../..');
/** Where Argo CD looks for extensions, whatever is configured; below it, a folder of this test. */
const extensions = `/tmp/extensions/waybill-test-${process.pid}`;

const applications = [
  recorded('second-deploy', 'shop-staging', 'staging'),
  recorded('first-deploy', 'shop-production', 'production'),
  recorded('degraded-deadline', 'cart-staging', 'staging'),
  recorded('sync-failed-default-retry', 'mail-staging', 'staging'),
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

let server: ChildProcess;
let browser: Browser;
let base = '';

beforeAll(async () => {
  const assets = folder({
    // Not index.html: that one is embedded in the server.
    'ui.html':
      '<!doctype html><html lang="en"><head><title>Argo CD</title><base href="/"><script defer src="ui.js"></script><script defer src="extensions.js"></script></head><body><main id="app"></main></body></html>',
  });
  await build({
    input: join(root, 'test/page/argocd-ui.mjs'),
    platform: 'browser',
    logLevel: 'warn',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    output: { file: join(assets, 'ui.js'), format: 'iife' },
  });
  // As the installer does: what the archive has below resources/.
  for (const { header, data } of await unpackTar(readFileSync(join(root, 'dist/waybill-extension.tar')))) {
    expect(header.name).toMatch(/^resources\/.*\/extension[^/]*\.js$/u);
    mkdirSync(extensions, { recursive: true });
    writeFileSync(join(extensions, header.name.split('/').at(-1) ?? ''), data ?? '');
  }
  const [port, metricsPort] = [await freePort(), await freePort()];
  server = spawn(await argocdServerBinary(), [String(port), String(metricsPort), assets], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  server.stdin?.end(JSON.stringify({ items: applications }));
  if (server.stdout) await once(server.stdout, 'data');
  base = `http://localhost:${port}/`;
  browser = await startBrowser();
});
afterAll(async () => {
  server?.kill();
  await browser?.close();
  rmSync(extensions, { recursive: true, force: true });
});

async function show(kind: 'system' | 'resource' | 'status', name?: string, query = ''): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.goto(`${base}ui.html${query}`);
  await page.evaluate(`show(${JSON.stringify(kind)}${name === undefined ? '' : `, ${JSON.stringify(name)}`})`);
  return page;
}

it('registers a page, a tab of Applications and an item of the status panel', async () => {
  const page = await show('system');
  const found = await page.evaluate('JSON.stringify(registered)');
  expect(JSON.parse(String(found))).toEqual({
    system: [{ title: 'Deployments', path: '/waybill', icon: 'fa-route' }],
    resource: [{ group: 'argoproj.io', kind: 'Application', title: 'Deployments', icon: 'fa-route' }],
    status: [{ title: 'Source commit', id: 'waybill' }],
  });
});

it("shows the matrix of what Argo CD's API lists", async () => {
  const page = await show('system');
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await row('shop').waitFor();
  expect(await page.getByRole('columnheader').allTextContents()).toEqual([
    '3 services',
    expect.stringContaining('staging'),
    expect.stringContaining('production'),
  ]);
  const commit = (label: string) => commitOf(label).slice(0, 7);
  expect(await row('shop').getByRole('gridcell').first().textContent()).toContain(commit('v2'));
  expect(await row('shop').getByRole('gridcell').first().getByRole('img').getAttribute('aria-label')).toBe('healthy');
  expect(await row('cart').getByRole('gridcell').first().getByRole('img').getAttribute('aria-label')).toBe('failed');
  expect(await row('mail').getByRole('gridcell').first().getByRole('img').getAttribute('aria-label')).toBe('failed');
  await expectAccessible(page);
  await row('shop').getByRole('rowheader').getByRole('link').click();
  await page.getByRole('heading', { name: 'shop' }).waitFor();
});

it('shows an Application in every environment of its service, dark where Argo CD is', async () => {
  const page = await show('resource', 'cart-staging', '?theme=dark');
  await page.getByRole('heading', { name: 'cart' }).waitFor();
  expect(await page.locator('.stage').textContent()).toMatch(/staging.*failed/u);
  expect(await page.locator('[data-waybill]').getAttribute('data-theme')).toBe('dark');
  await expectAccessible(page, 'color-contrast');
});

it('is read by waybill status --argocd, with the same states', async () => {
  const { code, stdout } = await runCli(['status', '--argocd', base, '-o', 'json'], { cwd: folder({}) });
  expect(code).toBe(0);
  const fleet: unknown = JSON.parse(stdout);
  expect(fleet).toMatchObject({
    services: [
      { name: 'cart', cells: [{ state: 'failure' }] },
      { name: 'mail', cells: [{ state: 'failure' }] },
      { name: 'shop', cells: [{ state: 'success' }, { state: 'success' }] },
    ],
  });
});

it('says the source commit in the status panel, and nothing without a record', async () => {
  const page = await show('status', 'shop-staging');
  await page.getByText('SOURCE COMMIT').waitFor();
  expect(await page.locator('.status-item').textContent()).toContain(commitOf('v2').slice(0, 7));
});
