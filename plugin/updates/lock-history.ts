/**
 * A lock through the time of git: what an environment ran, and since when.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { FileVersion, WorkTree } from '../git/work-tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { parseLock } from '../lock/read.ts';
import { nameKey } from '../references/reference.ts';
import { type ImageState, sameImage } from './outcome.ts';

/** Locks change at each deployment: this many deployments are looked back at. */
const mostCommits = 500;

/** A lock as one commit left it. */
export interface LockVersion extends Omit<FileVersion, 'text'> {
  /** None when the commit removed the lock or left one that cannot be read. */
  readonly images: readonly LockedImage[];
}

function imagesOf(text: string | undefined, file: string): readonly LockedImage[] {
  if (text === undefined) return [];
  try {
    return parseLock(text, file).images;
  } catch (error) {
    // A lock that was broken once ran nowhere.
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** The versions of a lock, newest first, beginning at the commit `from`. */
export async function lockVersions(tree: WorkTree, file: string, from: string): Promise<LockVersion[]> {
  const versions = await tree.history(file, from, mostCommits);
  return versions.map(({ text, ...version }) => Object.assign({}, version, { images: imagesOf(text, file) }));
}

/** The entry of an image, however its name is written. */
export function entryOf(images: readonly LockedImage[], name: string): LockedImage | undefined {
  return images.find((image) => nameKey(image.name) === nameKey(name));
}

/** Whether two entries run the same image of the same source commit; an entry that is not there is like no other. */
export function sameEntry(a: ImageState | undefined, b: ImageState | undefined): boolean {
  if (!a || !b) return a === b;
  return sameImage(a, b) && a.source?.commit === b.source?.commit;
}

/**
 * Whether two entries are one version of an image, although one may say more of it: equal digests, or, where a digest
 * or a source commit is missing on one side, equal tags. To go from one to the other would change nothing that runs.
 */
export function sameVersion(a: ImageState | undefined, b: ImageState | undefined): boolean {
  if (!a || !b) return a === b;
  if (sameEntry(a, b)) return true;
  if (a.newName !== b.newName || a.tag !== b.tag) return false;
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  if (a.tag === undefined && a.digest !== b.digest) return false;
  return a.source === undefined || b.source === undefined || a.source.commit === b.source.commit;
}

/**
 * The commit since which the environment runs what `entry` says; undefined when the newest version says something else
 * (a change that is not committed yet), or the history at hand ends before.
 */
export function since(entry: LockedImage, versions: readonly LockVersion[]): LockVersion | undefined {
  const other = versions.findIndex(({ images }) => !sameEntry(entryOf(images, entry.name), entry));
  return other < 0 ? versions.at(-1) : versions[other - 1];
}
