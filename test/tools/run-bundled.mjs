// Bundles a script of the tests, which is TypeScript, and runs it: what `npm run bench`, `corpus`, `fuzz` and `lives` share.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/**
 * @param {string} input the script, which exports `run`
 * @param {(run: (...args: unknown[]) => Promise<unknown>) => Promise<void>} use calls it, before the bundle is removed
 * @param {{ external?: string[] }} [options] packages that are not bundled
 */
export async function runBundled(input, use, { external = [] } = {}) {
  // Inside node_modules, so that the packages of the project are found from there; as deep below the root as test/tools,
  // whose files find the root by their own place.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.bundled-'));
  try {
    const file = join(folder, 'bundled.mjs');
    await build({
      input,
      platform: 'node',
      logLevel: 'warn',
      external,
      output: { file, format: 'esm', codeSplitting: false },
    });
    const { run } = await import(pathToFileURL(file).href);
    await use(run);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
