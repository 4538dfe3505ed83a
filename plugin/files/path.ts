/**
 * Paths inside a FileTree: relative to the root, forward slashes, no `.` or `..` parts, the root is ''.
 * Everything an author writes as a path goes through {@link resolvePath}, so that `..` is judged in one place.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';

/**
 * The tree path of `path` as written in a file of the directory `base` (itself a tree path). `..` may climb as far as
 * the root; further, or an absolute path, is a Failure `path-escapes` at `location`.
 */
export function resolvePath(base: string, path: string, location?: Location): string {
  if (path.startsWith('/')) {
    throw failure('path-escapes', `the path ${JSON.stringify(path)} is absolute`, {
      location,
      help: ['Write it relative to the directory of the application.'],
    });
  }
  if (path.includes('\0')) {
    throw failure('path-escapes', `the path ${JSON.stringify(path)} holds a NUL character`, { location });
  }
  const parts = base === '' ? [] : base.split('/');
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        throw failure('path-escapes', `the path ${JSON.stringify(path)} leads outside the repository root`, {
          location,
          help: ['Nothing outside the root is read. The root is the nearest folder with .git, or what --root names.'],
        });
      }
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** `name` inside the directory `directory`; both are tree paths. */
export function joinPath(directory: string, name: string): string {
  if (directory === '') return name;
  return name === '' ? directory : `${directory}/${name}`;
}

/** The directory that holds `path`; '' for a name at the root. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of `path`; '' for the root. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path has wildcards (files/glob.ts expands them). */
export function isGlob(path: string): boolean {
  return /[*?[{]/u.test(path);
}
