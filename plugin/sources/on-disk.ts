/**
 * A folder on disk for programs that need one. The tree's own folder, when it has one and the program only reads;
 * else a copy of what the program needs, laid out as in the tree, in a temporary folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withScratch } from '../binaries/scratch.ts';
import { joinPath, parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

function copyDirectory(tree: FileTree, directory: string, root: string, copied: Set<string>): void {
  if (copied.has(directory)) return;
  copied.add(directory);
  mkdirSync(join(root, directory), { recursive: true });
  for (const name of tree.list(directory)) {
    if (name === '.git') continue;
    const path = joinPath(directory, name);
    if (tree.kind(path) === 'directory') copyDirectory(tree, path, root, copied);
    else writeFileSync(join(root, path), tree.readBytes(path));
  }
}

/** Copies files and whole directories of the tree to the same paths below `root`. Links become what they lead to. */
function copyPaths(tree: FileTree, paths: Iterable<string>, root: string): void {
  const copied = new Set<string>();
  for (const path of paths) {
    if (tree.kind(path) === 'directory') copyDirectory(tree, path, root, copied);
    else {
      mkdirSync(join(root, parentPath(path)), { recursive: true });
      writeFileSync(join(root, path), tree.readBytes(path));
    }
  }
}

/**
 * Gives `work` the absolute path of a folder that holds `paths` of the tree at their places, directories with
 * everything below them. With `writable` it is always a copy: the tree's own folder is never written to.
 */
export async function onDisk<Result>(
  tree: FileTree,
  paths: Iterable<string>,
  options: { readonly writable: boolean },
  work: (root: string) => Promise<Result>,
): Promise<Result> {
  if (tree.directory !== undefined && !options.writable) return work(tree.directory);
  return withScratch(async ({ files }) => {
    copyPaths(tree, paths, files);
    return work(files);
  });
}
