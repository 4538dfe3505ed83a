/**
 * No state is told twice, and what is a success and goes on running is not told to be on its way again, unless another
 * commit of the same repository and environment was told in between. An answer that is lost on the network repeats a
 * status: nobody can know that it arrived.
 */
import type { BatchReport } from '../batch.ts';
import { type Law, momentsIn, names, type Subject, subjects } from './law.ts';

export const nothingTwice: Law = (outcome) => {
  const short = names(outcome.life);
  const { restarts, downtimes } = outcome.interruptions;
  const excused = restarts.length + downtimes.length > 0 || outcome.life.outages.some(({ fails }) => fails === 'lost');
  const all = subjects(outcome);
  return all.flatMap((subject) => {
    const { record, told } = subject;
    const lines = told.map(({ state }) => state).join(', ');
    return told.flatMap((one, index) => {
      const before = told[index - 1];
      // The Application of the new name knows nothing of what was told.
      if (!before || outcome.life.renamings.some((at) => before.at < at + 0.001 && one.at >= at)) return [];
      if (replacedBetween(all, subject, before, one)) return [];
      if (one.state === before.state)
        return excused || isRefusedBetween(outcome, before, one)
          ? []
          : [`${short.get(record)} is told twice: ${lines}`];
      const again = before.state === 'success' && (one.state === 'in_progress' || one.state === 'queued');
      const runs = momentsIn(outcome, before.at, one.at).every(({ running }) => running.has(record));
      return again && runs ? [`${short.get(record)} runs on and is told again: ${lines}`] : [];
    });
  });
};

/** Whether a state of the same commit was to be told in between, and GitHub did not take it. */
function isRefusedBetween({ told, life }: Parameters<Law>[0], before: BatchReport, after: BatchReport): boolean {
  // What replaced it during an outage, and was replaced by it again, is reported as a commit status only, or not at all.
  if (life.outages.some(({ from, to }) => to - from >= 30 && from > before.at && to < after.at)) return true;
  return told.some(
    ({ kind, commit, at, taken }) =>
      kind === 'deployment-status' && commit === after.commit && !taken && at > before.at && at < after.at,
  );
}

/** Whether something was told of another commit of the same repository, environment and application. */
function replacedBetween(
  all: readonly Subject[],
  { record }: Subject,
  before: BatchReport,
  after: BatchReport,
): boolean {
  const line = record.slice(0, -40);
  return all.some(
    (other) =>
      other.record !== record &&
      other.record.startsWith(line) &&
      other.told.some(({ at, state }) => at >= before.at && at <= after.at && state !== 'queued'),
  );
}
