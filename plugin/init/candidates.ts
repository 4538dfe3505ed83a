/**
 * Directories that look like applications.
 */
import { isApplication } from '../applications/marks.ts';
import { configFile } from '../config/file-names.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { detectLayout } from './detect.ts';
import { Folder } from './layout.ts';

/** Whether the applications below are no parts of what is found here: Argo CD reads one level of plain manifests. */
function isFlat(tree: FileTree, directory: string): boolean {
  const layout = detectLayout(tree, directory);
  if (layout === undefined) return true;
  return layout.source.kind === 'manifests' && layout.source.path === '.' && layout.environments.length === 0;
}

/**
 * The tree paths of the directories at and below `directory` that have something to render, or a waybill.yaml, those
 * above first. What is inside of one, such as its base, its overlays and its chart, belongs to it.
 */
export function candidatesBelow(tree: FileTree, directory: string): string[] {
  const isOne = isApplication(tree, directory) || detectLayout(tree, directory) !== undefined;
  if (isOne && (tree.kind(joinPath(directory, configFile)) !== undefined || !isFlat(tree, directory)))
    return [directory];
  const below = new Folder(tree, directory)
    .folders()
    .flatMap((name) => candidatesBelow(tree, joinPath(directory, name)));
  return isOne ? [directory, ...below] : below;
}
