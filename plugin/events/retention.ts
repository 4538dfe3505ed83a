/**
 * Which events may go: old ones, but never the last few of a line, and never one that a consumer has still to get.
 */
import type { Entry } from './order.ts';

/** What is kept. */
export interface Retention {
  /** Events younger than this stay, in seconds, by the time of the commit that added them. */
  readonly olderThan: number;
  /** The last events of each application, environment and type stay. */
  readonly keepLast: number;
}

/** The folder of an event: one line of events of one application, environment and type. */
function line(entry: Entry): string {
  return entry.path.slice(0, entry.path.lastIndexOf('/'));
}

/**
 * The entries (of those present, in git's order) that retention lets go. `now` is in Unix seconds. No event counts as
 * older than one that git got before it, so that a writer whose clock is behind loses none.
 */
export function expired(entries: readonly Entry[], retention: Retention, now: number): Entry[] {
  let latest = 0;
  const times = new Map(entries.map((entry) => [entry, (latest = Math.max(latest, entry.committed))]));
  const later = new Map<string, number>();
  const gone: Entry[] = [];
  for (const entry of entries.toReversed()) {
    const newer = later.get(line(entry)) ?? 0;
    later.set(line(entry), newer + 1);
    if (newer >= retention.keepLast && now - (times.get(entry) ?? now) > retention.olderThan) gone.push(entry);
  }
  return gone.toReversed();
}
