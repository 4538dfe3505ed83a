/**
 * A FileTree over a directory on disk.
 *
 * A path is walked part by part: symbolic links are read, judged and followed here and never left to the operating
 * system, so that nothing outside the root is opened even when a link says so. Argo CD refuses repositories with
 * links that are absolute or leave the repository (util/app/path, CheckOutOfBoundsSymlinks); so does this.
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
import { Budget, type FileLimits } from './limits.ts';
import { joinPath, parentPath } from './path.ts';
import { decodeText } from './text.ts';
import type { FileTree } from './tree.ts';

/** As in Linux (path_resolution(7)). */
const MAX_LINKS = 40;
const MAX_PATH = 4096;

type Kind = 'file' | 'directory' | 'link' | 'special';

/** Something that exists: its tree path without links. */
interface Found {
  readonly real: string;
  readonly kind: 'file' | 'directory';
}

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

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function unreadable(path: string, error: unknown): Error {
  const code = errorCode(error);
  if (code === '') return error instanceof Error ? error : new Error(String(error));
  return failure('file-unreadable', `${path || '.'} cannot be read (${code})`, { location: { file: path } });
}

class DirectoryTree implements FileTree {
  readonly directory: string;
  readonly #budget: Budget;
  /** Tree path (links included) to the tree path without links. Only what exists. */
  readonly #resolved = new Map<string, Found>();
  /** Links already followed, so that links made of links cost no more than their number. */
  readonly #links = new Map<string, Found>();
  readonly #kinds = new Map<string, Kind>();
  readonly #listed = new Map<string, readonly string[]>();

  constructor(root: string, limits: FileLimits) {
    try {
      this.directory = realpathSync(root);
    } catch (error) {
      throw failure('file-missing', `the directory ${root} does not exist (${errorCode(error)})`);
    }
    this.#budget = new Budget(limits);
    this.#resolved.set('', { real: '', kind: 'directory' });
  }

  /** Kind of a path whose parent is free of links; undefined when nothing is there. */
  #lstat(real: string): Kind | undefined {
    const known = this.#kinds.get(real);
    if (known !== undefined) return known;
    let kind: Kind;
    try {
      kind = kindOf(lstatSync(`${this.directory}/${real}`));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error))) return undefined;
      throw unreadable(real, error);
    }
    this.#kinds.set(real, kind);
    return kind;
  }

  /** Follows the link at `link` (a path without links before it). Failure when it leaves the root or has no target. */
  #follow(link: string, hops: number): Found {
    const known = this.#links.get(link);
    if (known) return known;
    const location = { file: link };
    if (hops > MAX_LINKS) throw failure('file-link-loop', `the symbolic link ${link} leads in a circle`, { location });
    const target = readlinkSync(`${this.directory}/${link}`);
    const help = ['Only links that stay inside the repository are followed.'];
    if (target.startsWith('/')) {
      throw failure('path-escapes', `the symbolic link ${link} leads to the absolute path ${target}`, {
        location,
        help,
      });
    }
    let real = parentPath(link);
    let kind: 'file' | 'directory' = 'directory';
    for (const part of target.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (real === '') {
          throw failure('path-escapes', `the symbolic link ${link} leads outside the root (${target})`, {
            location,
            help,
          });
        }
        real = parentPath(real);
        kind = 'directory';
        continue;
      }
      const next: Found | undefined = kind === 'directory' ? this.#step(joinPath(real, part), hops + 1) : undefined;
      if (!next)
        throw failure('file-link-broken', `the symbolic link ${link} leads to nothing (${target})`, { location });
      ({ real, kind } = next);
    }
    const found: Found = { real, kind };
    this.#links.set(link, found);
    return found;
  }

  /** One step of a walk: what is at `path`, whose parent is free of links. */
  #step(path: string, hops: number): Found | undefined {
    const kind = this.#lstat(path);
    if (kind === 'link') return this.#follow(path, hops);
    if (kind === 'special') {
      throw failure('file-special', `${path} is neither a file nor a directory, but a device, socket or pipe`, {
        location: { file: path },
      });
    }
    return kind === undefined ? undefined : { real: path, kind };
  }

  /** Where `path` really is. Every part is looked at once; later calls answer from memory. */
  #resolve(path: string): Found | undefined {
    const known = this.#resolved.get(path);
    if (known) return known;
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..') || path.includes('\0')) {
      throw failure('path-escapes', `${JSON.stringify(path)} is not a path inside the root`, {
        location: { file: path },
      });
    }
    if (path.length > MAX_PATH) return undefined;
    const parent = this.#resolve(parentPath(path));
    if (parent?.kind !== 'directory') return undefined;
    const found = this.#step(joinPath(parent.real, path.slice(path.lastIndexOf('/') + 1)), 0);
    if (!found) return undefined;
    // A directory that is reached again on the way to itself would let a walk run for ever.
    if (found.kind === 'directory' && found.real !== path) {
      for (let above = path; above !== ''; ) {
        above = parentPath(above);
        if (this.#resolved.get(above)?.real === found.real) {
          throw failure('file-link-loop', `${path} leads back to its own parent ${above || '.'}`, {
            location: { file: path },
            help: ['A symbolic link to a directory above itself has no end.'],
          });
        }
      }
    }
    this.#resolved.set(path, found);
    return found;
  }

  kind(path: string): 'file' | 'directory' | undefined {
    return this.#resolve(path)?.kind;
  }

  realPath(path: string): string | undefined {
    return this.#resolve(path)?.real;
  }

  list(path: string): readonly string[] {
    const found = this.#resolve(path);
    if (found?.kind !== 'directory') {
      throw failure('file-missing', `the directory ${path} does not exist`, { location: { file: path } });
    }
    const known = this.#listed.get(found.real);
    if (known) return known;
    let entries;
    try {
      entries = readdirSync(`${this.directory}/${found.real}`, { withFileTypes: true });
    } catch (error) {
      throw unreadable(path, error);
    }
    this.#budget.names(path, entries.length);
    for (const entry of entries) this.#kinds.set(joinPath(found.real, entry.name), kindOf(entry));
    const names = entries.map((entry) => entry.name).sort();
    this.#listed.set(found.real, names);
    return names;
  }

  readBytes(path: string): Uint8Array {
    const found = this.#resolve(path);
    if (found?.kind !== 'file') {
      const what = found ? 'is a directory, not a file' : 'does not exist';
      throw failure('file-missing', `${path || '.'} ${what}`, { location: { file: path } });
    }
    let handle: number | undefined;
    try {
      // O_NOFOLLOW and the fstat below hold also if the file was exchanged since it was looked at;
      // O_NONBLOCK keeps a pipe in its place from blocking the open.
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      handle = openSync(`${this.directory}/${found.real}`, flags);
      const stat = fstatSync(handle);
      if (!stat.isFile())
        throw failure('file-special', `${path} is not an ordinary file`, { location: { file: path } });
      this.#budget.file(path, stat.size);
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

  readText(path: string): string {
    return decodeText(path, this.readBytes(path));
  }
}

/**
 * A tree over the directory `root` on disk. Links that stay inside are followed; absolute links, links that leave the
 * root, circles and broken links, devices, sockets and pipes are Failures (`path-escapes`, `file-link-loop`,
 * `file-link-broken`, `file-special`). A file over `limits.fileBytes` is refused before it is read.
 * What is listed or looked at is remembered: make a new tree to see later changes.
 */
export function createDirectoryTree(root: string, limits: FileLimits): FileTree {
  return new DirectoryTree(root, limits);
}
