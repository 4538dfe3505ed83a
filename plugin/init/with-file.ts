/**
 * A tree with one file more than the tree it stands for: to render what is not written yet.
 */
import { baseName, parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

/** `tree`, and at `path` (whose directory exists) a file with this text. */
export function withFile(tree: FileTree, path: string, text: string): FileTree {
  return {
    ...(tree.directory === undefined ? {} : { directory: tree.directory }),
    kind: (other) => (other === path ? 'file' : tree.kind(other)),
    realPath: (other) => (other === path ? path : tree.realPath(other)),
    list: (directory) =>
      directory === parentPath(path)
        ? [...new Set([...tree.list(directory), baseName(path)])].sort()
        : tree.list(directory),
    readBytes: (other) => (other === path ? Buffer.from(text) : tree.readBytes(other)),
    readText: (other) => (other === path ? text : tree.readText(other)),
  };
}
