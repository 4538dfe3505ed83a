/**
 * From the directory that somebody typed to the root and the path inside it, which is how everything else names files.
 */
import { realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { Failure, failure } from '../../diagnostics/failure.ts';
import type { ReadSource } from '../../diagnostics/format.ts';
import { findRoot } from '../../files/root.ts';
import type { FileTree } from '../../files/tree.ts';
import { UsageError } from '../command.ts';
import type { Session } from '../session.ts';

/** Where an application lies on disk. */
export interface ApplicationLocation {
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly directory: string;
}

function realDirectory(session: Session, typed: string): string {
  const path = session.path(typed);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return realpathSync(path);
  throw failure('file-missing', stat ? `${typed} is a file` : `the directory ${typed} does not exist`, {
    help: stat ? ['Give the directory that holds it.'] : [],
  });
}

/**
 * Where the directory that was typed lies: below the folder of `--root`, else below the nearest one with `.git`, else
 * it is the root itself.
 * @throws Failure `file-missing`; UsageError when it is outside the root
 */
export function placeOf(session: Session, typed: string, root: string | undefined): ApplicationLocation {
  const directory = realDirectory(session, typed);
  const folder = root === undefined ? findRoot(directory) : realDirectory(session, root);
  const inside = relative(folder, directory).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../')) {
    throw new UsageError(`${typed} is not inside the root ${folder}`);
  }
  return { root: folder, directory: inside };
}

/**
 * Where several directories lie that are looked at together.
 * @throws as {@link placeOf}; UsageError when they have different roots
 */
export function onePlace(
  session: Session,
  typed: readonly string[],
  root: string | undefined,
): { readonly root: string; readonly directories: readonly string[] } {
  const places = typed.map((one) => placeOf(session, one, root));
  const [first, other] = new Set(places.map((place) => place.root));
  if (first === undefined || other !== undefined) {
    throw new UsageError('the directories are in different repositories: take them one by one, or give --root');
  }
  return { root: first, directories: places.map(({ directory }) => directory) };
}

/** Reads the lines shown under a diagnostic from the tree that was rendered; nothing for files that are not in it. */
export function readSourceOf(tree: FileTree): ReadSource {
  return (file) => {
    try {
      return tree.kind(file) === 'file' ? tree.readText(file) : undefined;
    } catch (error) {
      // The diagnostic itself says what is wrong with the file; there is just no line to show.
      if (error instanceof Failure) return undefined;
      throw error;
    }
  };
}
