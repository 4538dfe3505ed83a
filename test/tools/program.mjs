// The built program, for tests that start it as a process: dist/waybill.cjs, built again only when its sources changed.
// Many test files need it, and a build takes seconds, so they share one.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sourceHash } from './go-binary.mjs';

const run = promisify(execFile);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(root, 'dist');
const program = join(dist, 'waybill.cjs');
/** Which sources the program was built from, and when: another build (npm run build) makes it another program. */
const stamp = join(dist, '.sources');
const lock = join(dist, '.building');

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Takes the lock; false while another process that is alive has it. */
function takeLock() {
  try {
    const file = openSync(lock, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = Number(textOf(lock));
    try {
      // The lock is empty for a moment after it was made.
      if (holder > 0) process.kill(holder, 0);
    } catch {
      rmSync(lock, { force: true });
    }
    return false;
  }
}

/** Which build is there; another for each build. */
function currentBuild(sources) {
  const time = statSync(program, { throwIfNoEntry: false })?.mtimeMs;
  return `${sources} ${time}`;
}

const isSource = (name) => !name.endsWith('.test.ts');

let built;

async function build() {
  const folders = ['tools', 'plugin', 'page'].map((name) => sourceHash(join(root, name), {}, isSource));
  const others = ['package-lock.json', 'tsconfig.json'].map((name) => textOf(join(root, name)));
  const sources = createHash('sha256')
    .update([...(await Promise.all(folders)), ...others].join('\0'))
    .digest('hex');
  await mkdir(dist, { recursive: true });
  while (textOf(stamp) !== currentBuild(sources)) {
    if (!takeLock()) {
      await sleep(100);
      continue;
    }
    try {
      if (textOf(stamp) === currentBuild(sources)) continue;
      await run(process.execPath, [join(root, 'tools/bundle.mjs')], { cwd: root });
      writeFileSync(stamp, currentBuild(sources));
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return program;
}

/**
 * The program as the present sources make it. Beside it are its caches, the page and the extension of Argo CD's UI.
 * @returns {Promise<string>} the path of dist/waybill.cjs
 */
export function builtProgram() {
  built ??= build();
  return built;
}
