/**
 * Which applications a command changes: the one it is started in, those that are named, or all below.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { expandGlob } from '../files/glob.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { lockedEnvironments } from '../lock/locks.ts';
import { walk } from './walk.ts';

/** What a command line says about the applications. */
export interface Scope {
  /** Every application at and below the directory. */
  readonly all: boolean;
  /** Directories or globs of them, relative to the directory; none: the directory itself, unless `all`. */
  readonly applications: readonly string[];
}

/** Whether the command is for several applications, so that its words must name them. */
export function isWide({ all, applications }: Scope): boolean {
  return all || applications.length > 0;
}

function isApplication(tree: FileTree, directory: string): boolean {
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
