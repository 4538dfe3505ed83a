/**
 * What an application directory looks like before there is a waybill.yaml: where its manifests come from, and which
 * environments its folders and file names speak of. The usual layouts of kustomize and helm repositories are known.
 */
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

/** What was found. Paths are relative to the application directory. */
export interface Layout {
  readonly source:
    | { readonly kind: 'manifests'; readonly path: string }
    | { readonly kind: 'kustomize'; readonly path: string }
    | { readonly kind: 'helm'; readonly chart: string; readonly valueFiles: readonly string[] };
  /** In alphabetical order; empty when nothing speaks of environments. */
  readonly environments: readonly string[];
}

const ENVIRONMENT = '{{ environment }}';
const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

interface Folder {
  readonly path: string;
  has(name: string): boolean;
  names(name?: string): readonly string[];
}

function folderOf(tree: FileTree, directory: string): Folder {
  const at = (name: string): string => joinPath(directory, name);
  return {
    path: directory,
    has: (name) => tree.kind(at(name)) === 'file',
    names: (name = '') => (tree.kind(at(name)) === 'directory' ? tree.list(at(name)) : []),
  };
}

function isEnvironment(name: string): boolean {
  return /^[a-z0-9-]{1,63}$/u.test(name);
}

function hasKustomization(folder: Folder, below: string): boolean {
  return kustomizations.some((name) => folder.has(joinPath(below, name)));
}

/** `overlays/production/kustomization.yaml` and the like. */
function kustomizeLayout(folder: Folder): Layout | undefined {
  for (const parent of ['overlays', 'environments', 'envs', 'env', '']) {
    const environments = folder
      .names(parent)
      .filter((name) => isEnvironment(name) && name !== 'base' && hasKustomization(folder, joinPath(parent, name)));
    // Without a parent folder, one kustomization beside the manifests is no environment: two, or a base, are needed.
    const enough =
      parent === ''
        ? environments.length > 1 || (environments.length > 0 && hasKustomization(folder, 'base'))
        : environments.length > 0;
    if (enough) return { source: { kind: 'kustomize', path: joinPath(parent, ENVIRONMENT) }, environments };
  }
  const single = ['', 'base'].find((path) => hasKustomization(folder, path));
  return single === undefined ? undefined : { source: { kind: 'kustomize', path: single || '.' }, environments: [] };
}

/** `values-production.yaml`, `values/production.yaml` and the like; the first pattern that fits counts. */
function valueFiles(folder: Folder, chart: string): { pattern: string; environments: string[] } | undefined {
  const places = [...new Set(['', 'values', 'environments', 'envs', 'env', chart])];
  for (const place of places) {
    for (const [before, after] of [
      ['values-', '.yaml'],
      ['values.', '.yaml'],
      ['values_', '.yaml'],
      ['values-', '.yml'],
      ['', '.yaml'],
    ] as const) {
      if (before === '' && (place === '' || place === chart)) continue;
      const environments = folder
        .names(place)
        .filter((name) => name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length)
        .map((name) => name.slice(before.length, name.length - after.length))
        .filter((name) => isEnvironment(name) && name !== 'values');
      if (environments.length > 0) return { pattern: joinPath(place, before + ENVIRONMENT + after), environments };
    }
  }
  return undefined;
}

function helmLayout(folder: Folder): Layout | undefined {
  const chart = ['', 'chart', 'helm'].find((path) => folder.has(joinPath(path, 'Chart.yaml')));
  if (chart === undefined) return undefined;
  const found = valueFiles(folder, chart);
  // The chart's own values.yaml is always read; one beside the chart is not.
  const common = chart !== '' && folder.has('values.yaml') ? ['values.yaml'] : [];
  return {
    source: { kind: 'helm', chart: chart || '.', valueFiles: found ? [...common, found.pattern] : common },
    environments: found?.environments ?? [],
  };
}

/** Plain manifests: below `base` or `manifests` when there is such a folder; environments are known from locks only. */
function plainLayout(folder: Folder): Layout {
  const path = ['base', 'manifests'].find((name) => folder.names(name).length > 0) ?? '.';
  const environments = folder
    .names('locks')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .filter(isEnvironment);
  return { source: { kind: 'manifests', path }, environments };
}

/** The layout of the application directory, in the order in which Argo CD decides: helm, kustomize, plain. */
export function detectLayout(tree: FileTree, directory: string): Layout {
  const folder = folderOf(tree, directory);
  return helmLayout(folder) ?? kustomizeLayout(folder) ?? plainLayout(folder);
}
