// Builds a Go module of test/ into the cache folder, once for each state of its sources.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.mjs';

const run = promisify(execFile);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * One hash over every file of a module.
 * @param {string} folder
 * @returns {Promise<string>} 16 hex digits
 */
async function sourceHash(folder) {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The binary of the Go module in `folder` (relative to the repository, such as `test/oracle`), built when no
 * binary of exactly these sources is in the cache. Rejects with the compiler's output.
 * @param {string} folder
 * @returns {Promise<string>} the path of the executable
 */
export async function goBinary(folder) {
  const source = join(root, folder);
  const bin = join(cacheFolder(), 'bin');
  const target = join(bin, `${folder.replaceAll('/', '-')}-${await sourceHash(source)}`);
  if (
    await access(target).then(
      () => true,
      () => false,
    )
  ) {
    return target;
  }
  await mkdir(bin, { recursive: true });
  // Renamed into place, so that two runs at once never see half a file.
  const partial = `${target}.${process.pid}.part`;
  await run('go', ['build', '-trimpath', '-buildvcs=false', '-o', partial, '.'], { cwd: source, maxBuffer: 1 << 26 });
  await rename(partial, target);
  return target;
}
