/**
 * What the repository's own Applications say about a directory: the name under which Argo CD deploys each environment,
 * its destination, and how Argo CD renders it today. What an Application adds to the directory (parameters, images,
 * patches) is no part of the directory, so such an environment is left out, with the reason.
 */
import type { DeclaredApplication } from '../applications/argocd/read.ts';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import type { Layout, LayoutEnvironment } from './layout.ts';

/** The folder or file of an environment, relative to the application directory. */
export function placeOf({ source }: Layout, environment: LayoutEnvironment | undefined): string {
  const pattern = source.kind === 'helm' ? (source.valueFiles.at(-1) ?? source.chart) : source.path;
  return pattern.replace('*', environment?.raw ?? '').replace(/^\.$/u, '');
}

/** Tree path of what Argo CD gets as `source.path`. */
function sourcePath(layout: Layout, directory: string, environment: LayoutEnvironment | undefined): string {
  const { source } = layout;
  if (source.kind === 'helm') return joinPath(directory, source.chart.replace(/^\.$/u, ''));
  return resolvePath(directory, placeOf(layout, environment));
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);

/** Tree paths of the values files that an Application gives helm. */
function valueFilesOf({ source, path }: DeclaredApplication): string[] | undefined {
  const files = list(getKey(object(getKey(source, 'helm')), 'valueFiles'));
  try {
    return files.map((file) => {
      const text = typeof file === 'string' ? file : '';
      return text.startsWith('/') ? resolvePath('', text.slice(1)) : resolvePath(path, text);
    });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function rendersFiles(
  application: DeclaredApplication,
  { source }: Layout,
  directory: string,
  environment: LayoutEnvironment | undefined,
): boolean {
  if (source.kind !== 'helm') return true;
  const files = source.valueFiles.map((file) => resolvePath(directory, file.replace('*', environment?.raw ?? '')));
  // The chart's own values.yaml is read in any case.
  const own = joinPath(application.path, 'values.yaml');
  const without = (names: readonly string[]): string => names.filter((name) => name !== own).join('\n');
  const given = valueFilesOf(application);
  return given !== undefined && without(given) === without(files);
}

/** The Application that deploys an environment today; undefined when none is known, or several are. */
export function deployedAs(
  applications: readonly DeclaredApplication[],
  layout: Layout,
  directory: string,
  environment: LayoutEnvironment | undefined,
): DeclaredApplication | undefined {
  const path = sourcePath(layout, directory, environment);
  const here = applications.filter((one) => one.path === path && rendersFiles(one, layout, directory, environment));
  return here.length === 1 ? here[0] : undefined;
}

/** Keys of a source that change nothing of what is rendered, or that waybill.yaml can say as well. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  helm: ['valueFiles', 'releaseName', 'version', 'skipCrds', 'passCredentials', 'ignoreMissingValueFiles'],
  kustomize: ['version'],
  directory: ['recurse'],
};

/** What an Application adds that is not in the directory, such as `helm.parameters`; undefined when nothing is. */
export function addedBy({ source }: DeclaredApplication): string | undefined {
  if (getKey(source, 'plugin') !== undefined) return 'plugin';
  for (const [kind, keys] of Object.entries(harmless)) {
    for (const [key, value] of Object.entries(object(getKey(source, kind)))) {
      const isEmpty = value === false || value === '' || value === null || (isArray(value) && value.length === 0);
      const isMore = !keys.includes(key) || key === 'skipCrds' || key === 'ignoreMissingValueFiles';
      if (isMore && !isEmpty && value !== undefined) return `${kind}.${key}`;
    }
  }
  return undefined;
}

/** Whether an Application reads the subfolders of its directory. */
export function readsSubfolders({ source }: DeclaredApplication): boolean {
  return getKey(object(getKey(source, 'directory')), 'recurse') === true;
}

/** Whether an Application reads `directory` as a subfolder of its own directory of manifests. */
export function readsAsSubfolder(application: DeclaredApplication, directory: string): boolean {
  return readsSubfolders(application) && (application.path === '' || directory.startsWith(`${application.path}/`));
}

/** The release name that an Application gives helm; by default its own name. */
export function releaseName({ source, name }: DeclaredApplication): string {
  const given = getKey(object(getKey(source, 'helm')), 'releaseName');
  return typeof given === 'string' && given !== '' ? given : name;
}
