/**
 * What makes a directory the directory of an application: a waybill.yaml, or a lock in `locks/`. This is the only
 * definition; every command and the sources of plain manifests use it.
 */
import { configFile, mistakenConfigFiles } from '../config/file-names.ts';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

/** Globs of the files that {@link isApplication} looks at, relative to the directory. */
export const marks = [configFile, ...mistakenConfigFiles, 'locks/*.yaml', 'locks/*.yml', 'locks/*.json'] as const;

/** What cannot be looked at counts as there: whoever loads the application reports why. */
function orTrue(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (error instanceof Failure) return true;
    throw error;
  }
}

/**
 * Whether the text of a file in `locks/` may be an image lock. A directory `locks` can be somebody else's, such as a
 * chart's `templates/locks`; an empty or damaged lock is still one.
 */
function maybeLock(text: string): boolean {
  return text.trim() === '' || text.includes('waybill.dev') || /(?:^|[{,])\s*"?images"?\s*:/mu.test(text);
}

function hasLock(tree: FileTree, directory: string): boolean {
  const folder = joinPath(directory, 'locks');
  if (tree.kind(folder) !== 'directory') return false;
  return tree.list(folder).some((name) => {
    if (!/^[^.].*\.(?:ya?ml|json)$/u.test(name)) return false;
    const file = joinPath(folder, name);
    return orTrue(() => tree.kind(file) === 'file' && maybeLock(tree.readText(file)));
  });
}

/**
 * Whether the directory (a tree path) is an application's. A misspelt waybill.yaml counts: loading it says so.
 * @param names what the directory has, where that is known: what is not among it is not looked for, which matters for
 * thousands of directories. Upper and lower case are one, since some disks have it so.
 */
export function isApplication(tree: FileTree, directory: string, names?: readonly string[]): boolean {
  const lower = names && new Set(names.map((name) => name.toLowerCase()));
  const mayHave = (name: string): boolean => lower?.has(name.toLowerCase()) ?? true;
  return (
    [configFile, ...mistakenConfigFiles].some(
      (name) => mayHave(name) && orTrue(() => tree.kind(joinPath(directory, name)) !== undefined),
    ) ||
    (mayHave('locks') && orTrue(() => hasLock(tree, directory)))
  );
}

/** The nearest application directory above `directory`; undefined when there is none. */
export function applicationAbove(tree: FileTree, directory: string): string | undefined {
  for (let above = directory; above !== ''; ) {
    above = above.includes('/') ? above.slice(0, above.lastIndexOf('/')) : '';
    if (isApplication(tree, above)) return above;
  }
  return undefined;
}
