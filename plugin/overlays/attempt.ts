/**
 * One overlay being applied to one resource: how its operation reports a mistake, and how it tells of a write.
 */
import type { Code } from '../diagnostics/codes.ts';
import { type Failure, failure } from '../diagnostics/failure.ts';
import { equals, getKey, isObject, type Json, type JsonObject } from '../resources/json.ts';
import type { Overlay } from '../resources/overlay.ts';
import type { Path } from '../resources/pointer.ts';
import type { Growth } from './growth.ts';
import { labelOf } from './label.ts';

/** A write of one field. Lists may have been reordered, so an existing field has its path of before, a new one that of after. */
interface Write {
  readonly path: Path;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Where the overlay says it: a path inside the overlay as authored. */
  readonly at: Path;
}

/** What an operation gets besides the manifest. */
export interface Attempt {
  readonly overlay: Overlay;
  /** `Deployment/user-service`. */
  readonly resource: string;
  /** Counts what operations add. */
  readonly growth: Growth;
  /** Hears of every write, with the manifest in which its path is to be read; undefined when nobody asks. */
  readonly write: ((write: Write, body?: JsonObject) => void) | undefined;
}

/**
 * Runs one step from a manifest to the next (undefined removes it), and tells of its writes once it is done: a new
 * field's path can be read only in the manifest that has it.
 */
export function step<After extends JsonObject | undefined>(
  attempt: Attempt,
  before: JsonObject,
  run: (attempt: Attempt) => After,
): After {
  const { write } = attempt;
  if (write === undefined) return run(attempt);
  const writes: Write[] = [];
  const after = run({ ...attempt, write: (one) => void writes.push(one) });
  for (const one of writes) write(one, one.before === undefined ? (after ?? before) : before);
  return after;
}

/** The Failure of an operation; `at` is a path inside the overlay, `what` marks the key there instead of the value. */
export function problem(
  attempt: Attempt,
  code: Code,
  message: string,
  details: { at: Path; what?: 'key' | 'value'; help?: readonly string[] },
): Failure {
  return failure(code, `${labelOf(attempt.overlay)} on ${attempt.resource}: ${message}`, {
    location: attempt.overlay.locate(details.at, details.what),
    help: details.help,
  });
}

/** Where a field is, before and after a write. */
export interface Target {
  /** Undefined when there was nothing before. */
  readonly from: Path | undefined;
  readonly to: Path;
  /** Where the overlay speaks of it. */
  readonly at: Path;
}

/** The place of a field of a mapping. */
export function below(place: Target, key: string): Target {
  return { from: place.from && [...place.from, key], to: [...place.to, key], at: [...place.at, key] };
}

/** Tells of the change of one value by its leaves: scalars, lists and what was removed as a whole. */
export function writeLeaves(attempt: Attempt, place: Target, before: Json | undefined, after: Json | undefined): void {
  const { write } = attempt;
  if (write === undefined || equals(before, after)) return;
  const isWhole = !isObject(after) || Object.keys(after).length === 0 || (before !== undefined && !isObject(before));
  if (isWhole) {
    write({ path: before === undefined ? place.to : (place.from ?? place.to), before, after, at: place.at });
    return;
  }
  const old: JsonObject = isObject(before) ? before : {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(after)])) {
    writeLeaves(attempt, below(place, key), getKey(old, key), getKey(after, key));
  }
}
