/**
 * The history of many files at once: every commit of the first-parent line that changed one of them, from one run of git.
 */
import { git } from './git.ts';
import { batchInput, parseBatch } from './objects.ts';

/** A commit, and which of the files it changed. */
export interface ChangingCommit {
  readonly commit: string;
  /** When it was committed: milliseconds since 1970, by the clock of whoever committed. */
  readonly at: number;
  readonly author: string;
  readonly subject: string;
  /** The message behind the subject. */
  readonly body: string;
  /** Paths from the top of the repository, with the blob that the commit left there; undefined: it removed the file. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

/** Which repository, and how git is to be run. */
export interface HistoryOf {
  /** A folder of the work tree. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const fields = 6;

/** `:100644 100644 OLD NEW M<TAB>path`; a path in quotes has characters that no path of ours has. */
const change = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\t([^"].*)$/gmu;

function filesOf(raw: string, wanted: (path: string) => boolean): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const [, id = '', path = ''] of raw.matchAll(change))
    if (wanted(path)) files.set(path, /^0+$/u.test(id) ? undefined : id);
  return files;
}

/** What `git log --raw` printed in the format of {@link changingCommits}. */
function parseLog(text: string, wanted: (path: string) => boolean): ChangingCommit[] {
  const [, ...parts] = text.split('\0');
  const commits: ChangingCommit[] = [];
  for (let index = 0; index + fields <= parts.length; index += fields) {
    const [commit = '', seconds = '', author = '', subject = '', body = '', raw = ''] = parts.slice(
      index,
      index + fields,
    );
    const files = filesOf(raw, wanted);
    if (files.size > 0) commits.push({ commit, at: Number(seconds) * 1000, author, subject, body, files });
  }
  return commits;
}

/** Which commits are looked at. */
export interface CommitSelection {
  /** Which files count. git compares patterns slower than we do. */
  readonly wanted: (path: string) => boolean;
  /** Paths (literal, from the top) that git looks at; none: all. */
  readonly paths?: readonly string[];
  /** How many commits of the line are looked at. @default all */
  readonly most?: number;
}

/**
 * The commits that changed files, newest first. A merge counts as one commit: what it brought to the line that HEAD is
 * on. Empty where there is no history. Symbolic links and submodules are files here.
 */
export async function changingCommits(
  { folder, env }: HistoryOf,
  { wanted, paths = [], most }: CommitSelection,
): Promise<ChangingCommit[]> {
  const format = '--format=%x00%H%x00%ct%x00%aN%x00%s%x00%b%x00';
  const diffs = ['--first-parent', '--diff-merges=first-parent', '--raw', '--no-abbrev', '--no-renames', '--root'];
  const limit = most === undefined ? [] : [`--max-count=${most}`];
  const args = ['-c', 'core.quotePath=false', '-c', 'log.showSignature=false', 'log', ...limit, format];
  const where = paths.map((path) => `:(top,literal)${path}`);
  const { status, stdout } = await git([...args, ...diffs, 'HEAD', '--', ...where], { cwd: folder, env });
  return status === 0 ? parseLog(stdout.toString(), wanted) : [];
}

/** The texts of blobs by their ids, from one run of git; what it does not have is left out. */
export async function blobTexts(
  { folder, env }: HistoryOf,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const each = [...new Set(ids)];
  if (each.length === 0) return new Map();
  const set = { GIT_NO_LAZY_FETCH: '1' };
  const { stdout } = await git(['cat-file', '--batch'], { cwd: folder, env, set, input: batchInput(each) });
  const found = parseBatch(stdout);
  return new Map(
    each.flatMap((id, index): [string, string][] => {
      const bytes = found[index];
      return bytes === undefined ? [] : [[id, bytes.toString('utf8')]];
    }),
  );
}

/** Those of the blobs that have a text. */
export async function blobsWith(
  { folder, env }: HistoryOf,
  ids: readonly string[],
  text: string,
): Promise<ReadonlySet<string>> {
  const each = [...new Set(ids)];
  if (each.length === 0) return new Set();
  const set = { GIT_NO_LAZY_FETCH: '1' };
  const { stdout } = await git(['cat-file', '--batch'], { cwd: folder, env, set, input: batchInput(each) });
  const found = parseBatch(stdout);
  return new Set(each.filter((_id, index) => found[index]?.includes(text)));
}

/** What git says of the repository of a folder; undefined where it is in none. */
export async function repositoryFacts({ folder, env }: HistoryOf): Promise<
  | {
      readonly head: string | undefined;
      /** The URL of `origin`, as it is configured. */
      readonly origin: string | undefined;
      readonly isShallow: boolean;
      /** Tracked and untracked files that differ from HEAD, among the patterns; paths from the top. */
      readonly changed: ReadonlySet<string>;
    }
  | undefined
> {
  const run = async (...args: string[]) => await git(args, { cwd: folder, env });
  const [head, origin, shallow, status] = await Promise.all([
    run('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    run('config', '--get', 'remote.origin.url'),
    run('rev-parse', '--is-shallow-repository'),
    run('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', ':(top,glob)**/locks/*.yaml'),
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
        .map((line) => line.slice(3)),
    ),
  };
}
