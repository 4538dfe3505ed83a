/**
 * A FileTree with some files as they are elsewhere: as a commit has them, or as a command is about to write them.
 */
import { failure } from '../diagnostics/failure.ts';
import { baseName, joinPath, parentPath } from './path.ts';
import { decodeText } from './text.ts';
import type { FileTree } from './tree.ts';

/**
 * Where a file that is written at `path` really lies: links on the way, and the link that the file itself may be, are
 * followed by the tree's rules. A file that does not exist lies in its folder.
 * @throws Failure `path-escapes`, `file-link-broken`, `file-link-loop`
 */
export function landingPath(tree: FileTree, path: string): string {
  const real = tree.realPath(path);
  if (real !== undefined) return real;
  return path === '' ? '' : joinPath(landingPath(tree, parentPath(path)), baseName(path));
}

/**
 * The tree with other bytes in some files.
 * @param files by real path ({@link landingPath}); undefined: the file is not there
 */
export function createPatchedTree(tree: FileTree, files: ReadonlyMap<string, Uint8Array | undefined>): FileTree {
  const added = new Set<string>();
  for (const [path, bytes] of files) {
    if (bytes === undefined) continue;
    for (let folder = parentPath(path); folder !== ''; folder = parentPath(folder)) added.add(folder);
  }
  function kind(path: string): 'file' | 'directory' | undefined {
    const real = landingPath(tree, path);
    if (files.has(real)) return files.get(real) === undefined ? undefined : 'file';
    return tree.kind(path) ?? (added.has(real) ? 'directory' : undefined);
  }
  function readBytes(path: string): Uint8Array {
    const real = landingPath(tree, path);
    if (!files.has(real)) return tree.readBytes(path);
    const bytes = files.get(real);
    if (bytes !== undefined) return bytes;
    throw failure('file-missing', `${path} does not exist`, { location: { file: path } });
  }
  return {
    kind,
    readBytes,
    realPath: (path) => (kind(path) === undefined ? undefined : landingPath(tree, path)),
    list(path) {
      const real = landingPath(tree, path);
      const names = new Set(tree.kind(path) === 'directory' || !added.has(real) ? tree.list(path) : []);
      for (const [file, bytes] of files) {
        if (parentPath(file) !== real) continue;
        if (bytes === undefined) names.delete(baseName(file));
        else names.add(baseName(file));
      }
      for (const folder of added) if (parentPath(folder) === real) names.add(baseName(folder));
      return [...names].sort();
    },
    readText: (path) => decodeText(path, readBytes(path)),
  };
}
