/**
 * Points in the order of events that people name: a commit, an event's id, or a date.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Entry } from './order.ts';

/** Milliseconds since 1970; undefined for what is no date, such as 31 February, which `Date` would take for March. */
function dateOf(text: string): number | undefined {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:$|T)/u.exec(text) ?? [];
  const time = day === undefined ? Number.NaN : Date.parse(text);
  const midnight = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(time) || Number.isNaN(midnight)) return undefined;
  return new Date(midnight).toISOString().startsWith(`${day}T`) ? time : undefined;
}

/** The index in `order` of the first entry at or after what `since` names. Failure `event-unknown`. */
export function indexSince(order: readonly Entry[], since: string): number {
  if (/^[0-9a-f]{7,64}$/u.test(since)) {
    const index = order.findIndex(({ commit, path }) => commit.startsWith(since) || path.includes(`/${since}`));
    if (index >= 0) return index;
  }
  const date = dateOf(since);
  if (date !== undefined) {
    const index = order.findIndex(({ committed }) => committed * 1000 >= date);
    return index < 0 ? order.length : index;
  }
  throw failure('event-unknown', `--since ${since} names no commit, no event and no date`, {
    help: [
      'Expected the first digits (at least 7) of a commit that added an event, or of an event id, or a date such as 2026-11-21.',
    ],
  });
}
