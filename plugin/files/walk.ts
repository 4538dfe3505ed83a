/**
 * Lists the files of a repository for commands that look for something in it, without rendering it. What cannot be read
 * (a link that leads outside, a socket) is skipped: a render reports it, with its place.
 */
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from './path.ts';
import type { FileTree } from './tree.ts';

/** A file or a directory of the tree. */
export interface TreeEntry {
  /** Tree path. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
}

/** What to leave out. */
export interface WalkOptions {
  /** Names that are not listed, besides `node_modules` and names that begin with a dot. @default none */
  readonly skip?: readonly string[];
  /** `skip`: no links. `files`: links to files. `all`: links to directories, too; each directory is entered once. */
  readonly links: 'skip' | 'files' | 'all';
}

/** The result of `read`; undefined when the tree refuses. */
export function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * Everything below `directory`, each directory before its content.
 * @throws Failure `file-missing` and the like for `directory` itself
 */
export function* walkTree(tree: FileTree, directory: string, { skip = [], links }: WalkOptions): Generator<TreeEntry> {
  const entered = new Set<string>();
  function* below(folder: string, names: readonly string[]): Generator<TreeEntry> {
    entered.add(tree.realPath(folder) ?? folder);
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules' || skip.includes(name)) continue;
      const path = joinPath(folder, name);
      const kind = readable(() => tree.kind(path));
      const real = kind && readable(() => tree.realPath(path));
      if (kind === undefined || real === undefined) continue;
      if (real !== path && (links === 'skip' || (links === 'files' && kind === 'directory'))) continue;
      yield { path, kind };
      if (kind === 'directory' && !entered.has(real)) yield* below(path, readable(() => tree.list(path)) ?? []);
    }
  }
  yield* below(directory, tree.list(directory));
}
