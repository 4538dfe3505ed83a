/**
 * The metrics view: the figures of `waybill metrics`, charts with tables beside them, filters, and the commits behind
 * each figure; in a real Chromium.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { MetricsData } from '../../plugin/page/data.ts';
import { sourceCommit, writeRepository } from '../fleet/made-up-repository.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { shopMetrics } from './metrics.ts';
import { browserPages } from './pages.ts';
import { shop } from './shop.ts';
import { expectAccessible, siteOf, writeSite } from './site.ts';

const folder = temporaryFolders();
const show = browserPages();

async function open(hash: string, data: MetricsData = shopMetrics()): Promise<Page> {
  return await show(`${await writeSite(folder({}), siteOf(shop(), { metricsOf: async () => data }))}${hash}`);
}

const isMetrics = (value: unknown): value is MetricsData =>
  typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows);

/** A panel of the view, by its heading. */
const panel = (page: Page, name: string | RegExp) =>
  page.locator('.panel').filter({ has: page.getByRole('heading', { name }) });

const figure = async (page: Page, name: string) => await panel(page, name).locator('.key-figure').textContent();

describe('the metrics of a repository', () => {
  it('are those that waybill metrics prints, down to the commits', async () => {
    const cwd = createRepository({});
    const end = Math.floor(Date.now() / 1000) - 3600;
    writeRepository(cwd, { services: 2, environments: ['staging', 'production'], deployments: 12, end });
    const env = { PATH: process.env['PATH'], HOME: cwd, WAYBILL_CACHE: join(cwd, '.git/cache') };
    const out = join(folder({}), 'page');
    expect(await runCli(['page', '--output', out, '--no-renders'], { cwd, env })).toMatchObject({ code: 0 });
    const { stdout } = await runCli(['metrics', '-o', 'json', '--explain'], { cwd, env });
    const printed = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(printed).toHaveLength(6);
    const [, text = ''] =
      /^waybillData\("metrics",(".*")\);\n$/u.exec(readFileSync(join(out, 'data/metrics.js'), 'utf8')) ?? [];
    const data: unknown = JSON.parse(String(JSON.parse(text)));
    if (!isMetrics(data)) throw new Error('these are no metrics');
    expect(
      data.rows.map(({ service, environment, keys, deployments }) => ({
        ...(service === undefined ? {} : { service }),
        environment,
        ...keys,
        explained: deployments,
      })),
    ).toEqual(printed);
    const page = await show(pathToFileURL(join(out, 'index.html')).href);
    await page.getByRole('link', { name: 'Metrics' }).click();
    await page.getByRole('combobox', { name: 'Environment' }).selectOption('staging');
    await page.getByRole('combobox', { name: 'Service' }).selectOption('service-000');
    expect(await figure(page, 'Deployments a day')).toBe('0.04');
    expect(await figure(page, 'Change failure rate')).toBe('0.0 %');
    expect(page.url()).toMatch(/#\/metrics\?env=staging&service=service-000$/u);
    const commits = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.made-from a.commit')].map((one) => one.getAttribute('href'))",
    );
    expect(commits).toHaveLength(4);
    expect(commits).toContain(`#/commit/${sourceCommit('service-000', 2)}`);
    await panel(page, /made from/u)
      .locator('a.commit')
      .first()
      .click();
    await page.locator('.stop').first().waitFor();
  });
});

describe('the metrics view', () => {
  it('draws four charts, and says the same in tables', async () => {
    const page = await open('#/metrics?env=production-eu');
    const data = shopMetrics();
    const total = data.rows.find((row) => row.service === undefined && row.environment === 'production-eu');
    await page.locator('.chart canvas').nth(3).waitFor();
    expect(await page.getByRole('img', { name: /by week/u }).count()).toBe(4);
    expect(await figure(page, 'Deployments a day')).toBe(total?.keys.perDay.toFixed(2));
    expect(await figure(page, 'Change failure rate')).toBe(`${((total?.keys.failureRate ?? -1) * 100).toFixed(1)} %`);
    // Something is drawn, in the colour of the theme.
    const colours = await page.evaluate<string[]>(`[...document.querySelectorAll('.chart canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] !== 255) continue;
        const colour = [data[at], data[at + 1], data[at + 2]].join();
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      const all = [...counts].filter(([colour]) => colour !== '221,225,231');
      return all.toSorted((a, b) => b[1] - a[1])[0][0];
    })`);
    expect(colours).toEqual(['61,79,209', '11,98,196', '200,32,47', '138,90,0']);
    const weeks = panel(page, 'By week').getByRole('row');
    expect(await weeks.count()).toBe(14);
    const numbers = await weeks.locator('td:nth-of-type(1)').allTextContents();
    expect(numbers.reduce((sum, text) => sum + Number(text), 0)).toBe(total?.keys.deployments);
    expect(await panel(page, 'By service and environment').getByRole('row').count()).toBe(11);
  });

  it('looks back as far as was chosen, and says the value under the pointer', async () => {
    const page = await open('#/metrics?env=production-eu');
    await page.locator('.chart canvas').nth(3).waitFor();
    await page.getByRole('combobox', { name: 'Time' }).selectOption('the last 30 days');
    expect(page.url()).toMatch(/#\/metrics\?env=production-eu&days=30$/u);
    const { rows, to } = shopMetrics();
    const since = to - 30 * 86_400_000;
    const recent = rows
      .filter((row) => row.service !== undefined && row.environment === 'production-eu')
      .flatMap(({ deployments }) => deployments.filter(({ at, kind }) => at >= since && kind === 'deployment'));
    const weeks = panel(page, 'By week').getByRole('row');
    expect(await weeks.count()).toBe(6);
    const numbers = await weeks.locator('td:nth-of-type(1)').allTextContents();
    expect(numbers.reduce((sum, text) => sum + Number(text), 0)).toBe(recent.length);
    const value = panel(page, 'Lead time').locator('.chart-value');
    expect(await value.isVisible()).toBe(false);
    await panel(page, 'Lead time').locator('.u-over').hover();
    const shown = (await value.textContent()) ?? '';
    expect(shown).toMatch(/^\d+h(?: \d+m)? in the week until Nov \d+$/u);
    const [first = ''] = shown.split(' in ');
    expect(await weeks.locator('td:nth-of-type(3)').allTextContents()).toContain(first);
    await page.reload();
    expect(await page.getByRole('combobox', { name: 'Time' }).inputValue()).toBe('30');
  });

  it('lists what a figure or a week is made from', async () => {
    const page = await open('#/metrics?env=production-eu');
    const total = shopMetrics().rows.find((row) => row.service === undefined && row.environment === 'production-eu');
    await panel(page, 'Change failure rate').getByRole('link', { name: 'show these' }).click();
    const made = panel(page, /made from/u);
    const failed = total?.keys.failed ?? -1;
    expect(failed).toBeGreaterThan(0);
    expect(await made.locator('tbody tr').count()).toBe(failed);
    expect(await page.evaluate('document.activeElement.id')).toBe('deployments');
    const week = panel(page, 'By week').getByRole('row').nth(1);
    const number = Number(await week.locator('td').first().textContent());
    const back = Number(await week.locator('td').last().textContent());
    await week.getByRole('button').click();
    expect(await made.locator('tbody tr').count()).toBe(number + back);
    await made.getByRole('button', { name: 'show all weeks' }).click();
    expect(await made.locator('tbody tr').count()).toBe(50);
    await made.getByRole('button', { name: /^Show more/u }).click();
    expect(await made.locator('tbody tr').count()).toBeGreaterThan(100);
  });

  it('follows the rules of axe, light and dark', async () => {
    const page = await open('#/metrics');
    await page.locator('.chart canvas').nth(3).waitFor();
    // The view scrolls, not the document: what is hidden for the eye does not lengthen it.
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(844);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, 'color-contrast');
  });

  it('shows names and subjects that try to be markup as they are', async () => {
    const markup = '</script><img src=x onerror=alert(1)>"\u2028';
    const data = shopMetrics([markup, '__proto__']);
    const page = await open('#/metrics', data);
    await page.getByRole('combobox', { name: 'Service' }).selectOption(markup);
    expect(await panel(page, 'By service').locator('tbody th').first().textContent()).toBe(markup);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('__proto__');
    expect(await panel(page, 'By service').locator('tbody th').allTextContents()).toEqual([
      '__proto__',
      '__proto__',
      '__proto__',
      '__proto__',
    ]);
    expect(await page.locator('main img').count()).toBe(0);
    await page.goto(page.url().replace(/#.*/u, '#/metrics?service=nobody&env=%3Cb%3E'));
    await page.getByText('No deployments in this time').waitFor();
  });

  it('says that there are none where there is no history', async () => {
    const site = siteOf(shop(), { metricsOf: undefined });
    const page = await show(`${await writeSite(folder({}), site)}#/metrics`);
    await page.getByRole('heading', { name: 'There are no metrics' }).waitFor();
    expect(await page.getByRole('link', { name: 'Metrics' }).count()).toBe(0);
  });
});
