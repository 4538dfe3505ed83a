/**
 * Where a tree's files are kept: a disk, a git revision, memory. A store knows nothing of links' meaning, limits or
 * text; linked-tree.ts is all of that, once for every store.
 */

/** What is at a place, links not followed. `special`: a device, socket or pipe. */
export type Kind = 'file' | 'directory' | 'link' | 'special';

/** A name in a directory. */
export interface Entry {
  readonly name: string;
  readonly kind: Kind;
}

/** Tree paths given to a store never go through a link. */
export interface Store {
  /** The folder on disk that is the root, when there is one. */
  readonly directory?: string;
  /** Undefined when nothing is there. */
  kindOf(path: string): Kind | undefined;
  /** The target of the link at `path`, as written in it. */
  readLink(path: string): string;
  /** The names in the directory at `path`, in any order. */
  list(path: string): readonly Entry[];
  /** The bytes of the file at `path`. `allow` is called with their number before they are read, and may throw. */
  read(path: string, allow: (bytes: number) => void): Uint8Array;
}
