/**
 * A change as a commit of the checkout. What is compared is HEAD, not the disk: a command that was killed, or that wrote
 * the files without committing them, is finished by the next that wants the same.
 */
import { rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { findRoot } from '../files/root.ts';
import type { FileTree } from '../files/tree.ts';
import { blobId, type CheckoutChange, commitInto, commitWithHooks, finishCommit } from '../git/checkout.ts';
import { withCheckoutLock } from '../git/checkout-lock.ts';
import type { CheckoutState } from '../git/checkout-state.ts';
import { type GitFolder, gitFolderOf, hasCommitHooks, underWay } from '../git/git-folder.ts';
import type { TreeEntry } from '../git/objects.ts';
import { WorkTree } from '../git/work-tree.ts';
import type { Delivered, Delivery, PlanChange, Intent } from './intent.ts';
import { landed } from './landed.ts';
import { writeFiles } from './write-files.ts';

/** The checkout at one moment, asked of git while the intent looks at the files. */
interface Moment {
  readonly state: CheckoutState;
  /** What HEAD has, by path. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

function isBelow(folder: string, path: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

async function momentOf(tree: WorkTree, { directory, env }: Delivery): Promise<Moment> {
  try {
    const [state, entries] = await Promise.all([tree.state(), tree.atHead([tree.prefix]), tree.settings()]);
    return { state, entries };
  } catch (error) {
    // It may be no repository after all, or one that git does not trust: opening it says so.
    await WorkTree.open(directory, env);
    throw error;
  }
}

/** The moment with what is known of these paths, too, where they are not below the application directory. */
async function withPaths(tree: WorkTree, moment: Moment, paths: readonly string[]): Promise<Moment> {
  const others = paths.filter((path) => !isBelow(tree.prefix, path));
  if (others.length === 0) return moment;
  const [state, entries] = await Promise.all([tree.state(others), tree.atHead(others)]);
  return {
    state: { ...moment.state, uncommitted: new Set([...moment.state.uncommitted, ...state.uncommitted]) },
    entries: new Map([...moment.entries, ...entries]),
  };
}

function bytesAt(tree: FileTree, path: string): Uint8Array | undefined {
  return tree.kind(path) === 'file' ? tree.readBytes(path) : undefined;
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(b));
}

/** The files with those that HEAD has otherwise (by a change, or by a filter of git's) as HEAD has them. */
async function asCommitted(
  tree: WorkTree,
  disk: FileTree,
  { entries }: Moment,
  targets: readonly string[],
): Promise<{ readonly tree: FileTree; readonly differ: ReadonlySet<string> }> {
  const differ = targets.filter((path) => {
    const [bytes, entry] = [bytesAt(disk, path), entries.get(path)];
    return bytes === undefined || entry === undefined ? bytes !== entry : blobId(bytes, entry.id) !== entry.id;
  });
  const ids = differ.flatMap((path) => entries.get(path)?.id ?? []);
  const blobs = await tree.blobs(ids);
  const patched = new Map(
    differ.map((path): [string, Uint8Array | undefined] => {
      const id = entries.get(path)?.id;
      return [path, id === undefined ? undefined : blobs[ids.indexOf(id)]];
    }),
  );
  return { tree: differ.length > 0 ? createPatchedTree(disk, patched) : disk, differ: new Set(differ) };
}

/** Nobody's work is mixed with this change, but what the same command left is taken for its own. */
function checkOthersWork(disk: FileTree, { state }: Moment, files: ReadonlyMap<string, string>): void {
  const dirty = Array.from(files.keys()).filter((path) => state.uncommitted.has(path));
  const others = dirty.filter((path) => !same(bytesAt(disk, path), Buffer.from(files.get(path) ?? '')));
  if (others.length === 0) return;
  throw failure('git-dirty', `there are changes that are not committed in ${others.join(', ')}`, {
    help: ['They would be mixed with this change. Commit or discard them first.'],
  });
}

/** Through the disk, for repositories that have hooks to look at it: when one says no, the files are as they were. */
async function askHooks(
  tree: WorkTree,
  folder: GitFolder,
  disk: FileTree,
  { state }: Moment,
  changes: readonly CheckoutChange[],
  message: string,
): Promise<string> {
  const before = changes.map(({ path }) => ({ path, bytes: bytesAt(disk, path) }));
  try {
    writeFiles(tree.top, new Map(changes.map(({ path, content }) => [path, content])), true);
    return await commitWithHooks(tree, folder, state.head, changes, message);
  } catch (error) {
    const old = before.flatMap(({ path, bytes }): [string, Uint8Array][] =>
      bytes === undefined ? [] : [[path, bytes]],
    );
    for (const { path, bytes } of before) if (bytes === undefined) rmSync(join(tree.top, path), { force: true });
    const added = changes.filter((one) => one.before === undefined).map(({ path }) => path);
    if (added.length > 0) await tree.unstage(added);
    writeFiles(tree.top, new Map(old), true);
    throw error;
  }
}

/** HEAD moved while the commit was made: somebody else committed here. */
const mostTries = 20;

async function commitOnce<Result>(
  tree: WorkTree,
  folder: GitFolder,
  delivery: Delivery,
  plan: PlanChange<Result>,
): Promise<Delivered<Result> | undefined> {
  const asked = momentOf(tree, delivery);
  // The intent may fail first; then nobody waits for this answer.
  asked.catch(() => undefined);
  const disk = createDirectoryTree(tree.top, defaultFileLimits);
  const ask = async (files: FileTree): Promise<Intent<Result>> => {
    const head = delivery.needsPast ? (await asked).state.head : undefined;
    const past = head === undefined ? undefined : { repository: tree, commit: head };
    return await plan({ tree: files, directory: tree.prefix, past });
  };
  let intent = await ask(disk);
  const targets = [...new Set([...intent.targets, ...intent.files.keys()].map((path) => landingPath(disk, path)))];
  const moment = await withPaths(tree, await asked, targets);
  const committed = await asCommitted(tree, disk, moment, targets);
  if (committed.differ.size > 0) intent = await ask(committed.tree);
  const files = landed(committed.tree, intent.files);
  const changed = [...files.keys()];
  if (changed.length === 0) return { result: intent.result, changed };
  const busy = underWay(folder);
  if (busy !== undefined) {
    throw failure('git-dirty', `${busy} is under way in this checkout`, {
      help: ['The commit would become part of it. Finish or abort it first.'],
    });
  }
  checkOthersWork(disk, moment, files);
  const message = await intent.message();
  const { hooksPath } = await tree.settings();
  const changes = Array.from(files, ([path, content]) => ({ path, content, before: moment.entries.get(path) }));
  const commit = hasCommitHooks(tree.top, folder, hooksPath)
    ? await askHooks(tree, folder, disk, moment, changes, message)
    : await commitInto(tree, folder, moment.state.head, changes, message);
  if (commit === undefined) return undefined;
  if (moment.state.branch === undefined) {
    delivery.note(
      'HEAD is detached: the commit is on no branch, and will be lost when another one is checked out, unless you push it',
    );
  }
  return { result: intent.result, changed, commit };
}

/**
 * Commits the change, and nothing else.
 * @throws Failure `git-repository`, `git-dirty`, `git-failed`, `checkout-locked`, and those of the intent
 */
export async function deliverCommit<Result>(delivery: Delivery, plan: PlanChange<Result>): Promise<Delivered<Result>> {
  const { directory, env } = delivery;
  const top = findRoot(directory);
  const folder = gitFolderOf(top);
  // Whatever git says to it.
  if (folder === undefined) {
    await WorkTree.open(directory, env);
    throw failure('git-repository', `${directory} is in no git work tree`);
  }
  const tree = WorkTree.at(top, relative(top, directory).split(sep).join('/'), env);
  return await withCheckoutLock(join(folder.own, 'waybill.lock'), async () => {
    await finishCommit(tree, folder);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const done = await commitOnce(tree, folder, delivery, plan);
      if (done !== undefined) return done;
    }
    throw failure(
      'checkout-locked',
      `HEAD moved ${mostTries} times while the commit was made: others commit in this checkout`,
    );
  });
}
