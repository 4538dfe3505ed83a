/**
 * Getting a change of files to where it belongs: into the work tree, a commit, a remote branch, or a branch for a pull
 * request.
 */
import { join, relative, sep } from 'node:path';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { findRoot } from '../files/root.ts';
import { finishCommit } from '../git/checkout.ts';
import { withCheckoutLock } from '../git/checkout-lock.ts';
import { gitFolderOf } from '../git/git-folder.ts';
import { WorkTree } from '../git/work-tree.ts';
import type { Delivered, Delivery, Snapshot, PlanChange } from './intent.ts';
import { landed } from './landed.ts';
import { withFollowing } from './following.ts';
import { writeFiles } from './write-files.ts';

async function pastOf(repository: WorkTree | undefined): Promise<Snapshot['past']> {
  const commit = await repository?.resolve('HEAD');
  return repository && commit !== undefined ? { repository, commit } : undefined;
}

async function deliverFiles<Result>(
  { directory, env, to, needsPast = false }: Delivery,
  plan: PlanChange<Result>,
): Promise<Delivered<Result>> {
  const root = findRoot(directory);
  const prefix = relative(root, directory).split(sep).join('/');
  const folder = gitFolderOf(root);
  const work = async (): Promise<Delivered<Result>> => {
    if (folder && to === 'work-tree') await finishCommit(WorkTree.at(root, prefix, env), folder);
    const past = needsPast ? await pastOf(await WorkTree.open(directory, env)) : undefined;
    const tree = createDirectoryTree(root, defaultFileLimits);
    const { files, result } = await plan({ tree, directory: prefix, past });
    const texts = landed(tree, files);
    if (to === 'work-tree') writeFiles(root, texts, folder !== undefined);
    return { result, changed: [...texts.keys()] };
  };
  if (to === 'nowhere' || folder === undefined) return await work();
  return await withCheckoutLock(join(folder.own, 'waybill.lock'), work);
}

/**
 * Carries the change out.
 * @throws Failure `git-repository`, `git-dirty`, `git-detached`, `git-failed`, `checkout-locked`, `change-conflict`, and
 * those of the intent; nothing is written then. RemoteRefusal when the remote does not take it; nothing is changed
 * locally then
 */
export async function deliver<Result>(delivery: Delivery, plan: PlanChange<Result>): Promise<Delivered<Result>> {
  const whole = withFollowing(plan, delivery);
  if (delivery.to === 'work-tree' || delivery.to === 'nowhere') return await deliverFiles(delivery, whole);
  if (delivery.to === 'commit') return await (await import('./deliver-commit.ts')).deliverCommit(delivery, whole);
  return await (await import('./deliver-remote.ts')).deliverRemote(delivery, whole);
}
