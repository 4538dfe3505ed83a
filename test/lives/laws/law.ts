/**
 * What a law works with: an outcome, and what is known of each record in it.
 */
import { parseRecordName } from '../../../plugin/record/name.ts';
import type { Outcome, BatchReport } from '../batch.ts';
import type { Moment, Seen } from '../model/truth.ts';

/** Says how an outcome breaks the law; nothing when it does not. */
export type Law = (outcome: Outcome) => readonly string[];

/** One record of a life, and what GitHub was told about it. */
export interface Subject {
  readonly record: string;
  /** `owner/repository@commit environment`, the name of GitHub's deployment. */
  readonly deployment: string;
  readonly told: readonly BatchReport[];
  /** The states of GitHub's deployment, those that GitHub set itself included. */
  readonly states: readonly string[];
}

/** The records of all revisions, and their short names for people: the slot and the version. */
export function subjects({ life, told, deployments }: Outcome): Subject[] {
  return [...names(life).keys()].map((record) => {
    const { owner = '', repository = '', commit = '', environment = '' } = parseRecordName(record) ?? {};
    const deployment = `${owner}/${repository}@${commit} ${environment}`;
    return {
      record,
      deployment,
      told: told.filter((one) => one.kind === 'deployment-status' && one.commit === commit && one.taken),
      states: deployments.get(deployment) ?? [],
    };
  });
}

/** Records by name with a short form: `0.3`. */
export function names(life: Outcome['life']): Map<string, string> {
  return new Map([...life.truth.rendered].map(([record, { slot, version }]) => [record, `${slot}.${version}`]));
}

/**
 * Since when a state may be that is told at `at`. What GitHub did not take is tried again after a minute, and then a fifth
 * of its age later; each time with the controller's next look at the Application, which comes within a minute.
 */
export function since({ life, interruptions: { restarts, downtimes } }: Outcome, at: number): number {
  let from = at - slack;
  for (const down of downtimes) {
    if (down.from < at && down.to > from - slack) from = Math.min(from, down.from - slack);
  }
  for (const outage of life.outages.toReversed()) {
    const wait = 120 + Math.max(0, at - outage.from) / 5;
    if (outage.from < at && outage.to >= from - wait) from = Math.min(from, outage.from - slack);
  }
  for (const restart of restarts) if (restart < at && restart > at - 5) from = Math.min(from, restart - slack);
  return from;
}

/** Seconds that Argo CD takes to notice something. */
const slack = 3;

/** The truth since then. */
export function momentsIn({ life }: Outcome, from: number, to: number): readonly Moment[] {
  return life.truth.during(from, to);
}

/** What was written since then, what stood at that time included. */
export function seenIn({ life }: Outcome, from: number, to: number): readonly Seen[] {
  const { seen } = life.truth;
  const first = seen.findLastIndex(({ at }) => at <= from);
  // The engine counts in nanoseconds.
  return seen.slice(Math.max(0, first)).filter(({ at }) => at <= to + 0.001);
}

/** What the controller can have seen of it: what was written and replaced while it was down is nothing to it. */
export function visibleIn(outcome: Outcome, from: number, to: number): readonly Seen[] {
  const { truth, goneAt } = outcome.life;
  const { seen } = truth;
  const last = goneAt ?? Number.POSITIVE_INFINITY;
  return seenIn(outcome, from, to).filter((one) => {
    const until = seen[seen.indexOf(one) + 1]?.at ?? last;
    return !outcome.interruptions.downtimes.some((down) => down.from <= one.at && until <= down.to);
  });
}

/**
 * Whether a success still stands when an operation begins to deploy the record again: it left and came back before anything
 * without it was healthy, or while the controller or GitHub was down, so nothing was told of its leaving.
 * docs/notifications/limits.md
 */
export function stands(outcome: Outcome, { record, told }: Subject, at: number): boolean {
  const success = told.findLast((one) => one.at < at);
  if (success?.state !== 'success') return false;
  return !visibleIn(outcome, success.at, at).some(
    (seen) =>
      seen.at > success.at &&
      seen.at < at &&
      !outcome.life.outages.some(({ from, to }) => from - 60 <= seen.at && seen.at <= to + 60) &&
      seen.sync === 'Synced' &&
      seen.health === 'Healthy' &&
      !seen.renders.includes(record),
  );
}

/** An operation that went wrong at the compared revision. A dry run or a sync of the record alone deploys nothing. */
export function failedHere({ phase, operated, compared, deploys }: Seen): boolean {
  return (phase === 'Failed' || phase === 'Error') && operated === compared && deploys;
}
