/**
 * Which folder bounds what is read.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The root for a directory on disk: the nearest folder, `directory` itself included, that holds `.git` (a folder, or
 * the file of a worktree or submodule); without one, `directory`. Absolute path.
 */
export function findRoot(directory: string): string {
  const start = resolve(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
