/**
 * `waybill images list` as a function: what each environment runs, and where environments differ.
 */
import type { LeftOut } from '../applications/find.ts';
import { applicationAbove } from '../applications/marks.ts';
import { lockedApplications } from '../applications/select.ts';
import { loadApplication } from '../config/load.ts';
import { attemptAll } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { findRoot } from '../files/root.ts';
import type { FileTree } from '../files/tree.ts';
import { WorkTree } from '../git/work-tree.ts';
import { commitFromTag } from '../references/commit-from-tag.ts';
import type { ImageSource, LockHold } from '../lock/lock.ts';
import { lockedEnvironments, lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { nameKey } from '../references/reference.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import { holdsOf } from './held.ts';
import { knownImages } from './known-images.ts';
import { lockVersions, type LockVersion, since } from './lock-history.ts';
import type { ImageState } from './outcome.ts';

/** One image that an environment runs. */
export interface ListedImage {
  /** The application directory, relative to the root. */
  readonly application: string;
  readonly environment: string;
  readonly name: string;
  readonly state: ImageState;
  /** Of this image: versions that must not come, or that what runs stays. */
  readonly holds: readonly LockHold[];
  /** The commit that deployed it; undefined without git, before it is committed, or before a shallow clone begins. */
  readonly since: Pick<LockVersion, 'commit' | 'date' | 'subject'> | undefined;
}

/** What the tag says where the lock says nothing, by the convention of waybill.yaml. */
function sourceFromTag(declared: Readonly<ConfigImage> | undefined, tag: string | undefined): ImageSource | undefined {
  const { commitFromTag: pattern, sourceRepository: repository } = declared ?? {};
  if (pattern === undefined || repository === undefined || tag === undefined) return undefined;
  const tagged = commitFromTag(pattern, tag);
  return tagged?.full ? { repository, commit: tagged.digits } : undefined;
}

/** Environments in the order of waybill.yaml; others after them, sorted. */
function inOrder(tree: FileTree, application: string): string[] {
  const { environments } = loadApplication(tree, application);
  const locked = lockedEnvironments(tree, application);
  return [
    ...environments.filter((one) => locked.includes(one)),
    ...locked.filter((one) => !environments.includes(one)),
  ];
}

/** The entries, and what has none. */
export interface Listing {
  readonly listed: readonly ListedImage[];
  /** The holds, also of images that have no entry. */
  readonly held: readonly { readonly application: string; readonly environment: string; readonly hold: LockHold }[];
  /** Applications and environments without a lock: they run what their manifests say. */
  readonly leftOut: readonly LeftOut[];
  /** The application that the directory is inside of, where no application is in it or below. */
  readonly above: string | undefined;
}

/**
 * Every entry of every lock at and below `directory` (absolute).
 * @param environments only these; none: all
 * @throws Failure of all locks that cannot be read
 */
export async function listImages(
  directory: string,
  environments: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Listing> {
  const root = findRoot(directory);
  const tree = createDirectoryTree(root, defaultFileLimits);
  const start = directory === root ? '' : directory.slice(root.length + 1);
  const { applications, leftOut } = lockedApplications(tree, [start], environments);
  const locks = attemptAll(applications, (application) =>
    inOrder(tree, application)
      .filter((one) => environments.length === 0 || environments.includes(one))
      .map((environment) => ({ application, lock: readLock(tree, lockPath(application, environment)) })),
  ).flat();
  const git = await WorkTree.open(root, env).catch(() => undefined);
  const head = await git?.resolve('HEAD');
  const listed: ListedImage[] = [];
  for (const { application, lock } of locks) {
    const versions = git && head !== undefined ? await lockVersions(git, lock.file, head) : [];
    const { declared } = knownImages(tree, application);
    for (const image of lock.images) {
      const { newName, tag, digest } = image;
      const source = image.source ?? sourceFromTag(declared.get(nameKey(image.name)), tag);
      listed.push({
        application,
        environment: lock.environment,
        name: image.name,
        state: { newName, tag, digest, source },
        holds: holdsOf(lock.holds, image.name),
        since: since(image, versions),
      });
    }
  }
  const held = locks.flatMap(({ application, lock }) =>
    lock.holds.map((hold) => ({ application, environment: lock.environment, hold })),
  );
  const above = applications.length + leftOut.length === 0 ? applicationAbove(tree, start) : undefined;
  return { listed, held, leftOut, above };
}

/** One image that environments of one application do not all run alike. */
export interface Drift {
  readonly application: string;
  readonly name: string;
  /** What each environment runs, in the order of the list; environments without the image are left out. */
  readonly states: ReadonlyMap<string, ImageState>;
}

/** The images of which environments of one application run different versions. */
export function findDrift(listed: readonly ListedImage[]): Drift[] {
  const groups = new Map<string, ListedImage[]>();
  for (const image of listed) {
    const key = `${image.application}\0${nameKey(image.name)}`;
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  return Array.from(groups.values()).flatMap((images) => {
    const [first] = images;
    const texts = new Set(images.map(({ state: { newName, tag, digest } }) => JSON.stringify([newName, tag, digest])));
    if (!first || texts.size < 2) return [];
    const states = new Map(images.map(({ environment, state }) => [environment, state]));
    return [{ application: first.application, name: first.name, states }];
  });
}
