/**
 * How the file of a record gets into what Argo CD renders, by where it lies: a resource of the kustomization, a template
 * of the chart, a manifest of the directory; anywhere else it is an extra source of the Application.
 */
import type { Environment } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { baseName, parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { getKey, isArray, isObject } from '../resources/json.ts';
import { openKustomization } from '../sources/kustomize/kustomization.ts';
import { manifestFiles } from '../sources/manifests/inputs.ts';

/** Where the file of a record lies. */
export type Placement =
  /** Argo CD reads it with the directory. */
  | { readonly kind: 'manifest' }
  | {
      readonly kind: 'kustomization';
      /** The kustomization that has to list it, as a tree path. */
      readonly file: string;
      /** As `resources` names it. */
      readonly entry: string;
      readonly isListed: boolean;
    }
  /** In a chart's `templates/`: helm must leave it as it is, and render it for this release alone. */
  | { readonly kind: 'template'; readonly release: string; readonly namespace: string | undefined }
  /** In a chart, and no template: one of the chart's templates reads it. */
  | { readonly kind: 'chart-file' }
  | { readonly kind: 'extra-source'; readonly path: string; readonly include: string };

function isBelow(directory: string, file: string): boolean {
  return directory === '' || file.startsWith(`${directory}/`);
}

function relativeTo(directory: string, file: string): string {
  return directory === '' ? file : file.slice(directory.length + 1);
}

/** `./a.yaml` is `a.yaml`. */
function sameEntry(written: unknown, entry: string): boolean {
  return typeof written === 'string' && written.replace(/^(?:\.\/)+/u, '').replaceAll(/\/(?:\.?\/)+/gu, '/') === entry;
}

/**
 * Where the record of the environment is, or is to be, written.
 * @param record tree path of its file
 * @throws Failure of reading the kustomization; `record-file` for a name that Argo CD's globs would read otherwise
 */
export async function placementOf(
  tree: FileTree,
  directory: string,
  environment: Environment,
  record: string,
): Promise<Placement> {
  const { source, app, namespace } = environment;
  if (source.kind === 'kustomize' && isBelow(source.directory.path, record)) {
    const kustomization = openKustomization(source.directory, tree);
    const { value } = kustomization.document;
    const entry = relativeTo(source.directory.path, record);
    const resources = isObject(value) ? getKey(value, 'resources') : undefined;
    const isListed = isArray(resources) && resources.some((one) => sameEntry(one, entry));
    return { kind: 'kustomization', file: kustomization.file, entry, isListed };
  }
  if (source.kind === 'helm' && isBelow(source.chart.path, record)) {
    if (!/^templates\/.*\.(?:ya?ml|tpl|txt)$/u.test(relativeTo(source.chart.path, record)))
      return { kind: 'chart-file' };
    return { kind: 'template', release: source.releaseName ?? app.name, namespace: namespace ?? app.namespace };
  }
  if (source.kind === 'manifests') {
    const real = landingPath(tree, record);
    const there = tree.kind(record) === 'file' ? tree : createPatchedTree(tree, new Map([[real, Buffer.from('')]]));
    const { referencedFiles } = environment;
    const files = await manifestFiles(source, { tree: there, directory, referencedFiles, warn: () => undefined });
    if (files.includes(record)) return { kind: 'manifest' };
  }
  return extraSource(record, environment);
}

function extraSource(record: string, { native }: Environment): Placement {
  const include = baseName(record);
  if (!/[*?[\]{}\\]/u.test(include) && /\.ya?ml$/u.test(include))
    return { kind: 'extra-source', path: parentPath(record), include };
  throw failure('record-file', `Argo CD would not read ${record} as an extra source`, {
    location: native?.record?.location,
    help: ['Give it a name that ends in .yaml and has none of * ? [ ] { } and \\.'],
  });
}
