/**
 * Committing in a checkout that others use, too: the commit is made of git's objects, with exactly the files that it is
 * told, on top of HEAD; then the branch moves, if it still is where it was; then these files, and only these, are
 * brought along in the index and on disk. Whatever else is staged or changed stays as it is.
 *
 * A process may be killed between these steps. The branch moves at once or not at all; what has to follow is written
 * down before (the journal), and the next command finishes it.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { JsonProblem, parseJson } from '../resources/parse-json.ts';
import type { GitFolder } from './git-folder.ts';
import type { TreeEntry } from './objects.ts';
import type { WorkTree } from './work-tree.ts';

/** The name that git gives a file's bytes, in a repository whose names are as long as `like`. */
export function blobId(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** A file of a commit under way: what it was and what it becomes. */
interface Step {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

interface Journal {
  /** Undefined where git makes it. */
  readonly commit: string | undefined;
  readonly steps: readonly Step[];
}

function journalAt(folder: GitFolder): string {
  return join(folder.own, 'waybill-commit.json');
}

function stepOf(value: Json): Step[] {
  if (!isObject(value)) return [];
  const [path, before, after] = ['path', 'before', 'after'].map((key) => getKey(value, key));
  if (typeof path !== 'string' || typeof after !== 'string') return [];
  return [{ path, before: typeof before === 'string' ? before : undefined, after }];
}

/** Half a journal is none: the branch had not moved yet when it was written. */
function readJournal(file: string): Journal | undefined {
  try {
    const value = parseJson(readFileSync(file, 'utf8'));
    const [commit, steps] = isObject(value) ? [getKey(value, 'commit'), getKey(value, 'steps')] : [];
    if (!isArray(steps)) return undefined;
    return { commit: typeof commit === 'string' ? commit : undefined, steps: steps.flatMap(stepOf) };
  } catch (error) {
    if (error instanceof JsonProblem) return undefined;
    throw error;
  }
}

function onDisk(top: string, { path, after }: Step): string | undefined {
  const stat = lstatSync(join(top, path), { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isFile() ? blobId(readFileSync(join(top, path)), after) : 'other';
}

const lockPatienceMs = 10_000;

/** What our lock of the index says: git's own is a file. */
const lockMark = 'waybill';

/** Removes a lock of the index that a killed command of Waybill left; git's own stays. */
function removeOwnIndexLock(lock: string): void {
  if (lstatSync(lock, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(lock) === lockMark)
    rmSync(lock, { force: true });
}

/** Waits for git's own lock of the index. @throws Failure `checkout-locked` when it stays */
async function takeIndexLock(lock: string): Promise<void> {
  for (const until = Date.now() + lockPatienceMs; ; ) {
    try {
      // A link is there at once with what it says, and git takes any name for a lock.
      symlinkSync(lockMark, lock);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    removeOwnIndexLock(lock);
    if (Date.now() > until) {
      throw failure(
        'checkout-locked',
        `${lock} is there: another git process works in this checkout, or was killed in it`,
        {
          help: [
            'The commit is made. Remove the file when no git runs, and repeat the command: it brings the files along.',
          ],
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As much of a file's status as changes when somebody writes it. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}

/**
 * Brings files of a commit into the index and onto the disk. git works on a copy of the index, so that a kill leaves
 * no lock of git's behind; others who change the index meanwhile lose nothing.
 */
async function bringAlong(tree: WorkTree, folder: GitFolder, commit: string, paths: readonly string[]): Promise<void> {
  const [index, copy] = [join(folder.own, 'index'), join(folder.own, 'waybill-index')];
  for (;;) {
    rmSync(`${copy}.lock`, { force: true });
    rmSync(copy, { force: true });
    const before = stampOf(index);
    if (before !== '') copyFileSync(index, copy);
    await tree.checkOut(commit, paths, copy);
    await takeIndexLock(`${index}.lock`);
    try {
      if (stampOf(index) === before) {
        renameSync(copy, index);
        return;
      }
    } finally {
      rmSync(`${index}.lock`, { force: true });
    }
  }
}

/** A killed `git update-ref` leaves the lock of the branch: it holds the commit that only that process knew. */
function removeRefLock(folder: GitFolder, ref: string, commit: string): void {
  for (const lock of [join(folder.common, `${ref}.lock`), join(folder.own, 'HEAD.lock')]) {
    if (!existsSync(lock)) continue;
    const text = readFileSync(lock, 'utf8').trim();
    if (text === commit || text === '') rmSync(lock, { force: true });
  }
}

/**
 * Finishes what a killed command began, or forgets it where the branch had not moved. Files that somebody has changed
 * since are left alone. To be called with the checkout's lock.
 */
export async function finishCommit(tree: WorkTree, folder: GitFolder): Promise<void> {
  const file = journalAt(folder);
  if (!existsSync(file)) return;
  removeOwnIndexLock(join(folder.own, 'index.lock'));
  const journal = readJournal(file);
  if (journal) {
    const { commit, steps } = journal;
    if (commit !== undefined) removeRefLock(folder, (await tree.headRef()) ?? 'HEAD', commit);
    const paths = steps.map(({ path }) => path);
    const [head, staged] = [await tree.atHead(paths), await tree.staged(paths)];
    const open = steps.filter((step) => {
      if (head.get(step.path)?.id !== step.after) return false;
      const [index, disk] = [staged.get(step.path), onDisk(tree.top, step)];
      if (index === step.after && disk === step.after) return false;
      return [index, disk].every((id) => id === step.before || id === step.after);
    });
    const late = open.map(({ path }) => path);
    if (late.length > 0) await bringAlong(tree, folder, 'HEAD', late);
  }
  rmSync(file, { force: true });
}

/** A file to commit. */
export interface CheckoutChange {
  /** From the top of the repository, without links. */
  readonly path: string;
  readonly content: string;
  /** The entry that HEAD has there. */
  readonly before: TreeEntry | undefined;
}

/**
 * Runs `work`, which moves the branch, with what it changes written down before. When it fails, nothing has to follow.
 */
async function written<Result>(
  folder: GitFolder,
  changes: readonly CheckoutChange[],
  commit: string | undefined,
  like: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const steps = changes.map(
    ({ path, content, before }): Step => ({ path, before: before?.id, after: blobId(Buffer.from(content), like) }),
  );
  const file = journalAt(folder);
  try {
    writeFileSync(file, JSON.stringify({ commit, steps }), { flush: true });
    return await work();
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/**
 * Commits the files as they are on disk through `git commit`, for repositories with hooks that look at it.
 * @param head the commit that HEAD has
 * @throws Failure `git-failed`
 */
export async function commitWithHooks(
  tree: WorkTree,
  folder: GitFolder,
  head: string | undefined,
  changes: readonly CheckoutChange[],
  message: string,
): Promise<string> {
  const paths = changes.map(({ path }) => path);
  const added = changes.filter(({ before }) => before === undefined).map(({ path }) => path);
  const work = async (): Promise<string> => await tree.commit(paths, added, message);
  const commit = await written(folder, changes, undefined, head ?? '', work);
  rmSync(journalAt(folder), { force: true });
  return commit;
}

/**
 * Makes the commit on top of `head` and brings the files along. Hooks do not run; see {@link WorkTree.commit}. To be
 * called with the checkout's lock. Undefined when HEAD has moved meanwhile; nothing is changed then.
 * @throws Failure `git-failed`, `checkout-locked`; nothing is changed then, unless the message says that the commit is made
 */
export async function commitInto(
  tree: WorkTree,
  folder: GitFolder,
  head: string | undefined,
  changes: readonly CheckoutChange[],
  message: string,
): Promise<string | undefined> {
  const commit = await tree.makeCommit(
    head,
    changes.map(({ path, content, before }) => ({ path, content, mode: before?.mode })),
    message,
  );
  const subject = message.split('\n', 1)[0] ?? '';
  const move = async (): Promise<boolean> => await tree.moveHead(commit, head, subject);
  const isMoved = await written(folder, changes, commit, commit, move);
  if (isMoved) {
    const paths = changes.map(({ path }) => path);
    await bringAlong(tree, folder, commit, paths);
  }
  rmSync(journalAt(folder), { force: true });
  return isMoved ? commit : undefined;
}
