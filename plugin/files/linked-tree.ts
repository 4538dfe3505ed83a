/**
 * A FileTree over a store that may hold symbolic links.
 *
 * A path is walked part by part: links are read, judged and followed here and never left to the operating system, so
 * that nothing outside the root is opened even when a link says so. Argo CD refuses repositories with links that are
 * absolute or leave the repository (util/app/path, CheckOutOfBoundsSymlinks); so does this.
 */
import { failure } from '../diagnostics/failure.ts';
import { Budget, type FileLimits } from './limits.ts';
import { baseName, joinPath, parentPath } from './path.ts';
import type { Kind, Store } from './store.ts';
import { decodeText } from './text.ts';
import type { FileTree } from './tree.ts';

/** As in Linux (path_resolution(7)). */
const MAX_LINKS = 40;
const MAX_PATH = 4096;

/** Something that exists: its tree path without links. */
interface ResolvedPath {
  readonly real: string;
  readonly kind: 'file' | 'directory';
}

/**
 * git's own files are no part of a repository's contents, and may hold credentials (.git/config): the tree has none,
 * whatever a path or link says. Case is ignored, since some disks do.
 */
function isGitDirectory(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === '.git';
}

/** The tree of a store. */
export class LinkedTree implements FileTree {
  readonly directory?: string;
  readonly #store: Store;
  readonly #budget: Budget;
  /** Tree path (links included) to what is there. Only what exists. */
  readonly #resolved = new Map<string, ResolvedPath>([['', { real: '', kind: 'directory' }]]);
  /** Links already followed, so that links made of links cost no more than their number. */
  readonly #links = new Map<string, ResolvedPath>();
  readonly #kinds = new Map<string, Kind>();
  readonly #listed = new Map<string, readonly string[]>();

  constructor(store: Store, limits: FileLimits) {
    this.#store = store;
    this.#budget = new Budget(limits);
    if (store.directory !== undefined) this.directory = store.directory;
  }

  #kindOf(real: string): Kind | undefined {
    if (isGitDirectory(baseName(real))) return undefined;
    const known = this.#kinds.get(real);
    if (known !== undefined) return known;
    const kind = this.#store.kindOf(real);
    if (kind !== undefined) this.#kinds.set(real, kind);
    return kind;
  }

  /** Follows the link at `link` (a path without links before it). Failure when it leaves the root or has no target. */
  #follow(link: string, hops: number): ResolvedPath {
    const known = this.#links.get(link);
    if (known) return known;
    const location = { file: link };
    if (hops > MAX_LINKS) throw failure('file-link-loop', `the symbolic link ${link} leads in a circle`, { location });
    const target = this.#store.readLink(link);
    const help = ['Only links that stay inside the repository are followed.'];
    if (target.startsWith('/')) {
      throw failure('path-escapes', `the symbolic link ${link} leads to the absolute path ${target}`, {
        location,
        help,
      });
    }
    let found: ResolvedPath = { real: parentPath(link), kind: 'directory' };
    const broken = (): Error =>
      failure('file-link-broken', `the symbolic link ${link} leads to nothing (${target})`, { location });
    for (const part of target.split('/')) {
      // Nothing comes after a file, not even a slash.
      if (found.kind === 'file') throw broken();
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (found.real === '') {
          throw failure('path-escapes', `the symbolic link ${link} leads outside the root (${target})`, {
            location,
            help,
          });
        }
        found = { real: parentPath(found.real), kind: 'directory' };
        continue;
      }
      const next = this.#step(joinPath(found.real, part), hops + 1);
      if (!next) throw broken();
      found = next;
    }
    this.#links.set(link, found);
    return found;
  }

  /** One step of a walk: what is at `path`, whose parent is free of links. */
  #step(path: string, hops: number): ResolvedPath | undefined {
    const kind = this.#kindOf(path);
    if (kind === 'link') return this.#follow(path, hops);
    if (kind === 'special') {
      throw failure('file-special', `${path} is neither a file nor a directory, but a device, socket or pipe`, {
        location: { file: path },
      });
    }
    return kind === undefined ? undefined : { real: path, kind };
  }

  /** Where `path` really is. Every part is looked at once; later calls answer from memory. */
  #resolve(path: string): ResolvedPath | undefined {
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
    const found = this.#step(joinPath(parent.real, baseName(path)), 0);
    if (!found) return undefined;
    if (found.kind === 'directory' && found.real !== path) this.#refuseLoop(path, found);
    this.#resolved.set(path, found);
    return found;
  }

  /** A directory that is reached again on the way to itself would let a walk run for ever. */
  #refuseLoop(path: string, found: ResolvedPath): void {
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
    const entries = this.#store.list(found.real).filter(({ name }) => !isGitDirectory(name));
    this.#budget.names(path, entries.length);
    for (const entry of entries) this.#kinds.set(joinPath(found.real, entry.name), entry.kind);
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
    return this.#store.read(found.real, (bytes) => this.#budget.file(path, bytes));
  }

  readText(path: string): string {
    return decodeText(path, this.readBytes(path));
  }
}
