/**
 * The page as `waybill page` writes it, from a made-up fleet, in a folder; and a real Chromium to look at it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import axe from 'axe-core';
import { filesOf, type Site } from '../../plugin/page/site.ts';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';
import { chromiumLaunch } from '../tools/chromium.mjs';
import { builtProgram } from '../tools/program.mjs';
import { shopMetrics } from './metrics.ts';
import { shopTime } from './shop.ts';

const template = `${await builtProgram()}.page.html`;

/** Starts the browser. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch(await chromiumLaunch());
}

/** What `waybill page` makes of a fleet. */
export function siteOf(fleet: Fleet, more: Partial<Site> = {}): Site {
  return {
    template: readFileSync(template, 'utf8'),
    version: '0.1.0',
    title: 'acme/deployments',
    repositoryUrl: 'https://github.com/acme/deployments',
    isLive: false,
    fleet,
    rendersOf: async () => [],
    metricsOf: async () => shopMetrics(),
    ...more,
  };
}

/** Writes the page of a fleet into a folder and answers its address. */
export async function writeSite(folder: string, site: Site): Promise<string> {
  for (const [path, make] of filesOf(site)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), await make());
  }
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
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  );
  if (found.length > 0) throw new Error(`axe: ${found.join('\n')}`);
}
