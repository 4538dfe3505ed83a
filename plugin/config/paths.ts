/**
 * Paths and globs that waybill.yaml names.
 */
import { failure } from '../diagnostics/failure.ts';
import { expandGlob } from '../files/glob.ts';
import { isGlob, resolvePath } from '../files/path.ts';
import type { Path } from '../resources/pointer.ts';
import type { Application } from './application.ts';
import type { PathEntry } from './environment.ts';
import type { Expander } from './expander.ts';

/** The path written at `path` of waybill.yaml, expanded and resolved. Failure `path-escapes`. */
export function pathEntry(application: Application, expander: Expander, path: Path, written: string): PathEntry {
  const { document, directory } = application;
  const text = expander.text(document, path, written);
  let resolved: string;
  try {
    resolved = resolvePath(directory, text);
  } catch {
    // Again with its place, which costs another look at the file.
    resolved = resolvePath(directory, text, document.locate(path));
  }
  return {
    path: resolved,
    get location() {
      return document.locate(path);
    },
  };
}

/**
 * The files that an entry stands for: a glob's matches, or the one file it names. Failures `glob-no-match`,
 * `file-missing`.
 */
export function filesOf(application: Application, entry: PathEntry): string[] {
  const files = expandGlob(application.tree, entry.path);
  if (files.length > 0) return files;
  if (isGlob(entry.path)) {
    throw failure('glob-no-match', `the glob ${entry.path} matches no file`, { location: entry.location });
  }
  const kind = application.tree.kind(entry.path);
  throw failure('file-missing', kind ? `${entry.path} is a directory` : `the file ${entry.path} does not exist`, {
    location: entry.location,
    help: kind ? [`Name its files: ${entry.path}/*.yaml.`] : ['Paths are relative to the application directory.'],
  });
}
