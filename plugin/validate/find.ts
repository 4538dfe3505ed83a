/**
 * Every application below a directory: the folders with a waybill.yaml.
 */
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

const skipped = new Set(['node_modules']);

/**
 * Tree paths of the application directories at and below `directory`, parents first. Hidden folders and node_modules
 * are not entered. A directory without any counts as one application itself.
 */
export function findApplications(tree: FileTree, directory: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    if (tree.kind(joinPath(folder, 'waybill.yaml')) === 'file') found.push(folder);
    for (const name of tree.list(folder)) {
      const path = joinPath(folder, name);
      if (!name.startsWith('.') && !skipped.has(name) && tree.kind(path) === 'directory') visit(path);
    }
  };
  visit(directory);
  return found.length === 0 ? [directory] : found;
}
