/**
 * The page with 1,000 services in 5 environments, in a real Chromium from a folder on disk: how long from the start of
 * the navigation until the matrix is drawn, until a search shows what it found, and how much script it is.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FleetCell, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { shop } from '../page/shop.ts';
import { siteOf, startBrowser, writeSite } from '../page/site.ts';

const SERVICES = 1000;
const ROUNDS = 7;

/** Notes in the page when the first rows are on the screen. */
const watch = `new MutationObserver((_records, observer) => {
  if (!document.querySelector('[role=rowheader]')) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.drawn = performance.now(); }));
}).observe(document, { childList: true, subtree: true });`;

/** Types a search and waits until its row is alone on the screen. */
const search = `new Promise((resolve) => {
  const input = document.querySelector('input[type=search]');
  const begun = performance.now();
  input.value = 'service-0742';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
})`;

const middle = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** A Markdown list of the figures. */
export async function pageCosts(folder: string): Promise<string> {
  const made = shop().services;
  const services = Array.from({ length: SERVICES }, (_none, index): FleetService => {
    const withOwnCommits = (cell: FleetCell): FleetCell => {
      const commits = cell.commits.map((one) =>
        Object.assign({}, one, { run: `${one.repository}/actions/runs/${index}` }),
      );
      return { ...cell, commits };
    };
    const [first, ...rest] = (made[index % made.length]?.cells ?? []).map(withOwnCommits);
    return {
      name: `service-${String(index).padStart(4, '0')}`,
      cells: first ? [first, ...rest, { ...first, environment: 'load-test' }] : [],
    };
  });
  const fleet = shop();
  mkdirSync(folder, { recursive: true });
  const site = siteOf({ ...fleet, environments: [...fleet.environments, 'load-test'], services });
  const address = await writeSite(folder, site);
  const html = readFileSync(new URL(address), 'utf8');
  const [, script = ''] = /<script>([^]*)<\/script>/u.exec(site.template) ?? [];
  const drawn: number[] = [];
  const found: number[] = [];
  const browser = await startBrowser();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
      await page.addInitScript(watch);
      await page.goto(address);
      await page.waitForFunction('globalThis.drawn');
      drawn.push(await page.evaluate<number>('globalThis.drawn'));
      found.push(await page.evaluate<number>(search));
      if ((await page.getByRole('rowheader').count()) !== 1) throw new Error('the search did not find one service');
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return [
    `- matrix of ${SERVICES} services in 5 environments drawn after ${Math.round(middle(drawn))} ms (fastest ${Math.round(Math.min(...drawn))} ms; target: 500 ms)`,
    `- a search over it shown after ${Math.round(middle(found))} ms`,
    `- script ${(gzipSync(script).length / 1000).toFixed(1)} kB gzipped (target: 60 kB); page with its data ${(html.length / 1_000_000).toFixed(1)} MB`,
    '',
  ].join('\n');
}
