/**
 * A FileTree held in memory: for tests, and for repositories that arrive as an archive.
 */
import { failure } from '../diagnostics/failure.ts';
import { Budget, defaultFileLimits, type FileLimits } from './limits.ts';
import { baseName, parentPath } from './path.ts';
import { decodeText } from './text.ts';
import type { FileTree } from './tree.ts';

/** Gives the bytes of a file of the tree; called only after the budget allowed `size` bytes. */
export interface StoredFile {
  readonly size: number;
  read(): Uint8Array;
}

/** A tree over named files without links. Directories exist where files are. Errors as {@link FileTree} says. */
export function createStoredTree(files: ReadonlyMap<string, StoredFile>, limits: FileLimits): FileTree {
  const budget = new Budget(limits);
  const directories = new Map<string, Set<string>>([['', new Set()]]);
  for (const file of files.keys()) {
    for (let path = file; path !== ''; path = parentPath(path)) {
      const names = directories.get(parentPath(path));
      if (names) {
        names.add(baseName(path));
        break;
      }
      directories.set(parentPath(path), new Set([baseName(path)]));
    }
  }
  function readBytes(path: string): Uint8Array {
    const file = files.get(path);
    if (!file) {
      const what = directories.has(path) ? 'is a directory, not a file' : 'does not exist';
      throw failure('file-missing', `${path || '.'} ${what}`, { location: { file: path } });
    }
    budget.file(path, file.size);
    return file.read();
  }
  return {
    kind: (path) => (files.has(path) ? 'file' : directories.has(path) ? 'directory' : undefined),
    realPath: (path) => (files.has(path) || directories.has(path) ? path : undefined),
    list(path) {
      const names = directories.get(path);
      if (!names) throw failure('file-missing', `the directory ${path} does not exist`, { location: { file: path } });
      budget.names(path, names.size);
      return [...names].sort();
    },
    readBytes,
    readText: (path) => decodeText(path, readBytes(path)),
  };
}

/** A tree of the given files: tree path to text (UTF-8) or bytes. */
export function createMemoryTree(
  files: Readonly<Record<string, string | Uint8Array>>,
  limits: FileLimits = defaultFileLimits,
): FileTree {
  const stored = Object.entries(files).map(([path, content]): [string, StoredFile] => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return [path, { size: bytes.length, read: () => bytes }];
  });
  return createStoredTree(new Map(stored), limits);
}
