/**
 * Real Git repositories for tests: bare ones to push to, clones to work in, none of the machine's configuration.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { type FolderContent, writeFolder } from './folder.ts';

/** Makes repositories below one folder that is removed after the tests of the file. */
export interface Repositories {
  readonly folder: string;
  /** The environment in which git ran and is to run: no identity, no configuration but its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs git and returns its output, trimmed. */
  readonly git: (cwd: string, ...args: string[]) => string;
  /** A bare repository `NAME.git` with one commit of these files on `main`. Returns its folder. */
  readonly bare: (name: string, content: FolderContent) => string;
  /** A new clone; `from` is a folder or a URL. Returns its folder. */
  readonly clone: (from: string, ...flags: string[]) => string;
}

/** Call at the top of a test file. */
export function temporaryRepositories(): Repositories {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-repositories-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Jo Doe',
    GIT_AUTHOR_EMAIL: 'jo@acme.dev',
    GIT_COMMITTER_NAME: 'Jo Doe',
    GIT_COMMITTER_EMAIL: 'jo@acme.dev',
  };
  let clones = 0;
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-C', cwd, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  return {
    folder,
    env,
    git,
    bare(name, content) {
      const [bare, seed] = [join(folder, `${name}.git`), join(folder, `${name}-seed`)];
      git(folder, 'init', '-q', '--bare', '-b', 'main', bare);
      git(bare, 'config', 'http.receivepack', 'true');
      git(bare, 'config', 'uploadpack.allowFilter', 'true');
      git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
      git(folder, 'init', '-q', '-b', 'main', seed);
      writeFolder(seed, content);
      git(seed, 'add', '.');
      git(seed, 'commit', '-q', '-m', 'seed');
      git(seed, 'push', '-q', bare, 'main');
      return bare;
    },
    clone(from, ...flags) {
      clones += 1;
      const target = join(folder, `clone-${clones}`);
      git(folder, 'clone', '-q', ...flags, from.startsWith('/') ? pathToFileURL(from).href : from, target);
      return target;
    },
  };
}
