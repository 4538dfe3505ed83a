/**
 * The files of one commit as a store of a FileTree: links are judged and followed there exactly as on disk
 * (files/linked-tree.ts), so that what is read from git's objects and what is read from a checkout agree.
 */
import { failure } from '../diagnostics/failure.ts';
import { baseName, joinPath, parentPath } from '../files/path.ts';
import type { Entry, Kind, Store } from '../files/store.ts';
import type { GitResult } from './git.ts';
import { batchInput, parseBatch, parseListing, parseSizes, type TreeEntry } from './objects.ts';

/** Runs git in the repository and waits. */
export type RunGit = (args: readonly string[], input?: string) => GitResult;

/** What is known of the commit already, so that git need not be asked. */
export interface KnownFiles {
  /** Everything below this folder is in `entries`; other folders are listed when they are looked into. */
  readonly folder: string;
  /** With their paths from the top of the repository. */
  readonly entries: readonly TreeEntry[];
  /** Bytes by blob. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** No operating system takes longer targets of links. */
const longestLink = 4096;

/** See the file's comment. */
export class CommitStore implements Store {
  readonly #run: RunGit;
  readonly #commit: string;
  readonly #folder: string;
  readonly #together: number;
  readonly #directories = new Map<string, Map<string, TreeEntry>>();
  readonly #contents: Map<string, Buffer>;
  readonly #sizes = new Map<string, number>();

  /** @param together how many bytes of one folder are read along with a file of it */
  constructor(run: RunGit, commit: string, known: KnownFiles, together: number) {
    this.#run = run;
    this.#commit = commit;
    this.#folder = known.folder;
    this.#together = together;
    this.#contents = new Map(known.contents);
    if (known.folder === '') this.#directories.set('', new Map());
    for (const entry of known.entries) this.#add(entry);
  }

  #add(entry: TreeEntry): void {
    if (entry.size !== undefined) this.#sizes.set(entry.id, entry.size);
    for (let one = entry; ; ) {
      const directory = parentPath(one.path);
      const siblings = this.#directories.get(directory);
      if (siblings) siblings.set(baseName(one.path), one);
      else this.#directories.set(directory, new Map([[baseName(one.path), one]]));
      // Above the folder that is known, git lists them.
      if (siblings || directory === '' || directory === this.#folder) return;
      one = { path: directory, mode: '040000', id: '', kind: 'directory', size: undefined };
    }
  }

  #siblings(directory: string): ReadonlyMap<string, TreeEntry> {
    const known = this.#directories.get(directory);
    if (known) return known;
    const inside = this.#folder === '' || directory === this.#folder || directory.startsWith(`${this.#folder}/`);
    const found = inside ? [] : this.#list(directory);
    const entries = new Map(found.map((entry) => [baseName(entry.path), entry]));
    this.#directories.set(directory, entries);
    return entries;
  }

  #list(directory: string): TreeEntry[] {
    const { status, stdout, stderr } = this.#run(['ls-tree', '-z', '--full-tree', `${this.#commit}:${directory}`]);
    if (status !== 0) throw unreadable(stderr);
    return parseListing(stdout).map((entry) => Object.assign(entry, { path: joinPath(directory, entry.path) }));
  }

  /** The file or link at a path without links before it. */
  entryOf(path: string): TreeEntry | undefined {
    return path === '' ? undefined : this.#siblings(parentPath(path)).get(baseName(path));
  }

  kindOf(path: string): Kind | undefined {
    if (path === '') return 'directory';
    const entry = this.entryOf(path);
    return entry?.kind === 'link' && this.#size(entry) > longestLink ? 'special' : entry?.kind;
  }

  list(path: string): readonly Entry[] {
    return Array.from(this.#siblings(path), ([name, { kind }]) => ({ name, kind }));
  }

  readLink(path: string): string {
    return this.read(path, () => undefined).toString('utf8');
  }

  read(path: string, allow: (bytes: number) => void): Buffer {
    const entry = this.entryOf(path);
    if (!entry) throw new Error(`${path} was asked for without looking whether it is there`);
    allow(this.#size(entry));
    return this.#contents.get(entry.id) ?? this.#fetch(entry);
  }

  #size(entry: TreeEntry): number {
    const known = this.#sizes.get(entry.id) ?? this.#contents.get(entry.id)?.length;
    if (known !== undefined) return known;
    const files = [...this.#siblings(parentPath(entry.path)).values()].filter(({ kind }) => kind !== 'directory');
    const unknown = files.filter(({ id }) => !this.#sizes.has(id));
    const { stdout } = this.#run(['cat-file', '--batch-check'], batchInput(unknown.map(({ id }) => id)));
    for (const [index, size] of parseSizes(stdout).entries()) {
      const id = unknown[index]?.id;
      if (id !== undefined && size !== undefined) this.#sizes.set(id, size);
    }
    const size = this.#sizes.get(entry.id);
    if (size === undefined) throw unreadable('');
    return size;
  }

  /** The other files of the folder come along when they are small: they are likely to be asked for next. */
  #fetch(entry: TreeEntry): Buffer {
    let total = this.#sizes.get(entry.id) ?? 0;
    const others = [...this.#siblings(parentPath(entry.path)).values()].filter(({ id, kind }) => {
      const size = this.#sizes.get(id);
      if (kind === 'directory' || id === entry.id || size === undefined || this.#contents.has(id)) return false;
      if (total + size > this.#together) return false;
      total += size;
      return true;
    });
    const ids = [...new Set([entry.id, ...others.map(({ id }) => id)])];
    const { stdout, stderr } = this.#run(['cat-file', '--batch'], batchInput(ids));
    for (const [index, bytes] of parseBatch(stdout).entries()) {
      const id = ids[index];
      if (id !== undefined && bytes !== undefined) this.#contents.set(id, bytes);
    }
    const bytes = this.#contents.get(entry.id);
    if (bytes === undefined) throw unreadable(stderr);
    return bytes;
  }
}

function unreadable(said: string): Error {
  return failure('git-revision', `git cannot read files of this revision${said.trim() ? `: ${said.trim()}` : ''}`, {
    help: ['A partial clone lacks them: fetch them first (git fetch --refetch --no-filter).'],
  });
}
