/**
 * The layout of a directory, in the order in which Argo CD decides: helm, kustomize, plain manifests.
 */
import type { FileTree } from '../files/tree.ts';
import { detect as helm } from './helm.ts';
import { detect as kustomize } from './kustomize.ts';
import { Folder, type Layout } from './layout.ts';
import { detect as plain, manifestsIn } from './plain.ts';

/** Undefined when the directory itself has nothing to render. */
export function detectLayout(tree: FileTree, directory: string): Layout | undefined {
  const folder = new Folder(tree, directory);
  const layout = helm(folder) ?? kustomize(folder) ?? plain(folder);
  if (layout === undefined || readsTop(layout)) return layout;
  const beside = manifestsIn(folder, '').map((name) => ({
    directory: folder.at(name),
    reason: 'is not part of the rendered source',
  }));
  return beside.length === 0 ? layout : { ...layout, leftOut: [...layout.leftOut, ...beside] };
}

/** Whether files of the directory itself are rendered, or are the chart's. */
function readsTop({ source }: Layout): boolean {
  return source.kind === 'helm' ? source.chart === '.' : source.path === '.';
}
