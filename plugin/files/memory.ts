/**
 * Files held in memory: for tests, and for repositories that arrive as an archive.
 */
import { defaultFileLimits, type FileLimits } from './limits.ts';
import { LinkedTree } from './linked-tree.ts';
import { baseName, parentPath } from './path.ts';
import type { Entry, Kind, Store } from './store.ts';
import type { FileTree } from './tree.ts';

/** What is at a path: a file, the target of a link, or a directory, which may be empty. */
export type MemoryEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'directory' };

/** A store of files known by their tree paths; directories exist also where files are. It can be shared by several trees. */
export class MemoryStore implements Store {
  readonly #entries: ReadonlyMap<string, MemoryEntry>;
  readonly #directories = new Map<string, Map<string, Entry>>([['', new Map()]]);

  constructor(entries: ReadonlyMap<string, MemoryEntry>) {
    this.#entries = entries;
    for (const [file, { kind }] of entries) {
      if (kind === 'directory' && !this.#directories.has(file)) this.#directories.set(file, new Map());
      let entry: Entry = { name: baseName(file), kind };
      for (let directory = parentPath(file); ; directory = parentPath(directory)) {
        const entries = this.#directories.get(directory);
        if (entries) {
          entries.set(entry.name, entry);
          break;
        }
        this.#directories.set(directory, new Map([[entry.name, entry]]));
        entry = { name: baseName(directory), kind: 'directory' };
      }
    }
  }

  kindOf(path: string): Kind | undefined {
    return this.#entries.get(path)?.kind ?? (this.#directories.has(path) ? 'directory' : undefined);
  }

  readLink(path: string): string {
    const entry = this.#entries.get(path);
    if (entry?.kind !== 'link') throw new Error(`${path} was taken for a link without looking what it is`);
    return entry.target;
  }

  list(path: string): readonly Entry[] {
    return [...(this.#directories.get(path)?.values() ?? [])];
  }

  read(path: string, allow: (bytes: number) => void): Uint8Array {
    const entry = this.#entries.get(path);
    if (entry?.kind !== 'file') throw new Error(`${path} was asked for without looking whether it is there`);
    allow(entry.bytes.length);
    return entry.bytes;
  }
}

/** A tree over a store in memory, with limits and a count of its own. */
export function createStoreTree(store: MemoryStore, limits: FileLimits): FileTree {
  return new LinkedTree(store, limits);
}

/** A tree of the given files: tree path to text (UTF-8) or bytes. */
export function createMemoryTree(
  files: Readonly<Record<string, string | Uint8Array>>,
  limits: FileLimits = defaultFileLimits,
): FileTree {
  const entries = Object.entries(files).map(([path, content]): [string, MemoryEntry] => [
    path,
    { kind: 'file', bytes: typeof content === 'string' ? Buffer.from(content) : content },
  ]);
  return createStoreTree(new MemoryStore(new Map(entries)), limits);
}
