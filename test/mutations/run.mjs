// `npm run mutations [WORDS]`: puts each change of mutations.mjs (whose `why` or `row` has WORDS) into a copy of the work
// tree, runs the tests that are to notice it there, and prints which changes survive. With `--skip N` the first N are left
// out, to go on where a run was ended. Not part of CI: about half an hour.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutations } from './mutations.mjs';

const root = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'waybill-mutations-'));
const left = new Set(['node_modules', '.git', 'dist'].map((name) => join(root, name)));
const { values, positionals } = parseArgs({ options: { skip: { type: 'string' } }, allowPositionals: true });
const words = positionals.join(' ');

/** Runs a program in the copy: whether it succeeds, or undefined where it does not end. */
function run(command, args) {
  const { status, signal } = spawnSync(command, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  return signal === null ? status === 0 : undefined;
}

/** Whether the tests pass in the copy as it is; undefined where they hang. Some run the command as it was built before. */
function pass(tests) {
  const isBuilt = tests.some((test) => /^test\/(?:serve|sidecar)\/|outside/u.test(test));
  if (isBuilt && !run(process.execPath, ['tools/bundle.mjs'])) throw new Error('the copy cannot be bundled');
  return run('npx', ['vitest', 'run', '--bail=1', ...tests]);
}

const judges = new Map();

/** A test that fails anyway is no judge of a change. */
function expectJudge(tests) {
  const key = tests.join(' ');
  if (!judges.has(key)) judges.set(key, pass(tests));
  if (!judges.get(key)) throw new Error(`these tests fail, or are none, without any change: ${key}`);
}

function survives({ file, from, to, tests }) {
  expectJudge(tests);
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  try {
    return pass(tests);
  } finally {
    writeFileSync(path, text);
  }
}

try {
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  spawnSync('git', ['init', '-q'], { cwd: copy });
  const chosen = mutations
    .filter(({ why, row = '' }) => why.includes(words) || row.includes(words))
    .slice(Number(values.skip ?? 0));
  let survived = 0;
  for (const mutation of chosen) {
    const alive = survives(mutation);
    if (alive === true) survived += 1;
    const word = alive === undefined ? 'hangs   ' : alive ? 'SURVIVED' : 'killed  ';
    process.stdout.write(`${word} ${mutation.why} (${mutation.file})\n`);
  }
  process.stdout.write(`${chosen.length - survived} of ${chosen.length} killed\n`);
  process.exitCode = survived === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
