/**
 * A FileTree over a git revision, without a checkout: what `diff --against` compares the working tree with.
 */
import { failure } from '../diagnostics/failure.ts';
import type { FileLimits } from '../files/limits.ts';
import { LinkedTree } from '../files/linked-tree.ts';
import type { FileTree } from '../files/tree.ts';
import { CommitStore, type RunGit } from './commit-store.ts';
import { gitSync } from './git.ts';
import { parseListing } from './objects.ts';

/** Where the revision is, and how git is to be run. */
export interface Revision {
  /** The root: the top of a work tree, or a folder in one. Absolute. */
  readonly root: string;
  /** Anything that names a commit: a branch, tag, `HEAD~1`, hash. */
  readonly revision: string;
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads objects; never fetches what a partial clone lacks. */
function reader({ root, env }: Revision): RunGit {
  const set = { GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' };
  return (args, input = '') => gitSync(args, { cwd: root, env, set, input });
}

function commitOf(run: RunGit, revision: string): string {
  const { status, stdout, stderr } = run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (status === 0) return stdout.toString('utf8').trim();
  throw failure('git-revision', `git knows no revision ${JSON.stringify(revision)} here`, {
    help: [
      ...(stderr.trim() === '' ? [] : [stderr.trim()]),
      'In a shallow clone, fetch it first. Branches of a remote are named like origin/main.',
    ],
  });
}

/**
 * The tree of a revision below `root`. Reads nothing but git's objects: no work tree, no filters, no network. Files
 * are fetched from git a directory at a time, within the limits. Symbolic links are judged as on disk.
 * Failure `git-revision` for a revision that does not exist.
 */
export function createGitRevisionTree(revision: Revision, limits: FileLimits): FileTree {
  const run = reader(revision);
  const commit = commitOf(run, revision.revision);
  const { status, stdout, stderr } = run(['ls-tree', '-r', '-l', '-z', commit]);
  if (status !== 0) throw failure('git-revision', `git cannot list ${commit}: ${stderr.trim()}`);
  const known = { folder: '', entries: parseListing(stdout), contents: new Map<string, Buffer>() };
  return new LinkedTree(new CommitStore(run, commit, known, limits.fileBytes), limits);
}
