/**
 * A life for people: what Argo CD wrote, what ran, and what GitHub was told, in the order of time.
 */
import { parseRecordName } from '../../plugin/record/name.ts';
import type { Outcome } from './batch.ts';
import { names } from './laws/law.ts';

/** One line for each thing that happened. */
export function timeline({ life, told }: Outcome): string[] {
  const short = names(life);
  const byCommit = new Map([...short].map(([record, name]) => [parseRecordName(record)?.commit ?? '', name]));
  const revision = (hash: string): string => {
    const records = life.truth.recordsOf(hash).map((record) => short.get(record));
    return hash === '' ? '' : `${hash.slice(0, 4)}(${records.join(' ')})`;
  };
  const list = (records: ReadonlySet<string>): string => [...records].map((record) => short.get(record)).join(' ');
  const lines = [
    ...life.truth.seen.map((seen) => ({
      at: seen.at,
      text: [
        `${seen.sync || '-'} at ${revision(seen.compared) || '-'}`,
        seen.health,
        seen.phase === '' ? '' : `${seen.phase} at ${revision(seen.operated)}`,
        seen.asked ? 'asked' : '',
        seen.deleting ? 'deleting' : '',
        seen.open ? '' : '(not looked at)',
      ]
        .filter((part) => part !== '')
        .join(', '),
    })),
    ...life.truth.moments.map(({ at, running, applied }) => ({
      at,
      text: `    runs: ${list(running)}; applied: ${list(applied)}`,
    })),
    ...told.map(({ at, kind, commit, state, answered, taken }) => ({
      at: at + 0.0005,
      text: `        ${kind === 'status' ? 'commit status' : 'deployment'} ${byCommit.get(commit) ?? commit} ${state}${answered ? '' : taken ? ' (answer lost)' : ' (refused)'}`,
    })),
    ...life.outages.flatMap(({ from, to, fails }) => [
      { at: from, text: `  GitHub: ${fails}` },
      { at: to, text: '  GitHub is well again' },
    ]),
  ];
  return lines.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${at.toFixed(2).padStart(8)} ${text}`);
}
