/**
 * `waybill rollback` as a function: an environment runs again what it ran before, as a new commit. Argo CD then sees an
 * ordinary change, and notifications report an ordinary deployment of the older commit.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { branchFor, Checkouts, messageFor } from '../updates/commit.ts';
import { type Delivered, type Delivery, deliver, type Ground } from '../updates/deliver.ts';
import { editLock, type LockChange } from '../updates/lock-edit.ts';
import { entryOf, type LockVersion, lockVersions, sameEntry } from '../updates/lock-history.ts';
import type { ImageOutcome } from '../updates/outcome.ts';

/** What is to be restored. */
export interface RollbackRequest {
  readonly environment: string;
  /** Only these images; none: all of the lock. */
  readonly images: readonly string[];
  /** The lock as this commit left it. */
  readonly to?: string | undefined;
  /** Without `to`: how many states to go back. @default 1 */
  readonly steps: number;
  /** Folders that may be checkouts of the source repository. */
  readonly checkouts: readonly string[];
}

type Images = readonly LockedImage[];

function names(images: Images, only: readonly string[]): string[] {
  if (only.length === 0) return images.map(({ name }) => name);
  return only.map((name) => {
    const entry = entryOf(images, name);
    if (entry) return entry.name;
    throw failure('image-unmatched', `the lock has no image ${name}`, {
      help: notFoundHelp(
        'Images in the lock',
        name,
        images.map((image) => image.name),
      ),
    });
  });
}

/** The names of which two locks say different things; an image that one of them lacks differs. */
function differing(a: Images, b: Images, only: readonly string[]): string[] {
  const all = only.length > 0 ? only : [...a, ...b.filter(({ name }) => !entryOf(a, name))].map(({ name }) => name);
  return all.filter((name) => !sameEntry(entryOf(a, name), entryOf(b, name)));
}

/** The version that is `steps` different states behind, looking at `only` these images. */
function goBack(
  current: Images,
  versions: readonly LockVersion[],
  only: readonly string[],
  steps: number,
): LockVersion | undefined {
  let state = current;
  let left = steps;
  for (const version of versions) {
    // A commit that removed or broke the lock ran nothing to go back to.
    if (version.images.length === 0 || differing(state, version.images, only).length === 0) continue;
    left -= 1;
    if (left === 0) return version;
    state = version.images;
  }
  return undefined;
}

async function target(
  current: Images,
  file: string,
  request: RollbackRequest,
  past: NonNullable<Ground['past']>,
): Promise<LockVersion> {
  const { repository, commit } = past;
  const { to, steps, images } = request;
  if (to !== undefined) {
    const resolved = await repository.resolve(to);
    if (resolved === undefined)
      throw failure('rollback-target', `--to ${to}: there is no such commit here`, {
        help: ['In a shallow clone, fetch it first: git fetch --unshallow.'],
      });
    const [version] = await lockVersions(repository, file, resolved);
    if (version && version.images.length > 0) return version;
    throw failure('rollback-target', `${file} had no readable lock at ${to}`);
  }
  const only = names(current, images);
  const version = goBack(current, await lockVersions(repository, file, commit), images.length > 0 ? only : [], steps);
  if (version) return version;
  throw failure(
    'rollback-target',
    `the history has no ${steps === 1 ? 'other state' : `${steps} other states`} of ${images.length > 0 ? only.join(', ') : file} to go back to`,
    {
      help: ['In a shallow clone, fetch the rest first: git fetch --unshallow. Or name a commit with --to.'],
    },
  );
}

function read(tree: FileTree, file: string, environment: string): Images {
  if (tree.kind(file) === 'file') return readLock(tree, file).images;
  throw failure('rollback-target', `environment ${environment} has no lock ${file}`, {
    help: ['Only locks have a history to go back to. Otherwise use git revert.'],
  });
}

/**
 * Restores earlier entries of the lock. Result: what became of each image.
 * @throws Failure `rollback-target`, `image-unmatched`, and as deliver
 */
export async function rollback(
  request: RollbackRequest,
  delivery: Delivery,
): Promise<Delivered<readonly ImageOutcome[]>> {
  const { environment, images } = request;
  return await deliver({ ...delivery, needsPast: true }, async ({ tree, directory, past }) => {
    const file = lockPath(directory, environment);
    const current = read(tree, file, environment);
    if (!past)
      throw new Failure([{ severity: 'error', code: 'rollback-target', message: 'there is no commit to go back to' }]);
    const version = await target(current, file, request, past);
    const restored = differing(current, version.images, images.length > 0 ? names(current, images) : []);
    const changes = restored.map((name): LockChange => ({ name, state: entryOf(version.images, name) }));
    const { text, outcomes } = editLock(tree.readText(file), file, environment, changes);
    const about = { environment, directory, outcomes };
    const source = outcomes.find(({ after }) => after?.source)?.after?.source;
    const trigger = `${version.commit} ${version.subject}`;
    return {
      files: outcomes.length > 0 ? new Map([[file, text]]) : new Map<string, string>(),
      message: async () =>
        await messageFor({
          ...about,
          verb: 'Roll back',
          trigger,
          source,
          checkouts: new Checkouts(request.checkouts, delivery.env),
        }),
      branch: branchFor('rollback', about),
      result: outcomes,
    };
  });
}
