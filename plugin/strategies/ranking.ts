/**
 * What the strategies that choose among tags have in common: each puts the tags that may run in order, says what ruled
 * out the others, and knows what going back means.
 */
import type { ImageFacts, Registry } from '../registries/registry.ts';

/** What runs now, by the lock. */
export interface CurrentImage {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Where a strategy looks. */
export interface RankingContext {
  readonly registry: Registry;
  /** The repository that is asked, as people write it. */
  readonly repository: string;
  readonly current: CurrentImage | undefined;
  /** Facts of tags that are in the registry's cache are asked for again. */
  readonly refresh: boolean;
}

/** Tags that cannot run, for one reason. */
export interface RuledOut {
  readonly tags: readonly string[];
  /** As it stands before the number of tags: `excluded by ignoreTags`. */
  readonly reason: string;
  /** The tags that come nearest to being chosen; for reasons where that has a meaning. */
  readonly nearest?: readonly string[];
}

/** One tag that may run. */
export interface Candidate {
  readonly tag: string;
  /** When the strategy had to ask for them: digest and time; labels and platforms may be missing. */
  readonly facts?: ImageFacts;
}

/** The outcome of a strategy. */
export interface Ranking {
  /** The one to run first; an order that depends on nothing but the tags and what they point to. */
  readonly candidates: readonly Candidate[];
  readonly ruledOut: readonly RuledOut[];
  /** What the candidates are: `versions that satisfy "^1.2"`. */
  readonly what: string;
  /** What the first of them is: `greatest`. */
  readonly first: string;
  /** How `candidate` goes back from what runs now, as the end of a sentence; undefined where it does not. */
  readonly downgrade: (candidate: Candidate) => Promise<string | undefined>;
}

/** Puts tags in order by their text, by UTF-16 code units (tags are ASCII); the greater is first. */
export function byText(one: string, other: string): number {
  return one === other ? 0 : one > other ? -1 : 1;
}
