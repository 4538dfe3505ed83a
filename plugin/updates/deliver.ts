/**
 * Getting a change of files to where it belongs: into the work tree, a commit, a remote branch, or a branch for a pull
 * request. The change is an intent, a function from the files as they are: when another pipeline is first, it is asked
 * again on the new files, so that neither's change is lost and no outdated text is pushed.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { createMemoryTree } from '../files/memory.ts';
import { findRoot } from '../files/root.ts';
import type { FileTree } from '../files/tree.ts';
import { pause, RemoteRefusal } from '../git/refusal.ts';
import { uncommittedBelow, WorkTree } from '../git/work-tree.ts';

/** What is to change. */
interface Intent<Result> {
  /** New texts by tree path; none when there is nothing to do. */
  readonly files: ReadonlyMap<string, string>;
  /** Asked for only when there are files. */
  readonly message: () => Promise<string>;
  /** The name of the branch for a pull request; the same for the same subject, so that an open one is updated. */
  readonly branch: string;
  readonly result: Result;
}

/** The state of the files that an intent is asked about. */
export interface Ground {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  /** The repository and the commit that the files are of, or are based on; undefined without git or without a commit. */
  readonly past: { readonly repository: WorkTree; readonly commit: string } | undefined;
}

/** Asked once for each state of the files. */
export type Intend<Result> = (ground: Ground) => Promise<Intent<Result>>;

/** Where the change goes. */
export interface Delivery {
  /** The application directory, absolute. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `nowhere`: only what would be done is found out. */
  readonly to: 'nowhere' | 'work-tree' | 'commit' | 'push' | 'pull-request';
  /** The branch to push to, or that the pull request is for. @default the upstream of the current branch */
  readonly branch?: string | undefined;
  /** @default the upstream's remote, else origin */
  readonly remote?: string | undefined;
  /** Whether the intent reads files outside the application directory. @default false */
  readonly wholeRepository?: boolean;
  /** Whether the intent looks at the history. @default false */
  readonly needsPast?: boolean;
  /** Hears what a person should know besides. */
  readonly note: (line: string) => void;
}

/** What became of it. */
export interface Delivered<Result> {
  readonly result: Result;
  /** Paths of the files that changed, from the top of the repository. */
  readonly changed: readonly string[];
  readonly commit?: string | undefined;
  /** Where it was pushed: `origin/main`. */
  readonly pushedTo?: string | undefined;
}

const mostPushes = 60;
const byteOrderMark = Buffer.from('\uFEFF');

/** Half a file is never seen: the text goes to a new file first, which then takes the name and the mode of the old. */
function writeWhole(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = join(dirname(path), `.waybill-${process.pid}.part`);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  try {
    writeFileSync(partial, text, { flag: 'wx' });
    if (mode !== undefined) chmodSync(partial, mode);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Texts are read without their byte order mark: a file that had one keeps it. */
function withMark(tree: FileTree, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const hadMark = (path: string): boolean =>
    tree.kind(path) === 'file' && Buffer.from(tree.readBytes(path).subarray(0, 3)).equals(byteOrderMark);
  return new Map(Array.from(files, ([path, text]) => [path, hadMark(path) ? `\uFEFF${text}` : text]));
}

function treePath(root: string, directory: string): string {
  return relative(root, directory).split(sep).join('/');
}

async function pastOf(repository: WorkTree | undefined): Promise<Ground['past']> {
  const commit = await repository?.resolve('HEAD');
  return repository && commit !== undefined ? { repository, commit } : undefined;
}

async function intoWorkTree<Result>(
  { directory, env, to, needsPast = false }: Delivery,
  intend: Intend<Result>,
): Promise<Delivered<Result>> {
  const root = findRoot(directory);
  const past = needsPast ? await pastOf(await WorkTree.open(directory, env)) : undefined;
  const tree = createDirectoryTree(root, defaultFileLimits);
  const { files, result } = await intend({ tree, directory: treePath(root, directory), past });
  if (to === 'work-tree') for (const [path, text] of withMark(tree, files)) writeWhole(join(root, path), text);
  return { result, changed: [...files.keys()] };
}

/** @param known what is not committed below the application directory, when that was asked already */
async function checkClean(
  tree: WorkTree,
  files: readonly string[],
  known?: Promise<ReadonlySet<string> | undefined>,
): Promise<void> {
  const isBelow = (file: string): boolean => tree.prefix === '' || file.startsWith(`${tree.prefix}/`);
  const uncommitted = files.every(isBelow) ? await known : undefined;
  const dirty = uncommitted ? files.filter((file) => uncommitted.has(file)) : await tree.dirty(files);
  if (dirty.length === 0) return;
  throw failure('git-dirty', `there are changes that are not committed in ${dirty.join(', ')}`, {
    help: ['They would be mixed with this change. Commit or discard them first.'],
  });
}

async function intoCommit<Result>(delivery: Delivery, intend: Intend<Result>): Promise<Delivered<Result>> {
  const { directory, env } = delivery;
  // git takes as long as all the rest: what it can be asked before anything is known, it is asked at once.
  const uncommitted = uncommittedBelow(directory, env);
  const top = findRoot(directory);
  const tree = existsSync(join(top, '.git'))
    ? WorkTree.at(top, treePath(top, directory), env)
    : await WorkTree.open(directory, env);
  const files = createDirectoryTree(tree.top, defaultFileLimits);
  const past = delivery.needsPast ? await pastOf(tree) : undefined;
  const intent = await intend({ tree: files, directory: tree.prefix, past });
  const changed = [...intent.files.keys()];
  if (changed.length === 0) return { result: intent.result, changed };
  // It may be no repository after all, or one that git does not trust: opening it says so.
  if ((await uncommitted) === undefined) await WorkTree.open(directory, env);
  await checkClean(tree, changed, uncommitted);
  const before = changed.map((path) => ({
    path,
    bytes: files.kind(path) === undefined ? undefined : files.readBytes(path),
  }));
  const added = before.filter(({ bytes }) => bytes === undefined).map(({ path }) => path);
  const message = await intent.message();
  try {
    for (const [path, text] of withMark(files, intent.files)) writeWhole(join(tree.top, path), text);
    return { result: intent.result, changed, commit: await tree.commit(changed, added, message) };
  } catch (error) {
    // A hook said no, or the disk is full: the files are as they were.
    for (const { path, bytes } of before) {
      if (bytes === undefined) rmSync(join(tree.top, path), { force: true });
      else writeWhole(join(tree.top, path), bytes);
    }
    if (added.length > 0) await tree.unstage(added);
    throw error;
  }
}

/** Files that an intent may look at: YAML and JSON, and what has no ending. Others, such as archives, may be large. */
function mayRead(path: string): boolean {
  return /(^|\/)[^./]+$|\.(ya?ml|json|tpl)$/u.test(path);
}

async function targetOf(
  tree: WorkTree,
  delivery: Delivery,
): Promise<{ local: string | undefined; remote: string; branch: string }> {
  const local = await tree.currentBranch();
  if (local === undefined && delivery.branch === undefined) {
    throw failure('git-detached', 'HEAD is detached, so nobody can tell which branch to push to', {
      help: ['Name the branch with --branch, as CI systems check out a commit and no branch.'],
    });
  }
  const upstream = local === undefined ? undefined : await tree.upstreamOf(local);
  const branch = delivery.branch ?? upstream?.branch ?? '';
  if (!/^[A-Za-z0-9_][\w./+-]*$/u.test(branch) || branch.includes('..')) {
    throw failure('git-detached', `${JSON.stringify(branch)} is no name of a branch`);
  }
  return {
    local: branch === upstream?.branch ? local : undefined,
    remote: delivery.remote ?? upstream?.remote ?? 'origin',
    branch,
  };
}

async function onRemote<Result>(delivery: Delivery, intend: Intend<Result>): Promise<Delivered<Result>> {
  const tree = await WorkTree.open(delivery.directory, delivery.env);
  const { local, remote, branch } = await targetOf(tree, delivery);
  try {
    for (let push = 0; push < mostPushes; push += 1) {
      const begun = performance.now();
      const tip = await tree.fetch(remote, branch);
      if (tip === undefined) {
        throw failure('git-detached', `${remote} has no branch ${branch}`, {
          help: ['Push the branch first, or name another with --branch.'],
        });
      }
      const files = await tree.files(tip, delivery.wholeRepository ? '' : tree.prefix, mayRead);
      const memory = createMemoryTree(Object.fromEntries(files));
      const intent = await intend({
        tree: memory,
        directory: tree.prefix,
        past: { repository: tree, commit: tip },
      });
      const changed = [...intent.files.keys()];
      if (changed.length === 0) return { result: intent.result, changed };
      if (push === 0) await checkClean(tree, changed);
      const isPull = delivery.to === 'pull-request';
      const target = isPull ? intent.branch : branch;
      const open = isPull ? await tree.fetch(remote, target) : undefined;
      const changes = Array.from(withMark(memory, intent.files), ([path, content]) => ({ path, content }));
      const commit = await tree.makeCommit(tip, changes, await intent.message());
      const done = { result: intent.result, changed, pushedTo: `${remote}/${target}` };
      if (open !== undefined && (await tree.sameChange(open, commit))) return { ...done, commit: open };
      if ((await tree.push(remote, commit, target, isPull ? { expected: open } : undefined)) === 'taken') {
        if (local !== undefined && !isPull && !(await tree.fastForward(commit))) {
          delivery.note(
            `the local branch ${local} has gone another way and stays as it is: git pull brings it together with ${remote}/${branch}`,
          );
        }
        return { ...done, commit };
      }
      await pause(push, performance.now() - begun);
    }
    throw new RemoteRefusal('busy', `${mostPushes} pushes were overtaken by other writers`);
  } finally {
    await tree.forget();
  }
}

/**
 * Carries the change out.
 * @throws Failure `git-repository`, `git-dirty`, `git-detached`, `git-failed`, and those of the intent; nothing is
 * written then. RemoteRefusal when the remote does not take it; nothing is changed locally then
 */
export async function deliver<Result>(delivery: Delivery, intend: Intend<Result>): Promise<Delivered<Result>> {
  if (delivery.to === 'work-tree' || delivery.to === 'nowhere') return await intoWorkTree(delivery, intend);
  if (delivery.to === 'commit') return await intoCommit(delivery, intend);
  return await onRemote(delivery, intend);
}
