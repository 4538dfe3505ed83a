/**
 * Globs over a FileTree, by picomatch: `*` and `?` stay inside one name, `**` crosses directories, `[a-c]` and `{a,b}`
 * choose. Names that begin with a dot match only where the glob writes the dot.
 *
 * Load it on demand: an ordinary render needs no glob.
 */
import picomatch from 'picomatch';
import { isGlob, joinPath } from './path.ts';
import type { FileTree } from './tree.ts';

/** Extended globs are off: they are the ones that can take for ever on a hostile name. */
const options = { noextglob: true, nonegate: true };

function* filesBelow(tree: FileTree, directory: string, dots: boolean): Generator<string> {
  for (const name of tree.list(directory)) {
    if (name.startsWith('.') && !dots) continue;
    const path = joinPath(directory, name);
    if (tree.kind(path) === 'directory') yield* filesBelow(tree, path, dots);
    else yield path;
  }
}

/**
 * The files of the tree that match a glob (a tree path with wildcards), sorted by directory. Only what lies below the
 * part of the glob before its first wildcard is looked at. Empty when nothing matches. Failures of the tree pass.
 */
export function expandGlob(tree: FileTree, glob: string): string[] {
  const parts = glob.split('/');
  const base = parts
    .slice(
      0,
      parts.findIndex((part) => isGlob(part) || part.includes('\\')),
    )
    .join('/');
  if (tree.kind(base) !== 'directory') return [];
  const matches = picomatch(glob, options);
  const dots = glob.includes('/.') || glob.startsWith('.');
  return [...filesBelow(tree, base, dots)].filter((path) => matches(path));
}
