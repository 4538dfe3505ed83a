/**
 * The shape of a pattern (plugin/handback/patterns/NAME.ts): each file exports `pattern`.
 */
import type { HandbackConfig } from './config.ts';
import type { HandbackFileText } from './job.ts';

/** How good a pattern is at one thing, from 1 (worst) to 5, and why. */
interface Rating {
  readonly score: 1 | 2 | 3 | 4 | 5;
  readonly why: string;
}

/** What patterns are compared by. */
export const criteria = ['security', 'effort', 'latency', 'audit', 'scale'] as const;

/** One of {@link criteria}. */
export type Criterion = (typeof criteria)[number];

/** A way of handing a deployment back to CI. */
export interface Pattern {
  readonly name: string;
  readonly summary: string;
  /** Whether the cluster must reach CI over the network. */
  readonly networkPath: boolean;
  /** Whether a deployment is still handed back when CI or the provider was down at the moment. */
  readonly survivesOutages: boolean;
  /** Whether an append-only history of every deployment, which nobody has to keep on purpose, is left behind. */
  readonly trail: boolean;
  readonly ratings: Readonly<Record<Criterion, Rating>>;
  /** The files, in the order of reading. Failure `handback-missing` when the configuration lacks a part. */
  readonly generate: (config: HandbackConfig) => HandbackFileText[];
}
