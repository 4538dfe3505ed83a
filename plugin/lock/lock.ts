/**
 * A lock as the rest of the product sees it: the entries of one environment, each with where it is written.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { ImageSource, LockEntry, LockHoldEntry } from '../schemas/lock.generated.ts';

export type { ImageSource } from '../schemas/lock.generated.ts';

/** One image of a lock. At least one of newName, tag and digest is given. */
export interface LockedImage extends Readonly<Omit<LockEntry, 'source'>> {
  readonly source?: Readonly<ImageSource>;
  /** Where a field of the entry is written; without a field, or for a missing one, its name. */
  locate(field?: 'name' | 'newName' | 'tag' | 'digest' | 'source' | 'commit'): Location;
}

/** A version that must not come, or an image that must stay. Either `stays`, or at least one of tag, digest and commit. */
export interface LockHold extends Readonly<LockHoldEntry> {
  /** Where it is written. */
  locate(): Location;
}

/** `locks/<environment>.yaml`. */
export interface ImageLock {
  /** The file's path in the tree. */
  readonly file: string;
  readonly environment: string;
  /** In the file's order; no two have names that are the same image. */
  readonly images: readonly LockedImage[];
  /** In the file's order. A render does not look at them. */
  readonly holds: readonly LockHold[];
}
