/**
 * A change as a commit on top of a remote branch, or of a branch for a pull request, without touching the checkout. The
 * files are those of the remote's tip, read from git's objects.
 */
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { withCheckoutLock } from '../git/checkout-lock.ts';
import { gitFolderOf } from '../git/git-folder.ts';
import { pushUntilTaken } from '../git/push-loop.ts';
import { WorkTree } from '../git/work-tree.ts';
import type { Delivered, Delivery, PlanChange } from './intent.ts';
import { landed } from './landed.ts';

/** Files that an intent looks at first: YAML and JSON, and what has no ending. Others are read when it asks for them. */
function isLikely(path: string): boolean {
  return /(^|\/)[^./]+$|\.(ya?ml|json|tpl)$/u.test(path);
}

interface Target {
  /** The local branch that follows the target. */
  readonly local: string | undefined;
  readonly remote: string;
  readonly branch: string;
}

async function targetOf(tree: WorkTree, delivery: Delivery): Promise<Target> {
  const local = await tree.currentBranch();
  if (local === undefined && delivery.branch === undefined) {
    throw failure('git-detached', 'HEAD is detached, so the branch to push to is unknown', {
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

async function checkClean(tree: WorkTree, files: readonly string[]): Promise<void> {
  const dirty = await tree.dirty(files);
  if (dirty.length === 0) return;
  throw failure('git-dirty', `there are changes that are not committed in ${dirty.join(', ')}`, {
    help: ['They would be mixed with this change. Commit or discard them first.'],
  });
}

/** Brings the checkout to the commit that was pushed, where its branch follows the remote's. */
async function follow(
  tree: WorkTree,
  { local, remote, branch }: Target,
  commit: string,
  delivery: Delivery,
): Promise<void> {
  const folder = gitFolderOf(tree.top);
  if (local === undefined || folder === undefined) return;
  const forward = async (): Promise<boolean> => await tree.fastForward(commit);
  if (await withCheckoutLock(join(folder.own, 'waybill.lock'), forward)) return;
  delivery.note(`the local branch ${local} has diverged and is unchanged: git pull merges it with ${remote}/${branch}`);
}

/**
 * Pushes the change.
 * @throws Failure `git-repository`, `git-dirty`, `git-detached`, `git-failed`, and those of the intent; RemoteRefusal
 */
export async function deliverRemote<Result>(delivery: Delivery, plan: PlanChange<Result>): Promise<Delivered<Result>> {
  const tree = await WorkTree.open(delivery.directory, delivery.env);
  const target = await targetOf(tree, delivery);
  const { remote, branch } = target;
  const isPull = delivery.to === 'pull-request';
  try {
    const { result: done, pushes } = await pushUntilTaken<Delivered<Result>>(async (push) => {
      const tip = await tree.fetch(remote, branch);
      if (tip === undefined) {
        throw failure('git-detached', `${remote} has no branch ${branch}`, {
          help: ['Push the branch first, or name another with --branch.'],
        });
      }
      const files = await tree.commitTree(tip, tree.prefix, isLikely, defaultFileLimits);
      const intent = await plan({
        tree: files.tree,
        directory: tree.prefix,
        past: { repository: tree, commit: tip },
      });
      const texts = landed(files.tree, intent.files);
      const changed = [...texts.keys()];
      if (changed.length === 0) return { tip, verdict: undefined, result: { result: intent.result, changed } };
      if (push === 0) await checkClean(tree, changed);
      const to = isPull ? intent.branch : branch;
      const open = isPull ? await tree.fetch(remote, to) : undefined;
      const changes = Array.from(texts, ([path, content]) => ({ path, content, mode: files.entryOf(path)?.mode }));
      const commit = await tree.makeCommit(tip, changes, await intent.message());
      const result = { result: intent.result, changed, pushedTo: `${remote}/${to}` };
      if (open !== undefined && (await tree.sameChange(open, commit)))
        return { tip, verdict: undefined, result: { ...result, commit: open } };
      const verdict = await tree.push(remote, commit, to, isPull ? { expected: open } : undefined);
      return { tip: isPull ? open : tip, verdict, result: { ...result, commit } };
    });
    if (pushes > 0 && !isPull && done.commit !== undefined) await follow(tree, target, done.commit, delivery);
    return done;
  } finally {
    await tree.forget();
  }
}
