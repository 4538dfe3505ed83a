/**
 * The last reported state of each commit is its actual state when everything has come to rest.
 */
import type { Outcome } from '../batch.ts';
import type { Attempt } from '../model/operation.ts';
import type { Seen } from '../model/truth.ts';
import { failedHere, type Law, names, stands, subjects, visibleIn } from './law.ts';

/** What an operation tried; nothing when it ended before, as one that a window held back. */
function attemptOf(attempts: readonly Attempt[], since: number): Attempt | undefined {
  return attempts.findLast(({ full, dryRun, startedAt }) => full && !dryRun && startedAt >= since);
}

const failed = ({ phase, deploys }: Seen): boolean => deploys && (phase === 'Failed' || phase === 'Error');

/** Whether the controller could see how the operation ended that ran at a time. */
function endWasSeen(outcome: Outcome, at: number): boolean {
  // The engine counts in nanoseconds.
  const since = outcome.life.truth.seen.findLast((seen) => seen.at <= at + 0.001)?.since;
  return visibleIn(outcome, at, outcome.life.end).some(
    (seen) => seen.since === since && seen.open && !['Running', 'Terminating'].includes(seen.phase),
  );
}

/** Whether an outage of minutes after that time saw more than two other deployments succeed. docs/notifications/limits.md */
function isForgotten({ life: { outages, truth } }: Outcome, at: number): boolean {
  return outages.some(
    ({ from, to }) =>
      to - from >= 60 &&
      from >= at &&
      truth.attempts.filter(
        ({ outcome, fresh, endedAt = 0 }) =>
          outcome === 'Succeeded' && fresh.length > 0 && endedAt > from && endedAt < to,
      ).length > 2,
  );
}

export const lastIsSo: Law = (outcome) => {
  const { life } = outcome;
  const { truth } = life;
  const short = names(life);
  const last = truth.seen.at(-1);
  const now = truth.moments.at(-1);
  if (!last || !now) return [];
  if (life.outages.some(({ fails, from, to }) => fails === 'refused' && to - from >= 60)) return [];
  const renamedAt = life.renamings.at(-1);
  const down = life.outages.some(({ to }) => renamedAt !== undefined && to >= renamedAt - 60);
  const told = subjects(outcome)
    .filter(({ record, told: [...all] }) => {
      // The Application of the new name knows nothing of what it does not render. What waited for delivery is lost.
      const forgotten = renamedAt !== undefined && (all.at(-1)?.at ?? 0) < renamedAt;
      return !forgotten || (!down && truth.recordsOf(last.compared).includes(record));
    })
    .map((subject) => ({
      subject,
      record: subject.record,
      last: (subject.states.at(-1) ?? '').split(' ')[0] ?? '',
      states: subject.states,
    }));
  const wrong = (record: string, states: readonly string[], right: string): string =>
    `${short.get(record)} was told ${states.join(', ') || 'nothing'}, and is ${right}`;

  if (life.deletedAt !== undefined) {
    const { deletedAt } = life;
    const down = life.outages.some(({ from, to }) => from <= deletedAt + 4 && to >= deletedAt);
    // While the last comparison is older than the operation's end, as it is for minutes after a dry run, the controller
    // does not look at the Application.
    const seen = visibleIn(outcome, deletedAt, life.end).some(({ deleting, open }) => deleting && open);
    if (!seen || down) return [];
    return told.flatMap(({ record, last: state, states }) =>
      state === '' || state === 'inactive' || state === 'failure' || state === 'error'
        ? []
        : [wrong(record, states, 'deleted')],
    );
  }
  const targets = new Set(truth.recordsOf(last.compared));
  const settled = last.sync === 'Synced' && !last.asked && !failedHere(last);
  return told.flatMap(({ subject, record, last: state, states }) => {
    if (settled && last.health === 'Healthy') {
      if (targets.has(record)) {
        // Its own operation failed, and a later revision changed nothing: a failed smoke test stays failed.
        // So does one after which an operation failed that never had a revision: it counts as one of what is compared.
        const operated = attemptOf(truth.attempts, last.since)?.records ?? [];
        const ownFailed = failed(last) && (last.operated === '' || operated.includes(record));
        // After an operation that failed without ever having a revision, nothing becomes a success before the next one.
        if (failed(last) && last.operated === '' && state === 'inactive') return [];
        // GitHub's deployments are older than the Application of the new name, which cannot know their order: of two commits
        // of one repository, the success of one may set the other inactive. docs/notifications/limits.md
        if (renamedAt !== undefined && states.at(-1) === 'inactive (auto)') return [];
        const right = ownFailed ? ['success', 'failure', 'error'] : ['success'];
        return right.includes(state) ? [] : [wrong(record, states, 'deployed')];
      }
      // Nor is anything replaced by what is not a success: see above.
      if (failed(last) && last.operated === '') return [];
      // A long outage holds as many notes as there are slots: what several successes replaced meanwhile is forgotten.
      if (state === 'in_progress' && isForgotten(outcome, subject.told.at(-1)?.at ?? 0)) return [];
      if (states.length === 0 || ['inactive', 'failure', 'error'].includes(state)) return [];
      // Nothing replaces it while what was to replace it is a failure, as after a failed smoke test.
      const isFailure = (one: (typeof told)[number]): boolean => ['failure', 'error'].includes(one.last);
      if (state === 'success' && failed(last) && told.some((one) => targets.has(one.record) && isFailure(one)))
        return [];
      return [wrong(record, states, 'replaced')];
    }
    if (failedHere(last) && !last.asked && targets.has(record)) {
      const attempt = attemptOf(truth.attempts, last.since);
      // What the same revision renders since it was edited was not tried, and Argo CD does not try it by itself; a sync of
      // the record alone, and one that a window held back until it was terminated, try nothing.
      if (!attempt?.records.includes(record)) return [];
      if (stands(outcome, subject, attempt.startedAt)) return [];
      const { fresh } = attempt;
      const right = fresh.includes(record) ? ['failure', 'error'] : ['failure', 'error', 'success'];
      return right.includes(state) ? [] : [wrong(record, states, 'failed')];
    }
    if (settled && last.health === 'Degraded' && targets.has(record)) {
      return ['failure', 'success'].includes(state) ? [] : [wrong(record, states, 'degraded')];
    }
    // A sync by hand is waited for.
    const waits =
      last.sync === 'OutOfSync' && last.manual && !last.asked && !['Running', 'Terminating'].includes(last.phase);
    if (waits && targets.has(record) && !now.applied.has(record)) {
      // The same revision was deployed before, without this record: for all that the Application says, it was rolled back.
      const deployed = truth.attempts.some(
        ({ outcome: ended, revision }) => ended === 'Succeeded' && revision === last.compared,
      );
      if (deployed && state === '') return [];
      // A sync of the record alone applied it: nothing in the Application says that it waits.
      if (state === '' && truth.attempts.some(({ full, records }) => !full && records.includes(record))) return [];
      // The end of the operation that it was told of was never to be seen: another one was asked for at once.
      if (state === 'in_progress' && !endWasSeen(outcome, subject.told.at(-1)?.at ?? 0)) return [];
      const before = ['queued', 'failure', 'error', 'inactive', 'success'];
      return before.includes(state) ? [] : [wrong(record, states, 'waiting')];
    }
    return [];
  });
};
