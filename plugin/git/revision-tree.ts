/**
 * A FileTree over a git revision, without a checkout: what `diff --against` compares the working tree with.
 */
import { failure } from '../diagnostics/failure.ts';
import type { FileLimits } from '../files/limits.ts';
import { LinkedTree } from '../files/linked-tree.ts';
import { type FlatFile, FlatStore } from '../files/memory.ts';
import { parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { gitSync } from './git.ts';

/** One file as `git ls-tree -l` lists it. */
interface Blob {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'special';
  readonly id: string;
  readonly size: number;
}

/** Modes of git's tree entries (git help fast-import): links are blobs that hold their target; submodules are left out. */
const LINK = '120000';
/** No operating system takes longer targets. */
const MAX_LINK = 4096;

/** Where the revision is, and how git is to be run. */
export interface Revision {
  /** The root: the top of a work tree, or a folder in one. Absolute. */
  readonly root: string;
  /** Anything that names a commit: a branch, tag, `HEAD~1`, hash. */
  readonly revision: string;
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

class Repository {
  readonly #root: string;
  readonly #env: Revision['env'];

  constructor({ root, env }: Revision) {
    this.#root = root;
    this.#env = env;
  }

  /** Output of a command that reads objects; never fetches what a partial clone lacks. */
  read(args: readonly string[], input = ''): { status: number; stdout: Buffer; stderr: string } {
    const set = { GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' };
    return gitSync(args, { cwd: this.#root, env: this.#env, set, input });
  }

  commit(revision: string): string {
    const { status, stdout, stderr } = this.read([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ]);
    if (status === 0) return stdout.toString('utf8').trim();
    throw failure('git-revision', `git knows no revision ${JSON.stringify(revision)} here`, {
      help: [
        ...(stderr.trim() === '' ? [] : [stderr.trim()]),
        'In a shallow clone, fetch it first. Branches of a remote are named like origin/main.',
      ],
    });
  }

  /** The files and links of a commit below the root. */
  blobs(commit: string): Blob[] {
    const { status, stdout, stderr } = this.read(['ls-tree', '-r', '-l', '-z', commit]);
    if (status !== 0) throw failure('git-revision', `git cannot list ${commit}: ${stderr.trim()}`);
    return stdout
      .toString('utf8')
      .split('\0')
      .flatMap((line) => {
        const match = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/su.exec(line);
        const [, mode, id, size, path] = match ?? [];
        if (id === undefined || path === undefined) return [];
        const bytes = Number(size);
        const kind = mode !== LINK ? 'file' : bytes <= MAX_LINK ? 'link' : 'special';
        return [{ path, id, size: bytes, kind }];
      });
  }

  /** The contents of blobs, by id, in one run of git. */
  contents(blobs: readonly Blob[]): Map<string, Buffer> {
    const ids = [...new Set(blobs.map(({ id }) => id))];
    const { status, stdout, stderr } = this.read(['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
    const found = new Map<string, Buffer>();
    // For each: "<id> blob <size>\n", the contents, "\n"; or "<id> missing\n" in a partial clone.
    for (let at = 0; at < stdout.length; ) {
      const end = stdout.indexOf(10, at);
      const [id = '', type, size] = stdout.toString('latin1', at, end).split(' ');
      at = end + 1;
      if (type !== 'blob') continue;
      found.set(id, stdout.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
    if (status !== 0 || found.size < ids.length) {
      throw failure('git-revision', `git cannot read files of this revision${stderr ? `: ${stderr.trim()}` : ''}`, {
        help: ['A partial clone lacks them: fetch them first (git fetch --refetch --no-filter).'],
      });
    }
    return found;
  }
}

/**
 * The tree of a revision below `root`. Reads nothing but git's objects: no work tree, no filters, no network. Files
 * are fetched from git a directory at a time, within the limits. Symbolic links are judged as on disk.
 * Failure `git-revision` for a revision that does not exist.
 */
export function createGitRevisionTree(revision: Revision, limits: FileLimits): FileTree {
  const repository = new Repository(revision);
  const blobs = repository.blobs(repository.commit(revision.revision));
  const siblings = new Map<string, Blob[]>();
  for (const blob of blobs) {
    const directory = parentPath(blob.path);
    const together = siblings.get(directory);
    if (together) together.push(blob);
    else siblings.set(directory, [blob]);
  }
  const cache = new Map<string, Buffer>();
  function contentOf(blob: Blob): Buffer {
    const known = cache.get(blob.id);
    if (known) return known;
    // The other files of the directory come along when they are small: they are likely to be asked for next.
    let total = 0;
    const together = (siblings.get(parentPath(blob.path)) ?? []).filter((one) => {
      if (one.size > limits.fileBytes || cache.has(one.id)) return false;
      total += one.size;
      return total <= limits.fileBytes;
    });
    for (const [id, content] of repository.contents([blob, ...together])) cache.set(id, content);
    return cache.get(blob.id) ?? Buffer.alloc(0);
  }
  const files = blobs.map((blob): [string, FlatFile] => [
    blob.path,
    {
      kind: blob.kind,
      read(allow) {
        allow(blob.size);
        return contentOf(blob);
      },
    },
  ]);
  return new LinkedTree(new FlatStore(new Map(files)), limits);
}
