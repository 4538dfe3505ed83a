/**
 * `waybill page` itself: the examples as a page in a real Chromium, the folder that it writes, and the server until it
 * is stopped; and the manifests of the page in a cluster.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';
import { expectAccessible, openPage, startBrowser } from './site.ts';

const folder = temporaryFolders();
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
});

const hex = 'abcdef0123456789abcdef0123456789abcdef01';

/** A repository of one service, made as plainly as can be. */
function repository(): string {
  const lock = (environment: string, tag: string) =>
    `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n  - name: ghcr.io/acme/shop\n    tag: ${tag}\n    source: { repository: https://github.com/acme/shop, commit: ${hex} }\n`;
  return folder({
    'apps/shop/base/app.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  replicas: 1\n  selector: { matchLabels: { app: shop } }\n  template:\n    metadata: { labels: { app: shop } }\n    spec: { containers: [{ name: shop, image: ghcr.io/acme/shop }] }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: shop }\nstringData: { password: hunter2 }\n',
    'apps/shop/waybill.yaml':
      'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nenvironments:\n  staging: {}\n  production:\n    overlays:\n      - name: three\n        target: { kind: Deployment }\n        set: { spec.replicas: 3 }\n',
    'apps/shop/locks/staging.yaml': lock('staging', '1.1.0'),
    'apps/shop/locks/production.yaml': lock('production', '1.0.0'),
  });
}

describe('waybill page --output', () => {
  it('writes a page with differences and explained resources, and no secret', async () => {
    const root = repository();
    const out = join(folder({}), 'page');
    const written = await runCli(['page', '--output', out, '--title', 'The <shop>'], { cwd: root });
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(written.stderr).toContain('1 services');
    const { page, wrong } = await openPage(
      browser,
      `${pathToFileURL(join(out, 'index.html')).href}#/service/shop/production/changes`,
    );
    await page.getByText('spec.replicas').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'spec.replicas' });
    expect(await row.textContent()).toBe('spec.replicas13');
    await page.getByRole('link', { name: 'Resources' }).click();
    await page.locator('.resource summary').filter({ hasText: 'Deployment/shop' }).click();
    const field = page.getByRole('button', { name: 'spec.replicas 3' });
    await field.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.steps li').allTextContents()).toEqual([
      '1apps/shop/base/app.yaml:5',
      expect.stringMatching(/^3overlay "three" at apps\/shop\/waybill\.yaml:\d+$/u),
    ]);
    await expectAccessible(page);
    expect(wrong).toEqual([]);
    await page.context().close();
    const files = readdirSync(out, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain('hunter2');
  });

  it('says where an environment does not render, and shows the rest', async () => {
    const root = repository();
    writeFileSync(
      join(root, 'apps/shop/waybill.yaml'),
      readFileSync(join(root, 'apps/shop/waybill.yaml'), 'utf8').replace('Deployment', 'Deploymint'),
    );
    const out = join(folder({}), 'page');
    expect((await runCli(['page', '--output', out], { cwd: root })).code).toBe(0);
    const service = readdirSync(join(out, 'data/services'))[0] ?? '';
    const text = readFileSync(join(out, 'data/services', service), 'utf8');
    expect(text).toContain('overlay-no-match');
    expect(text).toContain('spec.replicas');
  });

  it('refuses a folder of somebody else, and to do both or nothing', async () => {
    const root = repository();
    const theirs = folder({ 'index.html': 'mine' });
    const refused = await runCli(['page', '--output', theirs], { cwd: root });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('output-directory');
    expect(readFileSync(join(theirs, 'index.html'), 'utf8')).toBe('mine');
    expect((await runCli(['page'], { cwd: root })).code).toBe(2);
    expect((await runCli(['page', '--serve', '--output', theirs], { cwd: root })).code).toBe(2);
    expect((await runCli(['page', '--serve', '--listen', 'here'], { cwd: root })).code).toBe(2);
    expect((await runCli(['page', '--serve', '--applications', '-'], { cwd: root })).code).toBe(2);
  });
});

it('serves until it is stopped', async () => {
  let stop = (): void => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = () => resolve('SIGTERM');
  });
  const notes: string[] = [];
  const running = runCli(['page', '--serve', '--listen', '0'], {
    cwd: repository(),
    untilAskedToStop: () => stopped,
    onStderr: (text) => notes.push(text),
  });
  await expect.poll(() => /serving (http:\S+)/u.exec(notes.join(''))?.[1], { timeout: 30_000 }).toBeDefined();
  const url = /serving (http:\S+)/u.exec(notes.join(''))?.[1] ?? '';
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/u);
  const { page, wrong } = await openPage(browser, url);
  await page.getByRole('rowheader', { name: 'shop' }).waitFor();
  await page.getByText('live').waitFor();
  expect(wrong).toEqual([]);
  await page.context().close();
  stop();
  expect(await running).toMatchObject({ code: 0, stdout: '' });
});

it('puts the extension where Argo CD looks for it, by kustomize and helm alike', async () => {
  const extension = join(import.meta.dirname, '../../sidecar/extension');
  const server =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: argocd-server }\nspec:\n  template:\n    spec:\n      containers: [{ name: argocd-server, image: argocd, volumeMounts: [{ name: own, mountPath: /own }] }]\n      volumes: [{ name: own, emptyDir: {} }]\n';
  const root = folder({
    'kustomization.yaml': 'resources: [server.yaml]\ncomponents: [extension]\n',
    'server.yaml': server,
    'extension/kustomization.yaml': readFileSync(join(extension, 'kustomization.yaml'), 'utf8'),
    'extension/server.yaml': readFileSync(join(extension, 'server.yaml'), 'utf8'),
  });
  const built = execFileSync(await kustomizeBinary(), ['build', root], { encoding: 'utf8' });
  const values = readFileSync(join(extension, 'argo-helm-values.yaml'), 'utf8');
  expect(built).toMatch(/mountPath: \/own[^]*name: own/u);
  for (const text of [built, values]) {
    expect(text).toMatch(/mountPath: \/tmp\/extensions\/waybill\n/u);
    expect(text.replaceAll(/\s+/gu, ' ')).toMatch(
      /cp,? (?:- )?\/opt\/waybill\/extension-waybill\.js,? (?:- )?\/extensions\//u,
    );
    expect(text).toContain('readOnlyRootFilesystem: true');
  }
  expect(readFileSync(join(extension, '../Dockerfile'), 'utf8')).toContain('/waybill/dist/extension-waybill.js');
});

it('may do nothing in the cluster but read Applications', async () => {
  const built = execFileSync(await kustomizeBinary(), ['build', join(import.meta.dirname, '../../deploy/page')], {
    encoding: 'utf8',
  });
  const rules = built.split(/^---$/mu).find((one) => one.includes('kind: ClusterRole\n')) ?? '';
  expect(rules).toContain(
    'rules:\n- apiGroups:\n  - argoproj.io\n  resources:\n  - applications\n  verbs:\n  - get\n  - list\n',
  );
  expect(rules.match(/apiGroups/gu)).toHaveLength(1);
  // Each of the three containers.
  expect(built.match(/readOnlyRootFilesystem: true/gu)).toHaveLength(3);
  expect(built.match(/allowPrivilegeEscalation: false/gu)).toHaveLength(3);
  expect(built.match(/image: registry\.example\.com\/waybill:0\.1\.0/gu)).toHaveLength(3);
});
