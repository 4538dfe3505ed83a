/**
 * Which files a plain source is made of.
 */
import { isApplication } from '../../applications/marks.ts';
import type { PathEntry, Source } from '../../config/environment.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { expandGlob } from '../../files/glob.ts';
import { baseName, isGlob, joinPath, parentPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import type { SourceContext } from '../context.ts';

const MANIFEST = /\.(?:ya?ml|json|jsonnet)$/u;
const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/u;
const WAYBILL = 'waybill.yaml';

/** Argo CD reads no file that has these words in it. */
export const skipMarker = '+argocd:skip-file-rendering';

/** What a plain source needs of its surroundings. */
type Surroundings = Pick<SourceContext, 'tree' | 'directory' | 'referencedFiles' | 'warn'>;

/** Failure `source-jsonnet` for a file that Argo CD would evaluate. */
function refuseJsonnet(file: string, tree: FileTree): void {
  if (!file.endsWith('.jsonnet') || tree.readText(file).includes(skipMarker)) return;
  throw failure('source-jsonnet', `${baseName(file)} is Jsonnet, which Waybill does not evaluate`, {
    location: { file },
    help: [
      'Argo CD would evaluate it: write what it gives as YAML.',
      'To skip it, set exclude: "*.jsonnet" next to path in source.manifests of waybill.yaml.',
    ],
  });
}

/** Failure `source-mixed` for a file that says that its directory is another kind of source. */
function refuseOtherSources(file: string): void {
  const name = baseName(file);
  const what = KUSTOMIZATION.test(name) ? 'a kustomization' : name === 'Chart.yaml' ? 'a helm chart' : undefined;
  if (what === undefined) return;
  const word = name === 'Chart.yaml' ? 'helm' : 'kustomize';
  throw failure('source-mixed', `${what} is inside a source of plain manifests`, {
    location: { file },
    help: [
      `To render it, name its directory as the source in waybill.yaml (source.${word}).`,
      'To skip it, list the manifests or exclude it (source.manifests accepts globs, and exclude), or make it a separate application.',
    ],
  });
}

/** The directories whose files belong to nobody here: locks, and applications of their own. */
function isForeign(directory: string, { tree, directory: application }: Surroundings): boolean {
  if (directory === joinPath(application, 'locks')) return true;
  return directory !== application && isApplication(tree, directory);
}

function* walk(directory: string, around: Surroundings): Generator<string> {
  for (const name of around.tree.list(directory)) {
    if (name.startsWith('.')) continue;
    const path = joinPath(directory, name);
    if (around.tree.kind(path) === 'directory') {
      if (!isForeign(path, around)) yield* walk(path, around);
    } else if (MANIFEST.test(name) || KUSTOMIZATION.test(name)) yield path;
  }
}

/** Whether a directory between `file` and `base`, the part of a glob before its wildcards, belongs to somebody else. */
function inForeignDirectory(file: string, base: string, around: Surroundings): boolean {
  for (let above = parentPath(file); above.length > base.length; above = parentPath(above)) {
    if (isForeign(above, around)) return true;
  }
  return false;
}

function existingNames(tree: FileTree, path: string): readonly string[] {
  const parent = parentPath(path);
  return tree.kind(parent) === 'directory' ? tree.list(parent).filter((name) => !name.startsWith('.')) : [];
}

function noGlob(entry: PathEntry): Error {
  return failure('file-missing', `${entry.path} is no directory`, {
    location: entry.location,
    help: ['path is a directory; include and exclude select its files.'],
  });
}

function filesOf(entry: PathEntry, around: Surroundings): string[] {
  const { path, location } = entry;
  const kind = around.tree.kind(path);
  // A file that is named is meant, whatever its name.
  if (kind === 'file') return [path];
  if (kind === 'directory') return [...walk(path, around)];
  if (isGlob(path)) {
    const parts = path.split('/');
    const base = parts.slice(0, parts.findIndex(isGlob)).join('/');
    const found = expandGlob(around.tree, path).filter((file) => !inForeignDirectory(file, base, around));
    if (found.length > 0) return found;
    throw failure('file-missing', `no file matches ${path}`, {
      location,
      help: ['A list of manifests that finds nothing is a mistake more often than not: correct or remove it.'],
    });
  }
  throw failure('file-missing', `${path} does not exist`, {
    location,
    help: notFoundHelp(`In ${parentPath(path) || '.'}`, baseName(path), existingNames(around.tree, path)),
  });
}

/**
 * The manifest files of a plain source, each once, in the order of `entries` and sorted within each. Left out: dot
 * files (but those that Argo CD reads), the application's `locks/`, what waybill.yaml refers to, and nested applications. Failure `file-missing`,
 * `source-mixed`, and what the tree says.
 */
export async function manifestFiles(
  { paths: entries, reading }: Pick<Extract<Source, { kind: 'manifests' }>, 'paths' | 'reading'>,
  around: Surroundings,
): Promise<readonly string[]> {
  const [first] = entries;
  const isOther = (file: string): boolean => around.referencedFiles.has(file) || baseName(file) === WAYBILL;
  let found: readonly string[];
  if (reading && first && around.tree.kind(first.path) === 'directory') {
    const { directoryFiles } = await import('./directory.ts');
    const isSomebodys = (path: string): boolean =>
      around.tree.kind(path) === 'directory' ? isForeign(path, around) : isOther(path);
    found = await directoryFiles(first.path, reading, { ...around, isForeign: isSomebodys }, first.location);
  } else {
    if (reading && first && isGlob(first.path)) throw noGlob(first);
    found = attemptAll(entries, (entry) => filesOf(entry, around)).flat();
  }
  const files = new Set(found.filter((file) => !isOther(file)));
  attemptAll(files, (file) => {
    refuseOtherSources(file);
    refuseJsonnet(file, around.tree);
  });
  return [...files];
}
