/**
 * The layout of a directory, in the order in which Argo CD decides: helm, kustomize, plain manifests.
 */
import type { FileTree } from '../files/tree.ts';
import { detect as helm } from './helm.ts';
import { detect as kustomize } from './kustomize.ts';
import { Folder, type Layout } from './layout.ts';
import { detect as plain } from './plain.ts';

/** Undefined when the directory itself has nothing to render. */
export function detectLayout(tree: FileTree, directory: string): Layout | undefined {
  const folder = new Folder(tree, directory);
  return helm(folder) ?? kustomize(folder) ?? plain(folder);
}
