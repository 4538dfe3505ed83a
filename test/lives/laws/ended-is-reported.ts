/**
 * Every deployment that ended is told as ended: an operation that failed is a failure of what it was to deploy, also
 * when the compared revision has moved on since, and also when it can be told only later.
 */
import { type Law, names, stands, subjects, visibleIn } from './law.ts';

export const endedIsReported: Law = (outcome) => {
  const { life } = outcome;
  const short = names(life);
  const of = new Map(subjects(outcome).map((subject) => [subject.record, subject]));
  return life.truth.attempts.flatMap((attempt, index) => {
    const { endedAt, outcome: result, full, dryRun, fresh, startedAt } = attempt;
    if (endedAt === undefined || result === 'Succeeded' || !full || dryRun) return [];
    const next = life.truth.attempts[index + 1]?.startedAt ?? life.end;
    const renamed = life.renamings.find((at) => at > endedAt) ?? life.end;
    const until = Math.min(next, life.deletedAt ?? life.end, renamed);
    // With the Application under its old name everything is forgotten that GitHub did not take.
    if (life.outages.some(({ from, to }) => from <= renamed && to >= endedAt && renamed < life.end)) return [];
    // A retry is not the end; and what the controller never got to see, it cannot tell.
    const visible = visibleIn(outcome, endedAt, until).some(
      ({ at, phase, open, operated, deleting }) =>
        at >= endedAt &&
        (phase === 'Failed' || phase === 'Error') &&
        open &&
        operated === attempt.revision &&
        !deleting,
    );
    if (!visible) return [];
    const seen = visibleIn(outcome, startedAt, until);
    return fresh.flatMap((record) => {
      const wasCompared = seen.some(
        ({ compared, renders }) => compared === attempt.revision && renders.includes(record),
      );
      const subject = of.get(record);
      const told = subject?.told ?? [];
      const before = told.findLast(({ at }) => at < startedAt)?.state ?? '';
      // Its operation failed before it applied the record, at a revision that was not compared or while the controller was
      // down: nothing that the controller got to see names the record.
      const open = told.findLast(({ at }) => at <= endedAt)?.state ?? '';
      // It was told of an operation whose end was never seen, and nothing names it in the one that failed.
      const lastTold = told.findLast(({ at }) => at <= endedAt);
      const ran = lastTold && life.truth.seen.findLast(({ at }) => at <= lastTold.at + 0.001)?.since;
      const after = life.truth.seen.find(({ at }) => at >= endedAt);
      if (ran !== after?.since && after?.compared !== attempt.revision && !after?.listed.includes(record)) return [];
      if (!wasCompared && !seen.some(({ listed }) => listed.includes(record)) && open !== 'in_progress') return [];
      if (failed(before) || told.some(({ at, state }) => at >= startedAt && failed(state))) return [];
      // While nothing could be told, something newer about the same record may have taken its place; or it was replaced.
      const down = life.outages.some(({ from, to }) => from <= until && to >= endedAt);
      if (down && told.some(({ at, state }) => at >= endedAt && (state === 'success' || state === 'inactive')))
        return [];
      if (refusedForGood(outcome, endedAt) || isDeletedWhileDown(outcome, endedAt)) return [];
      if (subject && stands(outcome, subject, startedAt)) return [];
      return [
        `${short.get(record)} failed at ${endedAt.toFixed(1)}, and was told ${subject?.states.join(', ') || 'nothing'}`,
      ];
    });
  });
};

const failed = (state: string): boolean => state === 'failure' || state === 'error';

/** Whether GitHub took nothing from then until the Application was gone. */
function isDeletedWhileDown({ life: { deletedAt, outages } }: Parameters<Law>[0], at: number): boolean {
  return deletedAt !== undefined && outages.some(({ from, to }) => from <= at && to >= deletedAt + 3);
}

/** Whether GitHub refused everything for so long that it counts as a refusal for good. */
function refusedForGood({ life }: Parameters<Law>[0], at: number): boolean {
  return life.outages.some(({ from, to, fails }) => fails === 'refused' && to - from >= 60 && to >= at);
}
