/**
 * Which applications a command changes: the one it is started in, those that are named, or all below.
 */
import { loadApplication } from '../config/load.ts';
import { attemptAll, Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { expandGlob } from '../files/glob.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { lockedEnvironments } from '../lock/locks.ts';
import type { Scope } from './scope.ts';
import { walk } from './walk.ts';

/** Whether a directory has what makes it an application: a waybill.yaml or locks. */
export function isApplication(tree: FileTree, directory: string): boolean {
  return (
    tree.kind(joinPath(directory, 'waybill.yaml')) === 'file' || tree.kind(joinPath(directory, 'locks')) === 'directory'
  );
}

function below(tree: FileTree, directory: string): string[] {
  const folders = Array.from(walk(tree, directory, ['node_modules', 'locks'])).filter(
    ({ kind }) => kind === 'directory',
  );
  return [directory, ...folders.map(({ path }) => path)].filter((folder) => isApplication(tree, folder));
}

function named(tree: FileTree, directory: string, pattern: string): string[] {
  const path = resolvePath(directory, pattern);
  if (tree.kind(path) === 'directory') return [path];
  // Globs are over files: an application has one of these.
  const marks = ['waybill.yaml', 'locks/*.yaml'].flatMap((mark) => expandGlob(tree, joinPath(path, mark)));
  const found = marks.map((file) => file.replace(/\/(waybill\.yaml|locks\/[^/]+)$/u, ''));
  if (found.length > 0) return found;
  throw failure('file-missing', `--application ${pattern} names no application directory`, {
    help: [`It is relative to ${directory || 'the top of the repository'}; *, ** and {a,b} are understood.`],
  });
}

/**
 * Tree paths of the application directories, each once.
 * @throws Failure `file-missing` for a name or glob without a directory, `path-escapes`, `glob-invalid`
 */
export function applicationsOf(tree: FileTree, directory: string, scope: Scope): string[] {
  if (scope.applications.length > 0) {
    return [...new Set(attemptAll(scope.applications, (pattern) => named(tree, directory, pattern)).flat())];
  }
  return scope.all ? below(tree, directory) : [directory];
}

/** The applications at and below `directory` that have locks, as tree paths. */
export function lockedApplications(tree: FileTree, directory: string): string[] {
  return below(tree, directory).filter((folder) => lockedEnvironments(tree, folder).length > 0);
}

/** Undefined for a waybill.yaml that cannot be read. */
function environmentsOf(tree: FileTree, directory: string): readonly string[] | undefined {
  try {
    return [...loadApplication(tree, directory).environments, ...lockedEnvironments(tree, directory)];
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * Those of many applications that have the environment, and those that cannot be read, whose error is told later with
 * the others.
 * @throws Failure `environment-unknown` when there is none
 */
export function withEnvironment(tree: FileTree, directories: readonly string[], environment: string): string[] {
  const known = new Set<string>();
  const found = directories.filter((directory) => {
    const environments = environmentsOf(tree, directory);
    for (const one of environments ?? []) known.add(one);
    return environments === undefined || environments.includes(environment);
  });
  if (found.length > 0) return found;
  throw failure('environment-unknown', `no application here has an environment ${environment}`, {
    help: notFoundHelp('Environments', environment, [...known].sort()),
  });
}
