/**
 * The page as `waybill page` writes it, from a made-up fleet, in a folder; and a real Chromium to look at it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import axe from 'axe-core';
import type { EnvironmentRender, PageData } from '../../plugin/page/data.ts';
import { dataScript, fillPage } from '../../plugin/page/html.ts';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';
import { chromiumLaunch } from '../tools/chromium.mjs';
import { shopTime } from './shop.ts';

const template = join(import.meta.dirname, '../../dist/waybill.cjs.page.html');

/** Starts the browser. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch(await chromiumLaunch());
}

/** Writes the page of a fleet into a folder and answers its address. */
export function writeSite(
  folder: string,
  fleet: Fleet,
  renders: Readonly<Record<string, readonly EnvironmentRender[]>> = {},
): string {
  const data: PageData = {
    kind: 'WaybillPage',
    version: '0.1.0',
    title: 'acme/deployments',
    repositoryUrl: 'https://github.com/acme/deployments',
    isLive: false,
    hasMetrics: false,
    files: Object.fromEntries(fleet.services.map(({ name }, index) => [name, `s${index}`])),
    fleet: {
      ...fleet,
      services: fleet.services.map((one) => ({ ...one, cells: one.cells.map((cell) => ({ ...cell, history: [] })) })),
    },
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('index.html', fillPage(readFileSync(template, 'utf8'), data.title, data));
  fleet.services.forEach((service, index) => {
    write(
      `data/services/s${index}.js`,
      dataScript(`services/s${index}`, { service, renders: renders[service.name] ?? [] }),
    );
  });
  const histories = fleet.services.map(({ name, cells }): [string, unknown] => [
    name,
    Object.fromEntries(cells.map(({ environment, history }) => [environment, history])),
  ]);
  write('data/history.js', dataScript('history', Object.fromEntries(histories)));
  return pathToFileURL(join(folder, 'index.html')).href;
}

/** A page of the browser at the fleet's time. What it must not do is collected: errors, requests to elsewhere. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  const base = new URL('.', address).href;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) wrong.push(request.url());
  });
  await page.clock.setFixedTime(shopTime + 90_000);
  await page.goto(address);
  return { page, wrong };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Holds the page against axe's rules, including the best practices; or against one of them. */
export async function expectAccessible(page: Page, rule?: 'color-contrast'): Promise<void> {
  // The browser's protocol runs this, which no content security policy forbids.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${rule === undefined ? '{}' : JSON.stringify({ runOnly: [rule] })})`,
  );
  expect(
    violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    })),
  ).toEqual([]);
}
