/**
 * Directories that look like applications.
 */
import { isApplication } from '../applications/marks.ts';
import { configFile } from '../config/file-names.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { detectLayout } from './detect.ts';
import { findEnvironmentFirst } from './environment-first.ts';
import { Folder, type Layout } from './layout.ts';

/** Whether the applications below are no parts of what is found here: Argo CD reads one level of plain manifests. */
function isFlat({ source, environments }: Layout): boolean {
  return source.kind === 'manifests' && source.path === '.' && environments.length === 0;
}

/** A directory that looks like one. */
export interface Candidate {
  /** Tree path. */
  readonly directory: string;
  /** Given where the directory itself does not show it: its manifests are elsewhere. */
  readonly layout?: Layout;
}

/**
 * The directories at and below `directory` that have something to render, or a waybill.yaml, those above first. What is
 * inside of one, such as its base, its overlays and its chart, belongs to it.
 */
export function candidatesBelow(tree: FileTree, directory: string): Candidate[] {
  const found = new Map<string, Candidate>();
  const taken = new Set<string>();
  const visit = (path: string): void => {
    if (taken.has(path)) return;
    const hasConfig = tree.kind(joinPath(path, configFile)) !== undefined;
    const spread = hasConfig ? undefined : findEnvironmentFirst(tree, path, taken);
    for (const one of spread?.applications ?? []) found.set(one.directory, one);
    for (const one of spread?.taken ?? []) taken.add(one);
    const layout = spread === undefined ? detectLayout(tree, path) : undefined;
    const isOne = isApplication(tree, path) || layout !== undefined;
    if (isOne && !found.has(path)) found.set(path, { directory: path });
    const isWhole = isOne && (hasConfig || (layout !== undefined && !isFlat(layout)));
    const inside = isWhole ? (layout?.apart ?? []) : new Folder(tree, path).folders();
    for (const name of inside) visit(joinPath(path, name));
  };
  visit(directory);
  return [...found.values()];
}
