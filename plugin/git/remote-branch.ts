/**
 * Reads the tip of a remote branch and writes commits on top of it without a work tree.
 *
 * Every use has a repository of its own in a temporary folder: shallow and without file contents (partial
 * clone), so that a large repository costs little, concurrent processes never meet, and a killed process
 * leaves nothing behind that a later one could trip over.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../files/temporary.ts';
import { type FileChange, importStream } from './fast-import.ts';
import { type GitResult, git } from './git.ts';
import { pushUntilTaken } from './push-loop.ts';
import { judgePush, RemoteRefusal, type Verdict } from './refusal.ts';
import { meaningOf } from './words.ts';

export type { FileChange } from './fast-import.ts';
export { RemoteRefusal } from './refusal.ts';

/** Which branch of which remote, and the environment in which git finds credentials. */
export interface RemoteBranch {
  /** Anything git can fetch from and push to. */
  readonly url: string;
  /** The short name, such as `main`. */
  readonly branch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The branch as it was fetched. */
export interface Tip {
  /** The commit, or undefined when the branch does not exist yet. */
  readonly commit: string | undefined;
  /** Whether there is a file at this path; costs no download of its contents. */
  has(path: string): Promise<boolean>;
  /** The text of a file at the tip, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Paths of all files below a folder, sorted by byte; empty when there is none. */
  list(folder: string): Promise<readonly string[]>;
}

/** The outcome of {@link appendCommit}. */
export interface Appended {
  /** The commit that now holds the change, or the tip when there was nothing to change. */
  readonly commit: string | undefined;
  readonly changed: boolean;
  /** How many pushes it took. */
  readonly pushes: number;
}

/**
 * Git settings that name the remote `origin`, as variables: through the environment no token shows among the
 * arguments of a process or in a file. They follow those of the caller, which may hold credentials
 * (GIT_CONFIG_COUNT is how CI systems pass them).
 */
export function remoteSettings(remote: RemoteBranch): Record<string, string> {
  const settings: [string, string][] = [
    ['remote.origin.url', remote.url],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialclonefilter', 'blob:none'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    // What is kept here can always be fetched again.
    ['core.fsync', 'none'],
    // A server that says nothing for a minute is away. GIT_HTTP_LOW_SPEED_LIMIT and _TIME overrule it.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
  ];
  const first = Number(remote.env['GIT_CONFIG_COUNT'] ?? 0);
  const set: Record<string, string> = { GIT_CONFIG_COUNT: String(first + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    set[`GIT_CONFIG_KEY_${first + index}`] = key;
    set[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return set;
}

/** A repository in a temporary folder. */
class Workspace {
  readonly #folder: string;
  readonly #remote: RemoteBranch;
  readonly #near: string | undefined;
  #identity: string | undefined;

  constructor(folder: string, remote: RemoteBranch, near: string | undefined) {
    this.#folder = folder;
    this.#remote = remote;
    this.#near = near;
  }

  async init(): Promise<void> {
    await this.run(['init', '--quiet', '--bare', '--template=', '.']);
    if (this.#near === undefined) return;
    await mkdir(join(this.#folder, 'objects/info'), { recursive: true });
    await writeFile(join(this.#folder, 'objects/info/alternates'), `${join(this.#near, 'objects')}\n`);
  }

  async run(args: readonly string[], input?: string | Uint8Array): Promise<GitResult> {
    return await git(args, {
      cwd: this.#folder,
      env: this.#remote.env,
      set: remoteSettings(this.#remote),
      ...(input === undefined ? {} : { input }),
    });
  }

  async fetch(): Promise<string | undefined> {
    const ref = `refs/heads/${this.#remote.branch}`;
    const result = await this.run([
      'fetch',
      '--quiet',
      // With the history at hand only what is new comes anyway.
      ...(this.#near === undefined ? ['--depth=1'] : []),
      '--filter=blob:none',
      '--no-tags',
      'origin',
      `+${ref}:refs/tip`,
    ]);
    // The ref was just written as a loose file: reading it saves a process in every round of a race.
    if (result.status === 0) return (await readFile(join(this.#folder, 'refs/tip'), 'utf8')).trim();
    if (meaningOf(result.stderr) === 'no-branch') return undefined;
    throw new RemoteRefusal('unreachable', result.stderr.trim());
  }

  tip(commit: string | undefined): Tip {
    return {
      commit,
      has: async (path) => {
        if (commit === undefined) return false;
        const { stdout } = await this.run(['ls-tree', '-z', '--name-only', '--full-tree', commit, '--', path]);
        return stdout.length > 0;
      },
      read: async (path) => {
        if (commit === undefined) return undefined;
        const { status, stdout } = await this.run(['cat-file', 'blob', `${commit}:${path}`]);
        return status === 0 ? stdout.toString() : undefined;
      },
      list: async (folder) => {
        if (commit === undefined) return [];
        const { stdout } = await this.run(['ls-tree', '-r', '-z', '--name-only', commit, '--', folder]);
        return stdout.toString().split('\0').filter(Boolean);
      },
    };
  }

  /** Makes a commit on top of `parent` by fast-import, which rewrites only the folders that change. */
  async commit(parent: string | undefined, changes: readonly FileChange[], message: string): Promise<string> {
    const committer = await this.#committer();
    const result = await this.run(
      ['fast-import', '--quiet', '--done', '--force', '--date-format=raw'],
      importStream({ ref: 'refs/next', parent, committer, changes, message }),
    );
    if (result.status !== 0) throw new RemoteRefusal('rejected', result.stderr.trim());
    return result.stdout.toString().trim();
  }

  /** Who commits, as git is configured; the time is that of the commit. */
  async #committer(): Promise<string> {
    this.#identity ??= /^.*>/u.exec((await this.run(['var', 'GIT_COMMITTER_IDENT'])).stdout.toString())?.[0];
    return `${this.#identity ?? 'waybill <waybill@localhost>'} ${Math.floor(Date.now() / 1000)} +0000`;
  }

  async push(commit: string): Promise<Verdict> {
    const ref = `refs/heads/${this.#remote.branch}`;
    return judgePush(await this.run(['push', '--quiet', '--porcelain', 'origin', `${commit}:${ref}`]));
  }
}

async function inWorkspace<Result>(
  remote: RemoteBranch,
  near: string | undefined,
  use: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const folder = temporaryFolder('waybill-git-');
  try {
    const workspace = new Workspace(folder, remote, near);
    await workspace.init();
    return await use(workspace);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fetches the branch and looks at its tip. Throws {@link RemoteRefusal} `unreachable`. */
export async function readTip<Result>(remote: RemoteBranch, use: (tip: Tip) => Promise<Result>): Promise<Result> {
  return await inWorkspace(remote, undefined, async (workspace) => await use(workspace.tip(await workspace.fetch())));
}

/**
 * Adds one commit to a remote branch, creating the branch when it does not exist. A `message` that depends on the
 * changes is a function, called after `plan`. `plan` is asked for the
 * changes again on every new tip, so that a lost race re-applies the intent and never an outdated text; an
 * empty list means there is nothing to do. `near` is a bare repository on this disk that has most of the branch: what it
 * has is not fetched. Throws {@link RemoteRefusal}: `unreachable`, `rejected` (by branch protection or a hook), and as
 * {@link pushUntilTaken}.
 */
export async function appendCommit(
  remote: RemoteBranch,
  message: string | (() => string),
  plan: (tip: Tip) => Promise<readonly FileChange[]>,
  near?: string,
): Promise<Appended> {
  return await inWorkspace(remote, near, async (workspace) => {
    const { result, pushes } = await pushUntilTaken(async () => {
      const tip = await workspace.fetch();
      const changes = await plan(workspace.tip(tip));
      if (changes.length === 0) return { tip, verdict: undefined, result: { commit: tip, changed: false } };
      const commit = await workspace.commit(tip, changes, typeof message === 'string' ? message : message());
      return { tip, verdict: await workspace.push(commit), result: { commit, changed: true } };
    });
    return { ...result, pushes };
  });
}
