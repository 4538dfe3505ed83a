/**
 * Directories that look like applications.
 */
import { isApplication } from '../applications/marks.ts';
import { configFile } from '../config/file-names.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { detectLayout } from './detect.ts';
import { Folder, type Layout } from './layout.ts';

/** Whether the applications below are no parts of what is found here: Argo CD reads one level of plain manifests. */
function isFlat({ source, environments }: Layout): boolean {
  return source.kind === 'manifests' && source.path === '.' && environments.length === 0;
}

/**
 * The tree paths of the directories at and below `directory` that have something to render, or a waybill.yaml, those
 * above first. What is inside of one, such as its base, its overlays and its chart, belongs to it.
 */
export function candidatesBelow(tree: FileTree, directory: string): string[] {
  const layout = detectLayout(tree, directory);
  const isOne = isApplication(tree, directory) || layout !== undefined;
  const folders = new Folder(tree, directory).folders();
  const isWhole = isOne && (tree.kind(joinPath(directory, configFile)) !== undefined || (layout && !isFlat(layout)));
  const inside = isWhole ? (layout?.apart ?? []) : folders;
  const below = inside.flatMap((name) => candidatesBelow(tree, joinPath(directory, name)));
  return isOne ? [directory, ...below] : below;
}
