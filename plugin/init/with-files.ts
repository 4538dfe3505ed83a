/**
 * A tree with some more files than the tree it stands for: to render what is not written yet.
 */
import { createPatchedTree, landingPath } from '../files/patched.ts';
import type { FileTree } from '../files/tree.ts';

/** `tree` with these texts, by tree path. What helm and kustomize read is still the folder on disk. */
export function withFiles(tree: FileTree, files: ReadonlyMap<string, string>): FileTree {
  const bytes = new Map(Array.from(files, ([path, text]) => [landingPath(tree, path), Buffer.from(text)]));
  return { ...createPatchedTree(tree, bytes), ...(tree.directory === undefined ? {} : { directory: tree.directory }) };
}
