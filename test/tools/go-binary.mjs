// Builds a Go module of test/ into the cache folder, once for each state of its sources.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.mjs';

const run = promisify(execFile);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * One hash over the files of a folder and how they are built.
 * @param {string} folder
 * @param {object} options
 * @param {(name: string) => boolean} [isSource] by file name
 * @returns {Promise<string>} 16 hex digits
 */
export async function sourceHash(folder, options, isSource = () => true) {
  const hash = createHash('sha256').update(JSON.stringify(options));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Where the binary of exactly these sources is, or would be. */
async function targetOf(folder, options) {
  const hash = await sourceHash(join(root, folder), options);
  return join(cacheFolder(), 'bin', `${folder.replaceAll('/', '-')}-${hash}`);
}

/**
 * The path that `goBinary` gives, when it was built already; else undefined.
 * @param {string} folder
 * @param {object} options those of goBinary
 * @returns {Promise<string | undefined>}
 */
export async function builtGoBinary(folder, options = {}) {
  const target = await targetOf(folder, options);
  return existsSync(target) ? target : undefined;
}

/**
 * The binary of the Go module in `folder` (relative to the repository, such as `test/oracle`), built when no
 * binary of exactly these sources is in the cache. Rejects with the compiler's output.
 * @param {string} folder
 * @param {{ package?: string, ldflags?: string, tags?: string, cgo?: false }} [options] the package to build when it is
 *   not the module's own root, what the linker is told, build tags, and whether the program is to need no C library
 * @returns {Promise<string>} the path of the executable
 */
export async function goBinary(folder, options = {}) {
  const source = join(root, folder);
  const target = await targetOf(folder, options);
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  // Renamed into place, so that two runs at once never see half a file.
  const partial = `${target}.${process.pid}.part`;
  const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', options.ldflags ?? ''];
  if (options.tags !== undefined) flags.push('-tags', options.tags);
  const env = options.cgo === false ? { ...process.env, CGO_ENABLED: '0' } : process.env;
  await run('go', ['build', ...flags, '-o', partial, options.package ?? '.'], { cwd: source, env, maxBuffer: 1 << 26 });
  await rename(partial, target);
  return target;
}
