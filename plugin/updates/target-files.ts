/**
 * Which files a command edits: those that the user named, or the usual ones.
 */
import { failure } from '../diagnostics/failure.ts';
import { expandGlob } from '../files/glob.ts';
import { resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { walkTree } from '../files/walk.ts';

function below(tree: FileTree, directory: string, usual: RegExp): string[] {
  // Locks are written by their own writer.
  return Array.from(walkTree(tree, directory, { skip: ['locks', 'waybill.yaml'], links: 'all' }))
    .filter(({ path, kind }) => kind === 'file' && usual.test(path))
    .map(({ path }) => path);
}

/**
 * The files that `patterns` (relative to `directory`, globs allowed) name; without patterns, all files below it whose
 * name matches `usual`. Tree paths.
 * @throws Failure `file-missing` for a pattern that names nothing
 */
export function filesOf(tree: FileTree, directory: string, patterns: readonly string[], usual: RegExp): string[] {
  if (patterns.length === 0) return tree.kind(directory) === 'directory' ? below(tree, directory, usual) : [];
  return patterns.flatMap((pattern) => {
    const found = expandGlob(tree, resolvePath(directory, pattern));
    if (found.length > 0) return found;
    throw failure('file-missing', `--file ${pattern} names no file`, {
      help: [`It is relative to ${directory || 'the application directory'}; *, ** and {a,b} are understood.`],
    });
  });
}
