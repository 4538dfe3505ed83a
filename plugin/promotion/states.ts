/**
 * Which earlier state of an environment's lock a rollback goes back to: the states that differ, newest first, without
 * those that are held back or were not healthy.
 */
import { attemptTogether, Failure, failure } from '../diagnostics/failure.ts';
import type { LockedImage, LockHold } from '../lock/lock.ts';
import { heldVersion, holdsOf, isAbout } from '../updates/held.ts';
import { entryOf, type LockVersion, sameEntry, sameVersion } from '../updates/lock-history.ts';
import { healthOf, type HealthRequest } from './health.ts';

/** Entries of a lock. */
export type Images = readonly LockedImage[];

/** A state of the lock that was passed over, or taken although nobody said how it went. */
export interface Judged {
  readonly version: Pick<LockVersion, 'commit' | 'subject'>;
  readonly isSkipped: boolean;
  /** One for each image. */
  readonly why: readonly string[];
}

/** What a state is looked for in. */
export interface Search {
  readonly current: Images;
  /** Newest first. */
  readonly versions: readonly LockVersion[];
  /** Only these images; none: all. */
  readonly only: readonly string[];
  /** States with a version that one of these is about are passed over. */
  readonly holds: readonly LockHold[];
  readonly health: HealthRequest | undefined;
}

/**
 * The names of which two locks have different versions; an image that one of them lacks differs. `isExact`: also those
 * of which one lock only says more than the other, such as the source commit.
 */
export function differing(a: Images, b: Images, only: readonly string[], isExact = false): string[] {
  const isSame = isExact ? sameEntry : sameVersion;
  const all = only.length > 0 ? only : [...a, ...b.filter(({ name }) => !entryOf(a, name))].map(({ name }) => name);
  return all.filter((name) => !isSame(entryOf(a, name), entryOf(b, name)));
}

/** `skipped 8f3c0e7b6a5d "Deploy api": …`, without a full stop. */
export function sentenceOf({ version, isSkipped, why }: Judged): string {
  const what = `${version.commit.slice(0, 12)} ${JSON.stringify(version.subject)}`;
  return `${isSkipped ? 'skipped' : 'used without check:'} ${what}: ${why.join('; ')}`;
}

/** Somebody in a hurry must not be held up by a GitHub that does not answer. */
async function orAdvice<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const advice = '--any-state restores the last different state without this check.';
    throw new Failure(error.diagnostics.map((one) => Object.assign({}, one, { help: [...(one.help ?? []), advice] })));
  }
}

/** Why a state is held back: one for each image. */
function heldWords(entries: Images, holds: readonly LockHold[]): string[] {
  return entries.flatMap((entry) => {
    const hold = holdsOf(holds, entry.name).find((one) => !one.stays && isAbout(one, entry));
    return hold ? [`${entry.name} ${heldVersion(hold)} is held back: ${hold.reason}`] : [];
  });
}

/** What is known of the entries that a version would bring back. */
async function judge(version: LockVersion, { current, only, holds, health }: Search): Promise<Judged | undefined> {
  const entries = differing(current, version.images, only).flatMap((name) => entryOf(version.images, name) ?? []);
  const held = heldWords(entries, holds);
  if (held.length > 0) return { version, isSkipped: true, why: held };
  if (!health) return undefined;
  const found = await orAdvice(attemptTogether(entries.map(async (entry) => await healthOf(entry, health))));
  const unhealthy = found.filter((one) => one.is === 'unhealthy');
  const unknown = found.filter((one) => one.is === 'unknown');
  const judgement = unhealthy.length > 0 ? unhealthy : unknown;
  if (judgement.length === 0) return undefined;
  return { version, isSkipped: unhealthy.length > 0, why: judgement.map(({ why }) => why) };
}

/** The version that is `steps` different states behind; those that are held back or unhealthy do not count. */
export async function goBack(
  search: Search,
  steps: number,
): Promise<{ readonly version: LockVersion | undefined; readonly judged: readonly Judged[] }> {
  const { current, versions, only } = search;
  const judged: Judged[] = [];
  let state = current;
  let left = steps;
  for (const version of versions) {
    // A commit that removed or broke the lock ran nothing to go back to.
    if (version.images.length === 0 || differing(state, version.images, only).length === 0) continue;
    // What runs is not gone back to, whatever came in between.
    if (differing(current, version.images, only).length === 0) continue;
    const judgement = await judge(version, search);
    if (judgement) judged.push(judgement);
    if (judgement?.isSkipped) continue;
    left -= 1;
    if (left === 0) return { version, judged };
    state = version.images;
  }
  return { version: undefined, judged };
}

/** Failure `rollback-target`, at the lock: there is no such state. */
export function noState(what: string, file: string, steps: number, judged: readonly Judged[]): Error {
  const states = steps === 1 ? 'other state' : `${steps} other states`;
  return failure('rollback-target', `the history has no ${states} of ${what} to go back to`, {
    location: { file },
    help: [
      ...judged.filter((one) => one.isSkipped).map((one) => `${sentenceOf(one)}.`),
      'A state counts if the tag, the digest or the source commit of an image is another one.',
      'In a shallow clone, fetch the rest first: git fetch --unshallow. Or name a commit with --to.',
    ],
  });
}
