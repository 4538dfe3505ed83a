/**
 * Walking a repository that is not to be rendered as a whole: what cannot be read there (a link that leads outside, a
 * socket) is somebody else's matter and passed over.
 */
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

function orUndefined<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The text of a file, or undefined when it cannot be read as text. */
export function textOrUndefined(tree: FileTree, path: string): string | undefined {
  return orUndefined(() => tree.readText(path));
}

/** Tree paths below `directory`, without dot files and what `skipped` names. Directories come before what is in them. */
export function* walk(
  tree: FileTree,
  directory: string,
  skipped: readonly string[],
): Generator<{ readonly path: string; readonly kind: 'file' | 'directory' }> {
  for (const name of orUndefined(() => tree.list(directory)) ?? []) {
    if (name.startsWith('.') || skipped.includes(name)) continue;
    const path = joinPath(directory, name);
    const kind = orUndefined(() => tree.kind(path));
    if (kind === undefined) continue;
    yield { path, kind };
    if (kind === 'directory') yield* walk(tree, path, skipped);
  }
}
