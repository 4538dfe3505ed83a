/**
 * A copy of one remote branch that is kept between runs, for reading: all commits and folders, file contents
 * only when asked for (partial clone). It is the user's cache: delete the folder and it is made again.
 *
 * Several processes may use one mirror at once, and any may be killed at any moment: each fetch writes a ref of
 * its own name, so no lock file of a dead process is ever in the way.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../diagnostics/system-error.ts';
import { type GitResult, git } from './git.ts';
import { batchInput, parseBatch, parseListing } from './objects.ts';
import { type RemoteBranch, RemoteRefusal, remoteSettings } from './remote-branch.ts';
import { meaningOf } from './words.ts';

const TIPS = 'refs/tips';

/** An open mirror. */
export class Mirror {
  readonly folder: string;
  readonly #remote: RemoteBranch;

  private constructor(folder: string, remote: RemoteBranch) {
    this.folder = folder;
    this.#remote = remote;
  }

  /**
   * Opens the mirror of a branch below `cache`, making it when it is not there. Nothing is fetched yet.
   * The folder's name is a digest of URL and branch, so no credential shows in it.
   */
  static async open(remote: RemoteBranch, cache: string): Promise<Mirror> {
    const name = createHash('sha256').update(`${remote.url}\0${remote.branch}`).digest('hex').slice(0, 32);
    const folder = join(cache, `${name}.git`);
    const mirror = new Mirror(folder, remote);
    const probe = await mirror.run(['rev-parse', '--git-dir']).catch(() => undefined);
    if (probe?.status === 0) return mirror;
    await mkdir(cache, { recursive: true });
    const fresh = await mkdtemp(join(cache, 'new-'));
    await git(['init', '--quiet', '--bare', '.'], { cwd: fresh, env: remote.env });
    try {
      await rename(fresh, folder);
    } catch (error) {
      await rm(fresh, { recursive: true, force: true });
      // Whoever renames first wins; the others use its folder.
      if (!isSystemError(error) || !['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
    }
    return mirror;
  }

  /** Runs git in the mirror with the remote's settings. */
  async run(args: readonly string[], input?: string): Promise<GitResult> {
    return await git(args, {
      cwd: this.folder,
      env: this.#remote.env,
      set: remoteSettings(this.#remote),
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Brings the branch up to date and returns its commit; undefined when it does not exist. Throws RemoteRefusal. */
  async fetch(): Promise<string | undefined> {
    const mine = `${TIPS}/${randomUUID()}`;
    const ref = `refs/heads/${this.#remote.branch}`;
    const fetched = await this.run([
      'fetch',
      '--quiet',
      '--filter=blob:none',
      '--no-tags',
      'origin',
      `+${ref}:${mine}`,
    ]);
    if (fetched.status !== 0) {
      if (meaningOf(fetched.stderr) === 'no-branch') return undefined;
      throw new RemoteRefusal('unreachable', fetched.stderr.trim());
    }
    const tip = (await this.run(['rev-parse', mine])).stdout.toString().trim();
    await this.#forgetOthers(mine);
    return tip;
  }

  /** Tips of earlier runs only cost negotiation. Those of the last minutes may belong to a process that still reads them. */
  async #forgetOthers(mine: string): Promise<void> {
    const folder = join(this.folder, TIPS);
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => undefined);
      const old = facts !== undefined && Date.now() - facts.mtimeMs > 10 * 60_000;
      if (old && `${TIPS}/${name}` !== mine) await unlink(path).catch(() => undefined);
    }
  }

  /** Which of these files, and files below these folders (at least one), there are at a commit: path to blob id. */
  async files(commit: string, paths: readonly string[]): Promise<Map<string, string>> {
    const { stdout } = await this.run(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths]);
    return new Map(parseListing(stdout).map(({ path, id }) => [path, id]));
  }

  /** The texts of blobs, those that are not here yet fetched in one request. Throws RemoteRefusal. */
  async readBlobs(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    await this.#fetchMissing([...new Set(ids)]);
    const { stdout } = await this.run(['cat-file', '--batch'], batchInput(ids));
    const found = parseBatch(stdout);
    return ids.map((id, index) => {
      const bytes = found[index];
      if (bytes === undefined) throw new Error(`git cat-file has no blob ${id}`);
      return bytes.toString('utf8');
    });
  }

  /** What git itself would do one object at a time. */
  async #fetchMissing(ids: readonly string[]): Promise<void> {
    // Without the remote's settings git takes the repository for complete, and says what is missing.
    const check = await git(['cat-file', '--batch-check'], {
      cwd: this.folder,
      env: this.#remote.env,
      input: batchInput(ids),
    });
    const missing = [...check.stdout.toString().matchAll(/^([0-9a-f]+) missing$/gmu)].map((match) => match[1] ?? '');
    if (missing.length === 0) return;
    const result = await this.run(
      [
        '-c',
        'fetch.negotiationAlgorithm=noop',
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--filter=blob:none',
        '--stdin',
        'origin',
      ],
      missing.join('\n'),
    );
    if (result.status !== 0) throw new RemoteRefusal('unreachable', result.stderr.trim());
  }
}
