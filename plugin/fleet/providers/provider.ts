/**
 * What `waybill wait` asks a Git provider: what was reported of a commit, and which commits are newer. Each provider is
 * one file with the same shape; providers.ts lists them.
 */
import type { Json } from '../../resources/json.ts';
import type { Repository } from '../../record/repository.ts';

/** States that a deployment can be reported in. */
export type ReportedState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

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
export interface Provider {
  readonly key: string;
  readonly title: string;
  /** Variables that may hold the token, in order. */
  readonly tokens: readonly string[];
  /** Whether it is the provider of a host, by its name. */
  isAt(host: string): boolean;
  /** The address of the API, without a final slash. */
  api(repository: Repository): string;
  headers(token: string): Readonly<Record<string, string>>;
  /** What was reported of the commit. */
  reports(ask: Ask, wanted: Wanted): Promise<readonly Report[]>;
  /** Commits of the environment or branch that are newer than the commit, newest first, at most about twenty. */
  newer(ask: Ask, wanted: Wanted): Promise<readonly string[]>;
}

const words: Readonly<Record<string, ReportedState>> = {
  success: 'success',
  successful: 'success',
  succeeded: 'success',
  pending: 'in_progress',
  inprogress: 'in_progress',
  running: 'in_progress',
  created: 'in_progress',
  notset: 'in_progress',
  queued: 'queued',
  waiting: 'queued',
  blocked: 'queued',
  failure: 'failure',
  failed: 'failure',
  stopped: 'failure',
  canceled: 'failure',
  cancelled: 'failure',
  error: 'error',
  inactive: 'inactive',
};

/** A provider's word for a state; one that nobody knows is none. */
export function reportedState(word: string): ReportedState | undefined {
  return words[word.toLowerCase().replaceAll(/[^a-z]/gu, '')];
}

/** The report of a commit status, by the provider's word for its state; none where nobody knows the word. */
export function statusReport(word: string, facts: Pick<Report, 'context' | 'description' | 'url' | 'at'>): Report[] {
  const state = reportedState(word);
  return state === undefined ? [] : [{ environment: undefined, state, ...facts }];
}

/** Those above a commit in a list that begins with the newest; none where the commit is not in it. */
export function above(commits: readonly string[], commit: string): string[] {
  const at = commits.indexOf(commit);
  return at < 0 ? [] : commits.slice(0, at);
}
