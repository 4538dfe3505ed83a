/**
 * .ci/run with an npm that only records its arguments: .ci/run runs `npm cit` and every check, and fails if any of them fails.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';

const folderOf = temporaryFolders();
const checks = ['check:types', 'check:lint', 'check:format', 'check:dead', 'check:drift', 'docs:build'];

/** Runs .ci/run in a folder of its own; the command `failing` exits with 3, and `cit` fails before it builds without `installs`. */
function run(failing: string, installs = true): { code: number | null; commands: string[] } {
  const folder = folderOf({});
  for (const name of ['.ci', 'bin', 'dist']) mkdirSync(join(folder, name));
  copyFileSync('.ci/run', join(folder, '.ci/run'));
  const npm = join(folder, 'bin/npm');
  writeFileSync(
    npm,
    `#!/bin/sh
echo "$*" >>commands
[ "$1" = cit ] && ${installs ? 'sleep 0.02 && : >dist/waybill.cjs' : 'exit 1'}
[ "$*" = "${failing}" ] && exit 3
exit 0
`,
  );
  chmodSync(npm, 0o755);
  const { status } = spawnSync(join(folder, '.ci/run'), {
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
  });
  return { code: status, commands: readFileSync(join(folder, 'commands'), 'utf8').trim().split('\n') };
}

it('runs npm cit and then every check', () => {
  expect(run('nothing')).toEqual({ code: 0, commands: ['cit', ...checks.map((name) => `run ${name}`)] });
});

it.each(['cit', 'run check:types', 'run docs:build'])('fails if npm %s fails', (failing) => {
  expect(run(failing).code).toBe(3);
});

it('runs no check if the packages cannot be installed', () => {
  expect(run('nothing', false)).toEqual({ code: 1, commands: ['cit'] });
});
