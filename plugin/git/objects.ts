/**
 * The one reader of git's objects: what a commit has, and the bytes of blobs, many in one run of git. Reading what git
 * printed is apart from running it, so that a tree can be read at once and a command can go on meanwhile.
 */

/** A file or link of a commit. Submodules are not listed: their files are in another repository. */
export interface TreeEntry {
  readonly path: string;
  /** As git has it: `100644`, `100755`, `120000`. */
  readonly mode: string;
  readonly id: string;
  readonly kind: 'file' | 'link' | 'directory';
  /** Bytes; undefined where git was not asked, as in a clone that may have to fetch each blob to know. */
  readonly size: number | undefined;
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = { '120000': 'link', '040000': 'directory' };

/** What `git ls-tree -z`, with or without -r and -l, printed. */
export function parseListing(stdout: Buffer): TreeEntry[] {
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line): TreeEntry[] => {
      const [, mode, id, size, path] = /^(\d+) (?:blob|tree) ([0-9a-f]+)(?: +(\d+|-))?\t(.*)$/su.exec(line) ?? [];
      if (mode === undefined || id === undefined || path === undefined) return [];
      const bytes = size === undefined || size === '-' ? undefined : Number(size);
      return [{ path, mode, id, kind: kinds[mode] ?? 'file', size: bytes }];
    });
}

/** Standard input of `git cat-file --batch` and `--batch-check` for these objects. */
export function batchInput(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}

/** Where a blob is in what git printed: its first byte, and the one behind its last. */
interface BatchPosition {
  readonly start: number;
  readonly end: number;
}

/** Where `git cat-file --batch` printed the blobs that were asked for, in that order; undefined as in {@link parseBatch}. */
export function batchPositions(stdout: Buffer): (BatchPosition | undefined)[] {
  const found: (BatchPosition | undefined)[] = [];
  for (let at = 0; at < stdout.length; ) {
    const line = stdout.indexOf(10, at);
    const [, type, size] = /^[0-9a-f]+ ([a-z]+) (\d+)$/u.exec(stdout.toString('latin1', at, line)) ?? [];
    const start = line + 1;
    // `NAME missing` has no size.
    const end = start + Number(size ?? 0);
    found.push(type === 'blob' ? { start, end } : undefined);
    at = size === undefined ? start : end + 1;
  }
  return found;
}

/**
 * What `git cat-file --batch` printed, in the order that was asked: the bytes of blobs, undefined for what is missing or
 * something else.
 */
export function parseBatch(stdout: Buffer): (Buffer | undefined)[] {
  return batchPositions(stdout).map((blob) => blob && stdout.subarray(blob.start, blob.end));
}

/** The sizes that `git cat-file --batch-check` printed, in the order that was asked; undefined for what is missing. */
export function parseSizes(stdout: Buffer): (number | undefined)[] {
  const lines = stdout.toString('latin1').split('\n').slice(0, -1);
  return lines.map((line) => {
    const size = /^[0-9a-f]+ blob (\d+)$/u.exec(line)?.[1];
    return size === undefined ? undefined : Number(size);
  });
}
