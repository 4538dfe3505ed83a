// Artillery's own engine and its check of thresholds, for the load profiles of the examples. Installed into the cache
// folder once for each lock file: Artillery is a hundred packages, and nothing else needs them.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.mjs';

const manifest = join(dirname(fileURLToPath(import.meta.url)), 'artillery');

/** @returns {Promise<string>} the folder with node_modules */
export async function artilleryFolder() {
  const lock = await readFile(join(manifest, 'package-lock.json'));
  const folder = join(cacheFolder(), `artillery-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  // Renamed into place, so that two runs at once never see half of it.
  const partial = `${folder}.${process.pid}.part`;
  await mkdir(partial, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) await copyFile(join(manifest, name), join(partial, name));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await promisify(execFile)('npm', args, { cwd: partial });
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  return folder;
}

/**
 * Runs a profile as `artillery run` does, and judges it by its `ensure`.
 * @param {Record<string, any>} script the profile, with its target
 * @returns {Promise<{ counters: Record<string, number>, checks: { original: string, result: number }[] }>}
 */
export async function runArtillery(script) {
  const load = createRequire(join(await artilleryFolder(), 'package.json'));
  const { runner, ssms } = load('@artilleryio/int-core');
  const { Plugin } = load('artillery-plugin-ensure');
  // Plugins are loaded by Artillery's command line.
  const { plugins: _, ...config } = script.config;
  const events = await runner.runner({ ...script, config }, null, {}, {});
  const stats = await new Promise((done) => {
    events.on('done', done);
    events.run();
  });
  await events.stop();
  const { counters, rates, histograms } = stats;
  const summaries = Object.fromEntries(
    Object.entries(histograms).map(([name, histogram]) => [name, ssms.SSMS.summarizeHistogram(histogram)]),
  );
  const checks = Plugin.runChecks(script.config.ensure, Plugin.statsToVars({ report: { counters, rates, summaries } }));
  return { counters, checks: checks.map(({ original, result }) => ({ original, result })) };
}
