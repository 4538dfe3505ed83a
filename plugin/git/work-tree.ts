/**
 * The repository a person or a CI job stands in: committing files of its work tree, and putting a commit on top of a
 * remote branch without touching the work tree.
 *
 * Its own configuration (remotes, credentials, identity, signing) is what CI systems set up, so everything runs inside
 * it. Shallow and partial clones will do.
 */
import { randomUUID } from 'node:crypto';
import { failure } from '../diagnostics/failure.ts';
import type { FileLimits } from '../files/limits.ts';
import { LinkedTree } from '../files/linked-tree.ts';
import type { FileTree } from '../files/tree.ts';
import { type CheckoutState, parseStatus } from './checkout-state.ts';
import { CommitStore } from './commit-store.ts';
import { type FileChange, importStream } from './fast-import.ts';
import { type GitResult, git, gitSync } from './git.ts';
import { batchInput, parseBatch, parseListing, type TreeEntry } from './objects.ts';
import { judgePush, RemoteRefusal, type Verdict } from './refusal.ts';
import { type CommitSettings, commitSettings, nobody } from './settings.ts';
import { diskTrouble, meaningOf } from './words.ts';

/** Settings of commands that meet a remote: nothing in the background, nothing that other processes would wait for. */
const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

/** What to do where git failed for the disk of this machine. */
const help = {
  'disk-full': 'Make room on the disk, or raise the quota, and run the command again.',
  'file-permission': 'Check owner and permissions, of each folder of the path too, and run the command again.',
} as const;

function failed(what: string, result: GitResult): Error {
  const trouble = diskTrouble(result.stderr);
  const words = result.stderr.trim().split('\n');
  return failure(trouble ?? 'git-failed', `${what} failed`, {
    help: [...words.map((line) => `git: ${line}`), ...(trouble ? [help[trouble]] : [])],
  });
}

/** Prints HEAD and what is not committed: paths from the top of the repository, whatever folder it is asked in. */
const status = ['status', '--porcelain=v2', '--branch', '--no-renames', '-z', '--untracked-files=all', '--'];

/** The files of a commit, read from git's objects. */
export interface CommitTree {
  readonly tree: FileTree;
  /** The file or link at a real path. */
  readonly entryOf: (path: string) => TreeEntry | undefined;
}

/** A file as one commit left it. */
export interface FileVersion {
  readonly commit: string;
  /** When it was committed, RFC 3339. */
  readonly date: string;
  readonly subject: string;
  readonly text: string | undefined;
}

/** A work tree and its repository. */
export class WorkTree {
  /** The top folder, absolute. */
  readonly top: string;
  /** Where `directory` of {@link open} is below the top, with forward slashes; '' for the top itself. */
  readonly prefix: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** Own refs live below a name that no other process has. */
  readonly #refs = `refs/waybill/${randomUUID()}`;
  #settings: Promise<CommitSettings> | undefined;

  private constructor(top: string, prefix: string, env: Readonly<Record<string, string | undefined>>) {
    this.top = top;
    this.prefix = prefix;
    this.#env = env;
  }

  /**
   * The work tree whose top is the folder that has `.git`, as git finds it too. Git is not asked: for callers that ask
   * it something there before they change anything, and call {@link open} when it cannot tell.
   * @param prefix see {@link WorkTree.prefix}
   */
  static at(top: string, prefix: string, env: Readonly<Record<string, string | undefined>>): WorkTree {
    return new WorkTree(top, prefix, env);
  }

  /** The work tree that `directory` is in. @throws Failure `git-repository` when it is in none */
  static async open(directory: string, env: Readonly<Record<string, string | undefined>>): Promise<WorkTree> {
    const result = await git(['rev-parse', '--show-toplevel', '--show-prefix'], { cwd: directory, env });
    const [top, prefix = ''] = result.stdout.toString().split('\n');
    if (result.status !== 0 || !top) {
      throw failure('git-repository', `${directory} is in no git work tree`, {
        help: result.stderr
          .trim()
          .split('\n')
          .map((line) => `git: ${line}`),
      });
    }
    return new WorkTree(top, prefix.replace(/\/$/u, ''), env);
  }

  async #run(
    args: readonly string[],
    input?: string | Uint8Array,
    set: Readonly<Record<string, string>> = {},
  ): Promise<GitResult> {
    return await git(args, {
      cwd: this.top,
      env: this.#env,
      set,
      withCredentials: true,
      ...(input === undefined ? {} : { input }),
    });
  }

  async #must(what: string, args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
    const result = await this.#run(args, input);
    if (result.status !== 0) throw failed(what, result);
    return result.stdout;
  }

  /**
   * HEAD, and what differs from it.
   * @param paths relative to the top; none: everything below {@link WorkTree.prefix}
   */
  async state(paths: readonly string[] = []): Promise<CheckoutState> {
    const asked = paths.length > 0 ? paths : [this.prefix === '' ? '.' : this.prefix];
    return parseStatus(await this.#must('git status', ['--literal-pathspecs', ...status, ...asked]));
  }

  /** Those of `paths` (relative to the top) that have changes which are not committed, untracked files included. */
  async dirty(paths: readonly string[]): Promise<string[]> {
    return paths.length === 0 ? [] : [...(await this.state(paths)).uncommitted];
  }

  /** What HEAD has at and below these paths. */
  async atHead(paths: readonly string[]): Promise<ReadonlyMap<string, TreeEntry>> {
    const where = paths.includes('') ? [] : ['--', ...paths];
    const { status: code, stdout } = await this.#run(['ls-tree', '-r', '-z', '--full-tree', 'HEAD', ...where]);
    // A branch without commits has nothing.
    return new Map(code === 0 ? parseListing(stdout).map((entry) => [entry.path, entry]) : []);
  }

  /** The bytes of blobs, in the order that they are asked for. @throws Failure `git-failed` */
  async blobs(ids: readonly string[]): Promise<Buffer[]> {
    if (ids.length === 0) return [];
    const found = parseBatch(await this.#must('git cat-file', ['cat-file', '--batch'], batchInput(ids)));
    return ids.map((id, index) => {
      const bytes = found[index];
      if (bytes === undefined) throw failure('git-failed', `git has no object ${id}`);
      return bytes;
    });
  }

  /** What the index has at these paths: blobs by path. */
  async staged(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const listing = await this.#must('git ls-files', ['--literal-pathspecs', 'ls-files', '-s', '-z', '--', ...paths]);
    const lines = listing.toString().split('\0');
    return new Map(
      lines.flatMap((line): [string, string][] => {
        const [, id, path] = /^\d+ ([0-9a-f]+) \d\t(.+)$/su.exec(line) ?? [];
        return id === undefined || path === undefined ? [] : [[path, id]];
      }),
    );
  }

  /** The full name of the branch that is checked out; undefined with a detached HEAD. */
  async headRef(): Promise<string | undefined> {
    const { status: code, stdout } = await this.#run(['symbolic-ref', '--quiet', 'HEAD']);
    return code === 0 ? stdout.toString().trim() : undefined;
  }

  /**
   * Moves HEAD, and the branch that it is on, to `commit`. False when it is not at `from` (undefined: without commits)
   * any more.
   */
  async moveHead(commit: string, from: string | undefined, subject: string): Promise<boolean> {
    const args = ['update-ref', '-m', `commit: ${subject}`, 'HEAD', commit, from ?? ''];
    for (let tries = 0; ; tries += 1) {
      const result = await this.#run(args);
      if (result.status === 0) return true;
      const meaning = meaningOf(result.stderr);
      if (meaning === 'overtaken') return false;
      if (meaning !== 'locked' || tries === 40) throw failed('git update-ref', result);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Puts files as `commit` has them into an index (a file of git's) and onto the disk. No hook runs. */
  async checkOut(commit: string, paths: readonly string[], index: string): Promise<void> {
    const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
    const args = ['-c', 'core.hooksPath=/dev/null', '--literal-pathspecs', 'checkout', '--quiet', commit, ...from];
    const result = await this.#run(args, paths.join('\0'), { GIT_INDEX_FILE: index });
    if (result.status === 0) return;
    throw failed(`the commit ${commit.slice(0, 12)} is made, but git checkout`, result);
  }

  /**
   * Commits the files as they are in the work tree, and nothing else, whatever is staged. Hooks and signing are those
   * of the repository. Returns the commit.
   * @param added those of `paths` that git does not know yet
   */
  async commit(paths: readonly string[], added: readonly string[], message: string): Promise<string> {
    if (added.length > 0) await this.#must('git add', ['add', '--', ...added.map(literal)]);
    // Not quiet: the summary tells the commit, which saves asking for it.
    const options = ['--cleanup=verbatim', '-F', '-', '--only', '--', ...paths.map(literal)];
    const args = ['-c', 'core.abbrev=40', 'commit', ...options];
    let result = await this.#run(args, message);
    if (meaningOf(result.stderr) === 'no-identity') {
      result = await this.#run([...nobody, ...args], message);
    }
    if (result.status !== 0) throw failed('git commit', result);
    const printed = /^\[[^\]]* ([0-9a-f]{40})\] /u.exec(result.stdout.toString())?.[1];
    return printed ?? (await this.#must('git rev-parse', ['rev-parse', 'HEAD'])).toString().trim();
  }

  /** The branch that is checked out; undefined with a detached HEAD. */
  async currentBranch(): Promise<string | undefined> {
    const { status, stdout } = await this.#run(['symbolic-ref', '--quiet', '--short', 'HEAD']);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** The address of a remote as it is configured; undefined when there is no such remote. */
  async remoteURL(remote: string): Promise<string | undefined> {
    const { status, stdout } = await this.#run(['config', '--get', `remote.${remote}.url`]);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** The remote and its branch that a local branch follows; `origin` and the same name where nothing is configured. */
  async upstreamOf(branch: string): Promise<{ remote: string; branch: string }> {
    const keys = await this.#run([
      'config',
      '--get-regexp',
      `^branch\\.${branch.replaceAll(/[^\w/-]/gu, '.')}\\.(remote|merge)$`,
    ]);
    const lines = keys.stdout.toString().split('\n');
    const value = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`branch.${branch}.${name} `))?.split(' ')[1];
    return { remote: value('remote') ?? 'origin', branch: value('merge')?.replace(/^refs\/heads\//u, '') ?? branch };
  }

  /**
   * Fetches a branch and returns its commit; undefined when the remote does not have it.
   * @throws RemoteRefusal `unreachable`
   */
  async fetch(remote: string, branch: string): Promise<string | undefined> {
    const ref = `${this.#refs}/${encodeURIComponent(branch).replaceAll('%', '_')}`;
    const spec = `+refs/heads/${branch}:${ref}`;
    const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    const result = await this.#run([...quiet, 'fetch', ...flags, remote, spec]);
    if (result.status === 0) return (await this.#must('git rev-parse', ['rev-parse', ref])).toString().trim();
    if (meaningOf(result.stderr) === 'no-branch') return undefined;
    throw new RemoteRefusal('unreachable', result.stderr.trim());
  }

  /**
   * The files of a commit as a tree, links followed as on disk. Files below `folder` that `wanted` accepts are read at
   * once, others when they are asked for.
   */
  async commitTree(
    commit: string,
    folder: string,
    wanted: (path: string) => boolean,
    limits: FileLimits,
  ): Promise<CommitTree> {
    const where = folder === '' ? [] : ['--', folder];
    const listing = await this.#must('git ls-tree', ['ls-tree', '-r', '-z', '--full-tree', commit, ...where]);
    const entries = parseListing(listing);
    const ids = [...new Set(entries.filter(({ kind, path }) => kind === 'link' || wanted(path)).map(({ id }) => id))];
    const blobs = await this.blobs(ids);
    const contents = new Map(ids.map((id, index) => [id, blobs[index] ?? Buffer.alloc(0)]));
    const run = (args: readonly string[], input = ''): GitResult =>
      gitSync(args, { cwd: this.top, env: this.#env, withCredentials: true, input });
    const store = new CommitStore(run, commit, { folder, entries, contents }, limits.fileBytes);
    return { tree: new LinkedTree(store, limits), entryOf: (path) => store.entryOf(path) };
  }

  /**
   * The last commits that changed a file, newest first, with what the file was after each (undefined: not there).
   * @param from the commit to begin with
   * @param most how many commits to look at
   */
  async history(path: string, from: string, most: number): Promise<FileVersion[]> {
    const args = ['log', `--max-count=${most}`, '--format=%H%x00%cI%x00%s', from, '--', literal(path)];
    const log = (await this.#must('git log', args)).toString().split('\n').filter(Boolean);
    const commits = log.map((line) => {
      const [commit = '', date = '', subject = ''] = line.split('\0');
      return { commit, date, subject };
    });
    if (commits.length === 0) return [];
    const names = commits.map(({ commit }) => `${commit}:${path}`);
    const blobs = parseBatch(await this.#must('git cat-file', ['cat-file', '--batch'], batchInput(names)));
    return commits.map((one, index) => Object.assign(one, { text: blobs[index]?.toString() }));
  }

  /** The full commit that a revision names; undefined when it names none. */
  async resolve(revision: string): Promise<string | undefined> {
    const { status, stdout } = await this.#run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ]);
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  /** What git is told about commits. Asked once, so that it can be asked early. */
  async settings(): Promise<CommitSettings> {
    this.#settings ??= this.#run(['var', '-l']).then((result) => commitSettings(result, this.#env));
    return await this.#settings;
  }

  /** Makes a commit on top of `parent` in the object store alone, signed when the repository wants commits signed. */
  async makeCommit(parent: string | undefined, changes: readonly FileChange[], message: string): Promise<string> {
    const { author, committer, sign } = await this.settings();
    const input = importStream({ ref: `${this.#refs}/next`, parent, author, committer, changes, message });
    const args = ['fast-import', '--quiet', '--done', '--force', '--date-format=raw'];
    const commit = (await this.#must('git fast-import', args, input)).toString().trim();
    if (!sign) return commit;
    const parents = parent === undefined ? [] : ['-p', parent];
    const tree = ['commit-tree', '-S', ...parents, '-F', '-', `${commit}^{tree}`];
    return (await this.#must('git commit-tree', tree, message)).toString().trim();
  }

  /**
   * Pushes a commit to a branch of the remote. `expected` is the commit that a branch which is rewritten must have
   * (undefined: it must not exist); without it the push must be a fast-forward.
   * @throws RemoteRefusal `rejected`, `unreachable`
   */
  async push(
    remote: string,
    commit: string,
    branch: string,
    rewrite?: { readonly expected: string | undefined },
  ): Promise<Verdict> {
    const lease = rewrite ? [`--force-with-lease=refs/heads/${branch}:${rewrite.expected ?? ''}`] : [];
    return judgePush(
      await this.#run([...quiet, 'push', '--quiet', '--porcelain', ...lease, remote, `${commit}:refs/heads/${branch}`]),
    );
  }

  /** Takes files that {@link commit} added out of the index again, when the commit failed. */
  async unstage(paths: readonly string[]): Promise<void> {
    await this.#run(['rm', '--cached', '--quiet', '--ignore-unmatch', '--', ...paths.map(literal)]);
  }

  /** Whether two commits have the same parent and the same files. */
  async sameChange(a: string, b: string): Promise<boolean> {
    const lines = (
      await this.#must('git show', ['show', '--no-patch', '--no-show-signature', '--format=%P %T', a, b, '--'])
    )
      .toString()
      .trim()
      .split('\n');
    return lines[0] === lines[1];
  }

  /** Brings the branch that is checked out, and its files, forward to `commit`. False when it has gone another way. */
  async fastForward(commit: string): Promise<boolean> {
    return (await this.#run(['merge', '--quiet', '--ff-only', commit])).status === 0;
  }

  /** Removes the refs that fetch left; what was pushed has refs of its own. */
  async forget(): Promise<void> {
    const refs = (await this.#run(['for-each-ref', '--format=delete %(refname)', this.#refs])).stdout;
    if (refs.length > 0) await this.#run(['update-ref', '--stdin'], refs);
  }

  /** Whether `ancestor` is `commit` or lies behind it; undefined when the history at hand (a shallow clone's) does not tell. */
  async isAncestor(ancestor: string, commit: string): Promise<boolean | undefined> {
    const { status } = await this.#run(['merge-base', '--is-ancestor', ancestor, commit]);
    if (status !== 1) return status === 0 ? true : undefined;
    const { stdout } = await this.#run(['rev-parse', '--is-shallow-repository']);
    return stdout.toString().trim() === 'true' ? undefined : false;
  }
}

/** Paths are names, never patterns. */
function literal(path: string): string {
  return `:(top,literal)${path}`;
}
