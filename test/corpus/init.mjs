// Measures the way of a newcomer: npm run corpus:init -- REPOSITORY...
// Each repository (a folder or a URL) is cloned, `waybill init --all` and `waybill validate` run in the clone with nothing
// edited, and the seconds and the summary are printed; then, in another clone, the first status without the sidecar
// (first-status.mjs) with the number of commands. Exit code 1 when something differs, fails, takes 30 seconds or more than
// four commands.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { engineBinary } from '../tools/argocd.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { firstStatus } from './first-status.mjs';

const program = resolve('dist/waybill.cjs');
const env = {
  ...process.env,
  WAYBILL_HELM: process.env.WAYBILL_HELM ?? (await helm4Binary()),
  WAYBILL_ENGINE: process.env.WAYBILL_ENGINE ?? (await engineBinary()),
  WAYBILL_KUSTOMIZE: process.env.WAYBILL_KUSTOMIZE ?? (await kustomizeBinary()),
};

/** A bare repository with what the clone has committed, and a clone of it, without the origin of the first. */
function cloneToPush(clone) {
  const folder = join(clone, '.git/first-status');
  const [bare, second] = ['bare.git', 'clone'].map((name) => join(folder, name));
  mkdirSync(folder);
  execFileSync('git', ['clone', '-q', '--bare', `file://${clone}`, bare]);
  execFileSync('git', ['clone', '-q', `file://${bare}`, second]);
  for (const [key, value] of [
    ['user.name', 'Jo Doe'],
    ['user.email', 'jo@acme.dev'],
  ])
    execFileSync('git', ['-C', second, 'config', key, value]);
  return { clone: second, folder };
}

for (const repository of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-init-'));
  try {
    const from = existsSync(repository) ? resolve(repository) : repository;
    execFileSync('git', ['clone', '-q', '--depth', '1', from.startsWith('/') ? `file://${from}` : from, folder]);
    const run = (...args) => {
      const begun = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      return { status, said: stdout + stderr, seconds: (performance.now() - begun) / 1000 };
    };
    const [init, validate] = [run('init', '--all'), run('validate')];
    const summary = /^\d+ applications?, .*$/mu.exec(init.said)?.[0] ?? init.said;
    const [, equal, all] = /(\d+) objects? of (\d+) equal/u.exec(summary) ?? [];
    const seconds = init.seconds + validate.seconds;
    const good = init.status === 0 && validate.status === 0 && equal === all && seconds < 30;
    process.stdout.write(
      `${repository}: ${summary}; validate ${validate.status}; ${seconds.toFixed(1)} s${good ? '' : ' (not good)'}\n`,
    );
    if (!good) {
      process.stdout.write(validate.said);
      process.exitCode = 1;
    }
    const { commands, requests, record } = await firstStatus({ program, ...cloneToPush(folder), env });
    process.stdout.write(`${commands.map((one) => `  $ ${one}\n`).join('')}  ${record}\n`);
    for (const request of requests) process.stdout.write(`  ${request}\n`);
    if (commands.length > 4 || !requests.some((one) => /status success .* -> 2\d\d/u.test(one))) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
