/**
 * Work that is done a few at a time. The only file that imports p-limit.
 */
import pLimit, { type LimitFunction } from 'p-limit';

/** Runs what it is given; waits while `most` are under way. */
export type Limit = LimitFunction;

/** A limit of its own. */
export function limitOf(most: number): Limit {
  return pLimit(most);
}
