/**
 * What `waybill wait` asks a Git provider: what was reported of a commit, and which commits are newer. Each provider is
 * one file with the same shape; providers.ts lists them.
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

/** A provider. */
export interface Provider extends Platform {
  headers(token: string): Readonly<Record<string, string>>;
  /** What was reported of the commit. */
  reports(ask: Ask, wanted: Wanted): Promise<readonly Report[]>;
  /** Commits of the environment or branch that are newer than the commit, newest first, at most about twenty. */
  newer(ask: Ask, wanted: Wanted): Promise<readonly string[]>;
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
