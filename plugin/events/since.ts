/**
 * Points in the order of events that people name: a commit, an event's id, or a date.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Entry } from './order.ts';

/** The index in `order` of the first entry at or after what `since` names. Failure `event-unknown`. */
export function indexSince(order: readonly Entry[], since: string): number {
  if (/^[0-9a-f]{7,64}$/u.test(since)) {
    const index = order.findIndex(({ commit, path }) => commit.startsWith(since) || path.includes(`/${since}`));
    if (index >= 0) return index;
  }
  const date = /^\d{4}-\d\d-\d\d/u.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(date)) {
    const index = order.findIndex(({ committed }) => committed * 1000 >= date);
    return index < 0 ? order.length : index;
  }
  throw failure('event-unknown', `--since ${since} names no commit, no event and no date`, {
    help: [
      'Expected the first digits (at least 7) of a commit that added an event, or of an event id, or a date such as 2026-11-21.',
    ],
  });
}
