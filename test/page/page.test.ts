/**
 * The page in a real Chromium, opened from a folder: what it shows, the keyboard, axe's rules, hostile text.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Fleet, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { browserPages } from './pages.ts';
import { shop } from './shop.ts';
import { expectAccessible, siteOf, writeSite } from './site.ts';

const folder = temporaryFolders();
const openAt = browserPages();

async function open(fleet: Fleet, hash = '', options = {}): Promise<Page> {
  return await openAt(`${await writeSite(folder({}), siteOf(fleet))}${hash}`, options);
}

const rowNames = async (page: Page): Promise<string[]> =>
  await page.getByRole('rowheader').getByRole('link').allTextContents();

/** What has the focus, as its text. */
const focused = async (page: Page): Promise<unknown> => await page.evaluate('document.activeElement.textContent');

describe('the matrix', () => {
  it('shows every service in every environment, with state, commit, age and what is special', async () => {
    const page = await open(shop());
    expect(await rowNames(page)).toEqual(shop().services.map(({ name }) => name));
    expect(await page.getByRole('columnheader').allTextContents()).toEqual([
      '10 services',
      expect.stringContaining('development'),
      expect.stringContaining('staging'),
      expect.stringContaining('production-eu'),
      expect.stringContaining('production-us'),
    ]);
    const cells = page.getByRole('row').filter({ hasText: 'payments' }).getByRole('gridcell');
    const failed = cells.nth(1);
    await failed.getByRole('img', { name: 'failed' }).waitFor();
    expect(await failed.textContent()).toMatch(/15923e2.*42m.*cannot pull.*d6fc73f still runs/u);
    const behind = cells.nth(2).getByRole('link', { name: '1 commit behind staging' });
    expect(await behind.getAttribute('href')).toMatch(
      /^https:\/\/github\.com\/acme\/payments\/compare\/[0-9a-f]{40}\.\.\.[0-9a-f]{40}$/u,
    );
    expect(await page.getByRole('row').filter({ hasText: 'orders' }).getByText('held').count()).toBe(1);
    expect(await page.getByRole('row').filter({ hasText: 'search' }).getByText('drift').count()).toBe(1);
  });

  it('finds commits, pull requests and people, and has its filters in the address', async () => {
    const page = await open(shop());
    const search = page.getByRole('searchbox');
    const found = async (text: string) => {
      await search.fill(text);
      return await rowNames(page);
    };
    expect(await found('15923e2')).toEqual(['payments']);
    expect(await found('#466')).toEqual(['payments']);
    expect(await found('#46')).toEqual([]);
    expect(await found('acme/web#510')).toEqual(['web']);
    expect(await found('björn cart')).toEqual(['cart']);
    await page.getByText('Nothing fits').waitFor({ state: 'hidden' });
    await search.fill('');
    await page.getByRole('button', { name: '4 problems' }).click();
    expect(await rowNames(page)).toEqual(['payments', 'recommendations', 'search', 'web']);
    await page.getByRole('button', { name: '1 failed' }).click();
    expect(await rowNames(page)).toEqual(['payments']);
    expect(page.url()).toMatch(/#\/\?problems&state=failure$/u);
    await page.reload();
    expect(await rowNames(page)).toEqual(['payments']);
    expect(await page.getByRole('button', { name: '1 failed' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByText('All environments').click();
    await page.getByRole('checkbox', { name: 'staging' }).check();
    expect(await page.getByRole('columnheader').count()).toBe(2);
  });

  it('is walked through with the keyboard alone', async () => {
    const page = await open(shop());
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return await focused(page);
    };
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('Skip to the content');
    await page.keyboard.press('/');
    await page.keyboard.type('a');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox').focus();
    expect(await press('Tab')).toContain('4 problems');
    // Every chip is a stop; then one for the whole grid.
    for (let chip = 0; chip < 7; chip += 1) await page.keyboard.press('Tab');
    expect(await press('Tab')).toBe('cart');
    expect(await press('ArrowRight', 'ArrowRight')).toBe('e424106');
    expect(await press('ArrowDown', 'ArrowDown', 'End')).toBe('8472885');
    expect(await press('Tab')).toBe('1 commit behind production-eu');
    expect(await press('ArrowUp', 'Home')).toBe('catalog');
    expect(await press('Control+End')).toMatch(/^[0-9a-f]{7}$/u);
    expect(await press('Control+Home')).toBe('cart');
    expect(await press('ArrowLeft', 'ArrowUp', 'PageDown')).not.toBe('cart');
    await press('Control+Home', 'ArrowRight', 'Enter');
    await page.getByRole('heading', { level: 1, name: 'cart' }).waitFor();
    await page.goBack();
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('p');
    expect((await rowNames(page)).length).toBe(4);
  });

  it('makes only the rows that can be seen, reaches all, and prints all', async () => {
    const many = Array.from({ length: 300 }, (_none, index): FleetService => {
      const { cells } = shop().services[index % 10] ?? { cells: [] };
      return { name: `z-${String(index).padStart(4, '0')}`, cells };
    });
    const page = await open(shop(many));
    const rows = page.getByRole('rowheader');
    expect(await rows.count()).toBeLessThan(40);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('311');
    await page.getByRole('link', { name: 'cart', exact: true }).focus();
    await page.keyboard.press('Control+End');
    expect(await page.getByRole('link', { name: 'z-0299' }).isVisible()).toBe(true);
    expect(await focused(page)).toMatch(/^[0-9a-f]{7}$/u);
    // The row with the focus stays when it is scrolled away.
    await page.evaluate("document.querySelector('.scroller').scrollTop = 13_200");
    await page.getByRole('link', { name: 'z-0145' }).waitFor();
    expect(await focused(page)).toMatch(/^[0-9a-f]{7}$/u);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await expect.poll(() => rows.count()).toBe(310);
  });

  it('fits a phone', async () => {
    const page = await open(shop(), '', { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await page.evaluate("document.querySelector('[role=grid]').scrollWidth")).toBeLessThanOrEqual(390);
    expect(await page.getByRole('gridcell').first().textContent()).toMatch(/^development/u);
    await expectAccessible(page);
  });
});

describe('a service and a commit', () => {
  it('shows what happened, how long, and what is there', async () => {
    const page = await open(shop(), '#/service/payments/staging');
    const entries = page.getByRole('listitem').filter({ has: page.getByRole('time') });
    await entries.first().waitFor();
    expect(await page.locator('.happening').first().textContent()).toMatch(
      /^failed 15923e2\s+for \d+mDeployment\/payments: container main/u,
    );
    await page.getByRole('link', { name: 'Images' }).click();
    expect(await page.locator('.card').textContent()).toMatch(/sha256:[0-9a-f]{64}.*Upgrade the card library.*#466/u);
    await page.getByRole('link', { name: 'Commands' }).click();
    expect(await page.locator('.command code').allTextContents()).toContain(
      'waybill -C apps/payments promote --from development --to staging --commit --pull-request-branch',
    );
  });

  it('shows the way of a pull request and of a commit that ran before', async () => {
    const page = await open(shop(), '#/pull-request/acme%2Fpayments/466');
    const stops = page.locator('.stop');
    await stops.first().waitFor();
    expect(await stops.allTextContents()).toEqual([
      expect.stringMatching(/^developmentdeployed and healthy2026-11-30 12:54 UTC/u),
      expect.stringMatching(/^stagingfailed.*cannot pull/u),
      'production-eunot here',
      'production-usnot here',
    ]);
    const old =
      shop()
        .services.find(({ name }) => name === 'payments')
        ?.cells[0]?.history.at(-1)?.commit ?? '';
    await page.goto(page.url().replace(/#.*/u, `#/commit/${old.slice(0, 10)}`));
    await page.reload();
    await stops.first().waitFor();
    expect(await stops.first().textContent()).toMatch(/^developmentran for .*, then replaced/u);
  });
});

describe('every view, light and dark', () => {
  it.each([
    '',
    '#/service/payments/staging',
    '#/service/web/production-eu/images',
    '#/service/cart/staging/commands',
    '#/commit/15923e2',
    '#/nothing',
  ])('follows the rules of axe: %s', async (hash) => {
    const page = await open(shop(), hash);
    await page.locator('.happening, .card, .command, .stop, [role=grid], .empty').first().waitFor();
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, 'color-contrast');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await open(shop());
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(246, 247, 249)');
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await ground()).toBe('rgb(14, 17, 22)');
    await page.reload();
    expect(await ground()).toBe('rgb(14, 17, 22)');
  });
});

describe('hostile text', () => {
  const markup = '</script><img src=x onerror=alert(1)><script>alert(2)</script>\u2028"\'`${1}&lt;<!--';

  it('is shown as it is, and never becomes markup, a script or an address', async () => {
    const web = shop().services.find(({ name }) => name === 'web');
    const cells = (web?.cells ?? []).map((cell) => ({
      ...cell,
      reason: markup,
      commits: cell.commits.map((commit) => ({
        ...commit,
        subject: markup,
        author: markup,
        url: 'javascript:alert(3)',
        run: 'JaVaScRiPt:alert(4)',
        pullRequest: { number: 1, url: 'data:text/html,<script>alert(5)</script>', title: markup },
      })),
      behind: { environment: 'development', same: false, url: 'javascript:alert(6)' },
    }));
    const page = await open(
      shop([
        { name: markup, directory: '__proto__', cells },
        { name: '__proto__', cells },
      ]),
    );
    await page.getByRole('searchbox').fill('onerror');
    await page.getByRole('rowheader').getByRole('link', { name: markup }).first().click();
    await expect.poll(async () => await page.getByRole('heading', { level: 1 }).textContent()).toBe(markup);
    await page.getByRole('link', { name: 'Images' }).click();
    await page.locator('.card').first().waitFor();
    const addresses = await page.evaluate<string[]>(
      "[...document.querySelectorAll('[href]')].map((one) => one.getAttribute('href'))",
    );
    expect(addresses.filter((one) => !/^(?:#\/|#content$|https?:\/\/|data:image)/u.test(one))).toEqual([]);
    expect(await page.locator('img, iframe, object').count()).toBe(0);
  });

  it('stays in its card, and does not turn the text beside it', async () => {
    const web = shop().services.find(({ name }) => name === 'web');
    const long = `${'word '.repeat(60)}${'x'.repeat(300)}`;
    const cells = (web?.cells ?? []).map((cell) => ({
      ...cell,
      isWell: false,
      reason: long,
      commits: cell.commits.map((commit) => ({ ...commit, subject: long, author: '\u202Etxet' })),
      history: cell.history.map((entry) => ({ ...entry, text: long, subject: 'Deploy', by: '\u202Etxet' })),
    }));
    const fleet = shop([{ name: 'y'.repeat(120), directory: `apps/${'y'.repeat(120)}`, cells }]);
    const page = await open(fleet, `#/service/${'y'.repeat(120)}/staging`, { viewport: { width: 390, height: 844 } });
    await page.locator('.happening').first().waitFor();
    const overflowing = (selector: string) =>
      page.evaluate<number>(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.scrollWidth > one.clientWidth).length`,
      );
    expect(await overflowing('.view, .stage')).toBe(0);
    await page.setViewportSize({ width: 1280, height: 844 });
    expect(await overflowing('.view, .stage')).toBe(0);
    /** Whether a date and its time zone stand in the order in which they are written. */
    const isInOrder = (selector: string) =>
      page.evaluate<boolean>(`(() => {
        const walker = document.createTreeWalker(document.querySelector(${JSON.stringify(selector)}), NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        while (walker.nextNode()) {
          const { currentNode: node } = walker;
          const [from, to] = [node.data.indexOf('2026-'), node.data.indexOf(' UTC')];
          if (from < 0 || to < 0) continue;
          const left = (at) => {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
          };
          return left(from) < left(to);
        }
        throw new Error('no date');
      })()`);
    expect(await isInOrder('.happening')).toBe(true);
    await page.evaluate(`location.hash = '#/commit/${cells[0]?.commits[0]?.commit ?? ''}'`);
    await page.locator('.commit-facts').first().waitFor();
    expect(await isInOrder('.commit-facts')).toBe(true);
  });
});
