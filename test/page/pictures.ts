/**
 * The pictures of the page in README and docs, from the made-up shop. The same bytes on every machine that has the same
 * Chromium: fonts are packages, and the time is the fleet's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shop } from './shop.ts';
import { openPage, siteOf, startBrowser, writeSite } from './site.ts';

const pictures = [
  { name: 'matrix', scheme: 'light', hash: '', width: 1280, height: 836 },
  { name: 'matrix-dark', scheme: 'dark', hash: '', width: 1280, height: 836 },
  { name: 'service', scheme: 'light', hash: '#/service/payments/staging', width: 1280, height: 820 },
  { name: 'pull-request', scheme: 'light', hash: '#/pull-request/acme%2Fcart/411', width: 1280, height: 440 },
  { name: 'metrics', scheme: 'light', hash: '#/metrics?env=production-eu', width: 1280, height: 900 },
] as const;

/** Writes each picture into a folder. */
export async function takePictures(folder: string): Promise<void> {
  const site = mkdtempSync(join(tmpdir(), 'waybill-pictures-'));
  const browser = await startBrowser();
  try {
    const address = await writeSite(site, siteOf(shop()));
    for (const { name, scheme, hash, width, height } of pictures) {
      const options = {
        viewport: { width, height },
        colorScheme: scheme,
        deviceScaleFactor: 1.5,
        reducedMotion: 'reduce',
      } as const;
      const { page } = await openPage(browser, `${address}${hash}`, options);
      await page.locator('.happening, .stop, [role=gridcell], .chart canvas').first().waitFor();
      await page.screenshot({ path: join(folder, `${name}.png`) });
      await page.context().close();
    }
  } finally {
    await browser.close();
    rmSync(site, { recursive: true });
  }
}
