/**
 * What is handed down in one merge.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { Attempt, Target } from '../attempt.ts';
import type { Type } from './schema.ts';

/** One merge on its way down. */
export interface Merge {
  readonly attempt: Attempt;
  /** True below a kind whose schema is known. */
  readonly isBuiltIn: boolean;
}

/** Merges a mapping; undefined when the patch deletes it, `base` itself when nothing changed. */
export type MergeMap = (
  merge: Merge,
  base: JsonObject,
  patch: JsonObject,
  type: Type | undefined,
  place: Target,
) => JsonObject | undefined;

/** The same merge, telling nobody of its writes: the caller tells of the whole. */
export function quietly(merge: Merge): Merge {
  return { ...merge, attempt: { ...merge.attempt, write: undefined } };
}
