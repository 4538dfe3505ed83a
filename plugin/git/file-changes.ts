/**
 * The history of many files at once: every commit of the first-parent line that changed one of them, from one run of git.
 */
import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { git, type GitResult } from './git.ts';
import { batchInput, batchPositions, parseBatch } from './objects.ts';

/** A commit, and which of the files it changed. */
export interface ChangingCommit {
  readonly commit: string;
  /** When it was committed: milliseconds since 1970, by the clock of whoever committed. */
  readonly at: number;
  readonly author: string;
  readonly subject: string;
  /** The message behind the subject. */
  readonly body: string;
  /** Paths from the folder, with the blob that the commit left there; undefined: it removed the file. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

/** Which repository, and how git is to be run. */
export interface HistoryOf {
  /** A folder of the work tree: nothing outside it counts. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const fields = 6;

/** Lines `:100644 100644 OLD NEW M<TAB>path`; a path in quotes has characters that no path of ours has. */
function filesOf(raw: string, wanted: (path: string) => boolean): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const line of raw.split('\n')) {
    const tab = line.indexOf('\t');
    const path = line.slice(tab + 1);
    if (tab < 0 || !line.startsWith(':') || path.startsWith('"') || !wanted(path)) continue;
    const id = line.slice(0, tab).split(' ')[3] ?? '';
    files.set(path, /^0+$/u.test(id) ? undefined : id);
  }
  return files;
}

/** Reads what `git log --raw` prints in the format of {@link changingCommits}, as it comes. */
class LogReader {
  readonly commits: ChangingCommit[] = [];
  readonly #selection: CommitSelection;
  readonly #decoder = new StringDecoder('utf8');
  #parts: string[] = [];
  #rest = '';
  #isFirst = true;

  constructor(selection: CommitSelection) {
    this.#selection = selection;
  }

  push(chunk: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(chunk)).split('\0');
    this.#rest = parts.pop() ?? '';
    this.#take(parts);
  }

  end(): void {
    this.#take([this.#rest + this.#decoder.end()]);
  }

  #take(more: readonly string[]): void {
    // Each commit begins with the NUL that ends what is before it.
    this.#parts.push(...(this.#isFirst ? more.slice(1) : more));
    if (more.length > 0) this.#isFirst = false;
    let index = 0;
    for (; index + fields <= this.#parts.length; index += fields) {
      const [commit = '', seconds = '', author = '', subject = '', body = '', raw = ''] = this.#parts.slice(
        index,
        index + fields,
      );
      const files = filesOf(raw, this.#selection.wanted);
      if (files.size === 0) continue;
      this.commits.push({ commit, at: Number(seconds) * 1000, author, subject, body, files });
      this.#selection.onFiles?.(files);
    }
    this.#parts = this.#parts.slice(index);
  }
}

/** Which commits are looked at. */
export interface CommitSelection {
  /** Which files count. git compares patterns slower than we do. */
  readonly wanted: (path: string) => boolean;
  /** Paths (literal, from the folder) that git looks at; none: all. */
  readonly paths?: readonly string[];
  /** How many commits of the line are looked at. @default all */
  readonly most?: number;
  /** Gets the files of each commit while git goes on. */
  readonly onFiles?: (files: ChangingCommit['files']) => void;
}

/**
 * The commits that changed files, newest first. A merge counts as one commit: what it brought to the line that HEAD is
 * on. Empty where there is no history. Symbolic links and submodules are files here.
 */
export async function changingCommits(
  { folder, env }: HistoryOf,
  selection: CommitSelection,
): Promise<ChangingCommit[]> {
  const { paths = [], most } = selection;
  const reader = new LogReader(selection);
  const format = '--format=%x00%H%x00%ct%x00%aN%x00%s%x00%b%x00';
  const diffs = [
    '--first-parent',
    '--diff-merges=first-parent',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--root',
    '--relative',
  ];
  const limit = most === undefined ? [] : [`--max-count=${most}`];
  const args = ['-c', 'core.quotePath=false', '-c', 'log.showSignature=false', 'log', ...limit, format];
  const where = paths.map((path) => `:(literal)${path}`);
  const onOutput = (chunk: Buffer): void => reader.push(chunk);
  const { status } = await git([...args, ...diffs, 'HEAD', '--', ...where], { cwd: folder, env, onOutput });
  reader.end();
  return status === 0 ? reader.commits : [];
}

/** The texts of blobs by their ids, from one run of git; what it does not have is left out. */
export async function blobTexts(
  { folder, env }: HistoryOf,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const each = [...new Set(ids)];
  if (each.length === 0) return new Map();
  const set = { GIT_NO_LAZY_FETCH: '1' };
  const { stdout } = await git(['cat-file', '--batch', '--buffer'], { cwd: folder, env, set, input: batchInput(each) });
  const found = parseBatch(stdout);
  return new Map(
    each.flatMap((id, index): [string, string][] => {
      const bytes = found[index];
      return bytes === undefined ? [] : [[id, bytes.toString('utf8')]];
    }),
  );
}

/** Looks for a text in blobs while their names are still being found. */
export class BlobSearch {
  readonly #text: string;
  readonly #ids = new Set<string>();
  readonly #input = new PassThrough();
  readonly #done: Promise<GitResult>;

  constructor({ folder, env }: HistoryOf, text: string) {
    this.#text = text;
    const set = { GIT_NO_LAZY_FETCH: '1' };
    this.#done = git(['cat-file', '--batch', '--buffer'], { cwd: folder, env, set, input: this.#input });
  }

  /** Looks into these, too. */
  add(ids: Iterable<string | undefined>): void {
    for (const id of ids) {
      if (id === undefined || this.#ids.has(id)) continue;
      this.#ids.add(id);
      this.#input.write(`${id}\n`);
    }
  }

  /** Lets git end. */
  noMore(): void {
    this.#input.end();
  }

  /** Those of the blobs that have the text, and whether git has all of them: a partial clone may not. */
  async result(): Promise<{ readonly having: ReadonlySet<string>; readonly isComplete: boolean }> {
    const { stdout } = await this.#done;
    const ids = [...this.#ids];
    const found = batchPositions(stdout);
    const having = new Set<string>();
    // One search over everything: cutting out each of thousands of blobs costs more than reading them.
    let next = stdout.indexOf(this.#text);
    for (const [index, blob] of found.entries()) {
      if (next < 0) break;
      if (blob === undefined) continue;
      if (next < blob.start) next = stdout.indexOf(this.#text, blob.start);
      const id = ids[index];
      if (id !== undefined && next >= 0 && next + Buffer.byteLength(this.#text) <= blob.end) having.add(id);
    }
    return { having, isComplete: found.length === ids.length && !found.includes(undefined) };
  }
}

/** What git says of the repository of a folder; undefined where it is in none. */
export async function repositoryFacts({ folder, env }: HistoryOf): Promise<
  | {
      readonly head: string | undefined;
      /** The URL of `origin`, as it is configured. */
      readonly origin: string | undefined;
      readonly isShallow: boolean;
      /** Tracked and untracked files that differ from HEAD, among the patterns; paths from the folder. */
      readonly changed: ReadonlySet<string>;
    }
  | undefined
> {
  const run = async (...args: string[]) => await git(args, { cwd: folder, env });
  const [head, origin, shallow, prefix, status] = await Promise.all([
    run('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    run('config', '--get', 'remote.origin.url'),
    run('rev-parse', '--is-shallow-repository'),
    run('rev-parse', '--show-prefix'),
    run('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', ':(glob)**/locks/*.yaml'),
  ]);
  if (shallow.status !== 0) return undefined;
  const text = (result: typeof head): string | undefined => result.stdout.toString().trim() || undefined;
  return {
    head: text(head),
    origin: text(origin),
    isShallow: text(shallow) === 'true',
    changed: new Set(
      status.stdout
        .toString()
        .split('\0')
        .filter(Boolean)
        .map((line) => line.slice(3 + prefix.stdout.toString().trimEnd().length)),
    ),
  };
}
