/**
 * The repository a person or a CI job stands in: committing files of its work tree, and putting a commit on top of a
 * remote branch without touching the work tree.
 *
 * Its own configuration (remotes, credentials, identity, signing) is what CI systems set up, so everything runs inside
 * it. Shallow and partial clones will do.
 */
import { randomUUID } from 'node:crypto';
import { failure } from '../diagnostics/failure.ts';
import { type FileChange, importStream } from './fast-import.ts';
import { type GitResult, git } from './git.ts';
import { judgePush, RemoteRefusal } from './refusal.ts';

/** Who commits where git is not told: CI images seldom have an identity. */
const nobody = ['-c', 'user.name=waybill', '-c', 'user.email=waybill@localhost'];

/** Settings of commands that meet a remote: nothing in the background, nothing that other processes would wait for. */
const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

function failed(what: string, result: GitResult): Error {
  return failure('git-failed', `${what} failed`, {
    help: result.stderr
      .trim()
      .split('\n')
      .map((line) => `git: ${line}`),
  });
}

/** Prints what is not committed: paths from the top of the repository, whatever folder it is asked in. */
const status = ['status', '--porcelain=v1', '--no-renames', '-z', '--untracked-files=all', '--'];

function changedPaths(stdout: Buffer): string[] {
  return stdout
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(3));
}

/**
 * The files below a folder that have changes which are not committed, untracked ones included, by their paths from the
 * top of the repository. It needs no {@link WorkTree}, so that it can be asked while one is opened; undefined where git
 * cannot tell.
 */
export async function uncommittedBelow(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlySet<string> | undefined> {
  const result = await git([...status, '.'], { cwd: folder, env, withCredentials: true });
  return result.status === 0 ? new Set(changedPaths(result.stdout)) : undefined;
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

  async #run(args: readonly string[], input?: string | Uint8Array): Promise<GitResult> {
    return await git(args, {
      cwd: this.top,
      env: this.#env,
      withCredentials: true,
      ...(input === undefined ? {} : { input }),
    });
  }

  async #must(what: string, args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
    const result = await this.#run(args, input);
    if (result.status !== 0) throw failed(what, result);
    return result.stdout;
  }

  /** Those of `paths` (relative to the top) that have changes which are not committed, untracked files included. */
  async dirty(paths: readonly string[]): Promise<string[]> {
    return changedPaths(await this.#must('git status', [...status, ...paths.map(literal)]));
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
    if (/tell me who you are|empty ident name|auto-detect email/iu.test(result.stderr)) {
      result = await this.#run([...nobody, ...args], message);
    }
    if (result.status !== 0) throw failed('git commit', result);
    const told = /^\[[^\]]* ([0-9a-f]{40})\] /u.exec(result.stdout.toString())?.[1];
    return told ?? (await this.#must('git rev-parse', ['rev-parse', 'HEAD'])).toString().trim();
  }

  /** The branch that is checked out; undefined with a detached HEAD. */
  async currentBranch(): Promise<string | undefined> {
    const { status, stdout } = await this.#run(['symbolic-ref', '--quiet', '--short', 'HEAD']);
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
    if (/couldn't find remote ref/u.test(result.stderr)) return undefined;
    throw new RemoteRefusal('unreachable', result.stderr.trim());
  }

  /** The files of a commit below `folder` ('' for all) whose path `wanted` accepts: path from the top to bytes. Links are left out. */
  async files(commit: string, folder: string, wanted: (path: string) => boolean): Promise<Map<string, Uint8Array>> {
    const where = folder === '' ? [] : ['--', folder];
    const listing = await this.#must('git ls-tree', ['ls-tree', '-r', '-z', '--full-tree', commit, ...where]);
    const found = listing
      .toString()
      .split('\0')
      .flatMap((entry) => {
        const [, mode, id, path] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
        return id !== undefined && path !== undefined && mode !== '120000' && wanted(path) ? [{ id, path }] : [];
      });
    const ids = found.map(({ id }) => `${id}\n`).join('');
    const batch = found.length === 0 ? Buffer.alloc(0) : await this.#must('git cat-file', ['cat-file', '--batch'], ids);
    const files = new Map<string, Uint8Array>();
    let at = 0;
    for (const { path } of found) {
      const end = batch.indexOf('\n', at);
      const size = Number(batch.subarray(at, end).toString().split(' ')[2]);
      files.set(path, batch.subarray(end + 1, end + 1 + size));
      at = end + 2 + size;
    }
    return files;
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
    const batch = await this.#must(
      'git cat-file',
      ['cat-file', '--batch'],
      commits.map(({ commit }) => `${commit}:${path}\n`).join(''),
    );
    const versions: FileVersion[] = [];
    let at = 0;
    for (const { commit, date, subject } of commits) {
      const end = batch.indexOf('\n', at);
      const [, type, size] = batch.subarray(at, end).toString().split(' ');
      const isFile = type === 'blob';
      const stop = end + 1 + Number(size);
      versions.push({ commit, date, subject, text: isFile ? batch.subarray(end + 1, stop).toString() : undefined });
      at = isFile ? stop + 1 : end + 1;
    }
    return versions;
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

  /** Makes a commit on top of `parent` in the object store alone, signed when the repository wants commits signed. */
  async makeCommit(parent: string | undefined, changes: readonly FileChange[], message: string): Promise<string> {
    const author = await this.#ident('GIT_AUTHOR_IDENT');
    const committer = await this.#ident('GIT_COMMITTER_IDENT');
    const input = importStream({ ref: `${this.#refs}/next`, parent, author, committer, changes, message });
    const args = ['fast-import', '--quiet', '--done', '--force', '--date-format=raw'];
    const commit = (await this.#must('git fast-import', args, input)).toString().trim();
    const { stdout } = await this.#run(['config', '--type=bool', '--get', 'commit.gpgsign']);
    if (stdout.toString().trim() !== 'true') return commit;
    const parents = parent === undefined ? [] : ['-p', parent];
    const signed = await this.#must(
      'git commit-tree',
      ['commit-tree', '-S', ...parents, '-F', '-', `${commit}^{tree}`],
      message,
    );
    return signed.toString().trim();
  }

  async #ident(name: 'GIT_AUTHOR_IDENT' | 'GIT_COMMITTER_IDENT'): Promise<string> {
    const known = await this.#run(['var', name]);
    if (known.status === 0) return known.stdout.toString().trim();
    return (await this.#must('git var', [...nobody, 'var', name])).toString().trim();
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
  ): Promise<'taken' | 'overtaken'> {
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

  /** Removes the refs that fetch and makeCommit left; what was pushed has refs of its own. */
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
