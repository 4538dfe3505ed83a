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

function filesOf(raw: string): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const line of raw.split('\n')) {
    // `:100644 100644 OLD NEW M<TAB>path`; a path in quotes has characters that no path of ours has.
    const [, id, path] = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\t(.+)$/u.exec(line) ?? [];
    if (id !== undefined && path !== undefined && !path.startsWith('"'))
      files.set(path, /^0+$/u.test(id) ? undefined : id);
  }
  return files;
}

/** What `git log --raw` printed in the format of {@link changingCommits}. */
function parseLog(text: string): ChangingCommit[] {
  const [, ...parts] = text.split('\0');
  const commits: ChangingCommit[] = [];
  for (let index = 0; index + fields <= parts.length; index += fields) {
    const [commit = '', seconds = '', author = '', subject = '', body = '', raw = ''] = parts.slice(
      index,
      index + fields,
    );
    commits.push({ commit, at: Number(seconds) * 1000, author, subject, body, files: filesOf(raw) });
  }
  return commits;
}

/**
 * The commits that changed files, newest first. A merge counts as one commit: what it brought to the line that HEAD is
 * on. Empty where there is no history. Symbolic links and submodules are files here.
 * @param patterns pathspecs from the top, such as `:(top,glob)apps/*\/locks/*.yaml`
 * @param most how many commits at most
 */
export async function changingCommits(
  { folder, env }: HistoryOf,
  patterns: readonly string[],
  most: number,
): Promise<ChangingCommit[]> {
  const format = '--format=%x00%H%x00%ct%x00%aN%x00%s%x00%b%x00';
  const diffs = ['--first-parent', '--diff-merges=first-parent', '--raw', '--no-abbrev', '--no-renames', '--root'];
  const args = ['-c', 'core.quotePath=false', '-c', 'log.showSignature=false', 'log', `--max-count=${most}`, format];
  const { status, stdout } = await git([...args, ...diffs, 'HEAD', '--', ...patterns], { cwd: folder, env });
  return status === 0 ? parseLog(stdout.toString()) : [];
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
