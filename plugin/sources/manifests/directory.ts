/**
 * The files of a directory as Argo CD's directory source reads them (reposerver/repository, getPotentiallyValidManifests):
 * its own files, with `recurse` those below, dot files among them; `include` and `exclude` are compared with the path from
 * the directory. Linked directories are not followed.
 */
import type { DirectoryReading } from '../../config/environment.ts';
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import { Failure, failure } from '../../diagnostics/failure.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { baseName, joinPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';

/** What Argo CD takes for a manifest by its name, and a kustomization without an extension, which is refused. */
const MANIFEST = /\.(?:ya?ml|json|jsonnet)$|^Kustomization$/u;
/** What somebody meant for a manifest, and Argo CD does not take for one. */
const ALMOST = /\.(?:ya?ml|json)\s*$/iu;
/** Argo CD's own files about an Application's source. */
const ARGOCD_SOURCE = /^\.argocd-source(?:-.*)?\.yaml$/u;

/** What is needed of the surroundings. */
interface Around {
  readonly tree: FileTree;
  /** Whether a file or directory belongs to somebody else: locks, overlays, other applications. */
  readonly isForeign: (path: string) => boolean;
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** Argo CD's test for a file that it cannot read: whether it looks like a manifest. JSON has quotes around its keys. */
function looksLikeManifest(text: string): boolean {
  return ['apiVersion', 'kind', 'metadata'].every((word) => new RegExp(`${word}"?\\s*:`, 'u').test(text));
}

/** The same for a file that is none of the source's: what cannot be read is no manifest. */
function mayBeManifest(path: string, tree: FileTree): boolean {
  try {
    return looksLikeManifest(tree.readText(path));
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/**
 * Dot files, and files in dot directories, belong to other programs as a rule; Argo CD reads the manifests among them, and
 * passes over the rest.
 */
function isMeant(path: string, isHidden: boolean, tree: FileTree): boolean {
  const name = baseName(path);
  if (!isHidden && !name.startsWith('.')) return true;
  return !ARGOCD_SOURCE.test(name) && looksLikeManifest(tree.readText(path));
}

function isLinked(path: string, directory: string, tree: FileTree): boolean {
  const parent = tree.realPath(directory);
  return parent !== undefined && tree.realPath(path) !== joinPath(parent, baseName(path));
}

function* filesBelow(directory: string, recurse: boolean, around: Around, isHidden = false): Generator<string> {
  const { tree, isForeign, warn } = around;
  for (const name of tree.list(directory)) {
    const path = joinPath(directory, name);
    const kind = tree.kind(path);
    if (isForeign(path)) continue;
    if (kind === 'file' && MANIFEST.test(name) && isMeant(path, isHidden, tree)) yield path;
    if (kind === 'file' && !MANIFEST.test(name) && ALMOST.test(name) && mayBeManifest(path, tree)) {
      const message = `${JSON.stringify(name)} is not read, as by Argo CD, which reads .yaml, .yml and .json in lower case`;
      warn({ severity: 'warning', code: 'source-left-out', message, location: { file: path } });
    }
    if (kind !== 'directory' || !recurse) continue;
    if (!isLinked(path, directory, tree)) yield* filesBelow(path, recurse, around, isHidden || name.startsWith('.'));
    else {
      const message = 'a link to a directory is not followed, as in Argo CD';
      warn({ severity: 'warning', code: 'source-left-out', message, location: { file: path } });
    }
  }
}

/** The subdirectories that hold a manifest at any depth. */
function withManifests(directory: string, around: Around): string[] {
  const { tree, isForeign } = around;
  return tree.list(directory).filter((name) => {
    const path = joinPath(directory, name);
    if (name.startsWith('.') || tree.kind(path) !== 'directory' || isForeign(path)) return false;
    if (isLinked(path, directory, tree)) return false;
    for (const file of filesBelow(path, true, { ...around, warn: () => undefined })) {
      if (looksLikeManifest(tree.readText(file))) return true;
    }
    return false;
  });
}

async function matcher(
  pattern: string | undefined,
  locate: () => Location,
): Promise<((path: string) => boolean) | undefined> {
  if (pattern === undefined || pattern === '') return undefined;
  const { compileArgoCDGlob } = await import('../../expressions/argocd-glob.ts');
  try {
    return compileArgoCDGlob(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw failure('glob-invalid', `the glob ${JSON.stringify(pattern)} is none of Argo CD's: ${error.message}`, {
      location: locate(),
      help: ['It has *, ** and ? (also for slashes), [abc], [a-z], [!a] and {one,two}; Argo CD would match nothing.'],
    });
  }
}

/** Warns of a glob without effect: of `include`, nothing is read, and another message says what follows. */
function warnNoMatch(
  key: 'include' | 'exclude',
  reading: DirectoryReading,
  below: readonly { readonly path: string }[],
  warn: Around['warn'],
): void {
  const glob = JSON.stringify(reading[key]);
  const paths = below.map(({ path }) => path);
  const more = paths.length > 8 ? ` and ${paths.length - 8} more` : '';
  warn({
    severity: 'warning',
    code: 'glob-no-match',
    message: `${key}: ${glob} matches none of the files that are read`,
    location: reading.locate(key),
    help: [
      `Without it these are read: ${paths.slice(0, 8).join(', ') || 'none'}${more}.`,
      'It is compared with the path from the directory, without ./ in front.',
    ],
  });
}

/** The files of `directory`, sorted as Argo CD walks. Failure `glob-invalid`, and what the tree says. */
export async function directoryFiles(
  directory: string,
  reading: DirectoryReading,
  around: Around,
  location: Location,
): Promise<string[]> {
  const include = await matcher(reading.include, () => reading.locate('include'));
  const exclude = await matcher(reading.exclude, () => reading.locate('exclude'));
  const below = [...filesBelow(directory, reading.recurse === true, around)].map((file) => ({
    file,
    path: directory === '' ? file : file.slice(directory.length + 1),
  }));
  for (const [key, matches] of [['include', include] as const, ['exclude', exclude] as const]) {
    // Argo CD reads Waybill's own files as manifests, so a native source excludes them; they are not read here.
    const isOwn =
      key === 'exclude' && ['waybill.yaml', 'locks/production.yaml'].some((path) => matches?.(path) === true);
    if (matches && !isOwn && !below.some(({ path }) => matches(path))) warnNoMatch(key, reading, below, around.warn);
  }
  const files = below
    .filter(({ path }) => exclude?.(path) !== true && include?.(path) !== false)
    .map(({ file }) => file);
  const left = reading.recurse === undefined ? withManifests(directory, around) : [];
  if (left.length > 0) {
    around.warn({
      severity: 'warning',
      code: 'source-left-out',
      message: `manifests in subfolders are skipped, as in Argo CD: ${listNames(left)}`,
      location,
      help: [
        `To read them, write source: { manifests: { path: ${reading.written}, recurse: true } } into waybill.yaml;`,
        'to leave them out without this warning, recurse: false.',
      ],
    });
  }
  return files;
}
