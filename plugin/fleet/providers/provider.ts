/**
 * What is asked of a Git provider: what was reported of a commit, which commits are newer, how far two are apart, and
 * which pull request brought one. Each provider is one file with the same shape; providers.ts lists them.
 */
import type { Json } from '../../resources/json.ts';
import type { Platform, ReportedState } from '../../platforms/platform.ts';
import { reportedState } from '../../platforms/platforms.ts';
import type { Repository } from '../../record/repository.ts';

/** One report of a deployment of a commit. */
export interface Report {
  /** The environment, where the provider knows it (deployments). */
  readonly environment: string | undefined;
  /** The context of a commit status. */
  readonly context: string | undefined;
  readonly state: ReportedState;
  /** The words of the resource that failed, or of whoever reports. */
  readonly description: string;
  /** The page that shows more; '' for none. */
  readonly url: string;
  /** When it was said, by the provider's clock; milliseconds since 1970, undefined where it does not say. */
  readonly at: number | undefined;
  /** A success that came before an `inactive`: when. */
  readonly succeededAt?: number | undefined;
}

/** Asks the API. Answers are remembered: what has not changed costs no request of a limited budget. */
export interface Ask {
  /** The answer's JSON; undefined for 404. @throws Refused, Unavailable */
  (path: string, query?: Readonly<Record<string, string>>): Promise<Json | undefined>;
}

/** What is asked for. */
export interface Wanted {
  readonly repository: Repository;
  readonly commit: string;
  /** The branch whose newer commits can supersede it. */
  readonly branch: string | undefined;
  /** The environment as it is reported. */
  readonly environment: string;
}

/** How far two commits are apart. */
export interface Distance {
  /** Commits that the second has and the first has not. */
  readonly ahead: number;
  /** Commits that the first has and the second has not; undefined where the provider does not say. */
  readonly behind: number | undefined;
}

/** What is said of a commit; '' and undefined where the provider does not say. */
export interface CommitFacts {
  /** The first line of its message. */
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
}

/** A pull request (merge request). */
export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
}

/** A repository that is asked about. */
export type In = Pick<Wanted, 'repository'>;

/** A provider. */
export interface Provider extends Platform {
  headers(token: string): Readonly<Record<string, string>>;
  /** What was reported of the commit. */
  reports(ask: Ask, wanted: Wanted): Promise<readonly Report[]>;
  /** Commits of the environment or branch that are newer than the commit, newest first, at most about twenty. */
  newer(ask: Ask, wanted: Wanted): Promise<readonly string[]>;
  /** How far `to` is from `from`; undefined if it does not have one of them, they have no common ancestor, or there are too many to count. */
  compare(ask: Ask, where: In, from: string, to: string): Promise<Distance | undefined>;
  /** What is said of a commit; undefined if the repository does not have it. */
  commit(ask: Ask, where: In, commit: string): Promise<CommitFacts | undefined>;
  /** The newest merged pull request that brought a commit; absent where the API has no such question. */
  pullRequestOf?(ask: Ask, where: In, commit: string): Promise<PullRequest | undefined>;
  /** The commits that a pull request put on its branch, or is to put there: the merge or squash, then its own last one. */
  commitsOf(ask: Ask, where: In, number: number): Promise<readonly string[]>;
}

/** The report of a commit status, by the provider's word for its state; none for unknown words. */
export function statusReport(word: string, facts: Pick<Report, 'context' | 'description' | 'url' | 'at'>): Report[] {
  const state = reportedState(word);
  return state === undefined ? [] : [{ environment: undefined, state, ...facts }];
}

/** Those above a commit in a list that begins with the newest; none where the commit is not in it. */
export function above(commits: readonly string[], commit: string): string[] {
  const at = commits.indexOf(commit);
  return at < 0 ? [] : commits.slice(0, at);
}

/** A number of commits; undefined for anything else. */
export function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The distance where the provider counts one direction only. */
export function aheadBy(value: number | undefined): Distance | undefined {
  return value === undefined ? undefined : { ahead: value, behind: undefined };
}

/** The first line of a message. */
export function subjectOf(message: string): string {
  return message.trimStart().split('\n', 1)[0]?.trim() ?? '';
}

/** `Ada Lovelace` of `Ada Lovelace <ada@example.com>`: addresses are not shown. */
export function nameOf(author: string): string {
  return author.replace(/\s*<[^<>]*>\s*$/u, '').trim();
}

/** A pull request; undefined without a number. */
export function pullRequest(number: Json | undefined, url: string, title: string): PullRequest | undefined {
  const known = countOf(number);
  return known === undefined ? undefined : { number: known, url, title };
}

/** The commits among texts of an answer, each once. */
export function commitsIn(...texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => /^[0-9a-f]{40}$/u.test(text)))];
}
