/**
 * A FileTree held in memory: for tests, and for repositories that arrive as an archive.
 */
import { defaultFileLimits, type FileLimits } from './limits.ts';
import { LinkedTree } from './linked-tree.ts';
import { baseName, parentPath } from './path.ts';
import type { Entry, Kind, Store } from './store.ts';
import type { FileTree } from './tree.ts';

/** A file that a flat store knows by its tree path. */
interface FlatFile {
  readonly kind: Exclude<Kind, 'directory'>;
  /** The bytes of the file, or the target of a link; `allow` as {@link Store.read} says. */
  read(allow: (bytes: number) => void): Uint8Array;
}

/** A store of files known by their paths; directories exist where files are. */
class FlatStore implements Store {
  readonly #files: ReadonlyMap<string, FlatFile>;
  readonly #directories = new Map<string, Map<string, Entry>>([['', new Map()]]);

  constructor(files: ReadonlyMap<string, FlatFile>) {
    this.#files = files;
    for (const [file, { kind }] of files) {
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
    return this.#files.get(path)?.kind ?? (this.#directories.has(path) ? 'directory' : undefined);
  }

  readLink(path: string): string {
    return Buffer.from(this.#file(path).read(() => undefined)).toString('utf8');
  }

  list(path: string): readonly Entry[] {
    return [...(this.#directories.get(path)?.values() ?? [])];
  }

  read(path: string, allow: (bytes: number) => void): Uint8Array {
    return this.#file(path).read(allow);
  }

  #file(path: string): FlatFile {
    const file = this.#files.get(path);
    if (!file) throw new Error(`${path} was asked for without looking whether it is there`);
    return file;
  }
}

/** A tree of the given files: tree path to text (UTF-8) or bytes. */
export function createMemoryTree(
  files: Readonly<Record<string, string | Uint8Array>>,
  limits: FileLimits = defaultFileLimits,
): FileTree {
  const stored = Object.entries(files).map(([path, content]): [string, FlatFile] => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return [
      path,
      {
        kind: 'file',
        read(allow) {
          allow(bytes.length);
          return bytes;
        },
      },
    ];
  });
  return new LinkedTree(new FlatStore(new Map(stored)), limits);
}
