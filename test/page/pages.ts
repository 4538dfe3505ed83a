/**
 * The browser of a test file. Apart from site.ts, which the pictures and the benchmark use without vitest.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openPage, startBrowser } from './site.ts';

/**
 * A browser for the tests of a file, and the pages that a test opens: they are closed after it, and none of them may have
 * an error, a warning of the content security policy, or a request to anywhere else.
 */
export function browserPages(): (address: string, options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser;
  let opened: Awaited<ReturnType<typeof openPage>>[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  afterEach(async () => {
    const wrong = opened.flatMap((one) => one.wrong);
    await Promise.all(opened.map(({ page }) => page.context().close()));
    opened = [];
    expect(wrong).toEqual([]);
  });
  return async (address, options) => {
    const one = await openPage(browser, address, options);
    opened.push(one);
    return one.page;
  };
}
