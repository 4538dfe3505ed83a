// Programs that tests meet and that come as Debian packages.
import { spawnSync } from 'node:child_process';

/** @param {string} command of the shell */
function fails(command) {
  return spawnSync('sh', ['-c', command], { stdio: 'ignore' }).status !== 0;
}

/**
 * Installs the packages of the commands that fail. Needs root and apt-get; elsewhere it says what is missing, and the
 * tests that need a program say so again.
 * @param {Record<string, string>} packages Debian package of each shell command that succeeds where it is installed
 */
export function installPackages(packages) {
  const missing = Object.keys(packages)
    .filter(fails)
    .map((command) => packages[command]);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || fails('apt-get --version')) {
    console.error(`Some tests need these Debian packages, or the same of your system: ${missing.join(' ')}`);
    return;
  }
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...missing]]) {
    const { status } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} ended with ${status}`);
  }
}
