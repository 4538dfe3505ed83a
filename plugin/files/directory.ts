/**
 * A FileTree over a directory on disk.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { failure } from '../diagnostics/failure.ts';
import { isSystemError } from '../diagnostics/system-error.ts';
import type { FileLimits } from './limits.ts';
import { LinkedTree } from './linked-tree.ts';
import type { Entry, Kind, Store } from './store.ts';
import type { FileTree } from './tree.ts';

interface Stat {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function kindOf(stat: Stat): Kind {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'link' : 'special';
}

/** What the operating system refused, as a Failure; other errors as they are. */
function unreadable(path: string, error: unknown): Error {
  if (!isSystemError(error)) return error instanceof Error ? error : new Error(String(error));
  const isPermission = error.code === 'EACCES' || error.code === 'EPERM';
  return failure('file-unreadable', `${path || '.'} cannot be read (${error.code})`, {
    location: { file: path },
    help: isPermission ? ['Check its owner and permissions, and those of each folder above it.'] : [],
  });
}

/** `O_NOFOLLOW` and the fstat hold also if the file was exchanged since it was looked at; with `O_NONBLOCK` a pipe in its place does not block. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

class DirectoryStore implements Store {
  readonly directory: string;

  constructor(root: string) {
    try {
      this.directory = realpathSync(root);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const { code } = error;
      if (['ENOENT', 'ENOTDIR'].includes(code)) throw failure('file-missing', `the directory ${root} does not exist`);
      throw failure('file-unreadable', `the directory ${root} cannot be read (${code})`);
    }
  }

  kindOf(path: string): Kind | undefined {
    try {
      return kindOf(lstatSync(`${this.directory}/${path}`));
    } catch (error) {
      if (isSystemError(error) && ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code)) return undefined;
      throw unreadable(path, error);
    }
  }

  readLink(path: string): string {
    try {
      return readlinkSync(`${this.directory}/${path}`);
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  list(path: string): readonly Entry[] {
    try {
      const entries = readdirSync(`${this.directory}/${path}`, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  read(path: string, allow: (bytes: number) => void): Uint8Array {
    let handle: number | undefined;
    try {
      handle = openSync(`${this.directory}/${path}`, READ);
      const stat = fstatSync(handle);
      if (!stat.isFile()) {
        throw failure('file-special', `${path} is not an ordinary file`, { location: { file: path } });
      }
      allow(stat.size);
      const bytes = Buffer.allocUnsafe(stat.size);
      let length = 0;
      while (length < bytes.length) {
        const count = readSync(handle, bytes, length, bytes.length - length, null);
        if (count === 0) break;
        length += count;
      }
      return bytes.subarray(0, length);
    } catch (error) {
      throw unreadable(path, error);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }
}

/**
 * A tree over the directory `root` on disk. Links that stay inside are followed; absolute links, links that leave the
 * root, circles and broken links, devices, sockets and pipes are Failures (`path-escapes`, `file-link-loop`,
 * `file-link-broken`, `file-special`). A file over `limits.fileBytes` is refused before it is read.
 * What is listed or looked at is remembered: make a new tree to see later changes.
 */
export function createDirectoryTree(root: string, limits: FileLimits): FileTree {
  return new LinkedTree(new DirectoryStore(root), limits);
}
