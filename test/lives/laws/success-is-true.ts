/**
 * No success while the record's resources are not live and healthy. Once the compared revision of a manual Application has
 * moved on, nothing in it tells what somebody changed by hand from what differs between the revisions: then the pods count.
 */
import { failedHere, type Law, momentsIn, names, seenIn, since, subjects } from './law.ts';

export const successIsTrue: Law = (outcome) => {
  const short = names(outcome.life);
  return subjects(outcome).flatMap(({ record, told }) =>
    told
      .filter(({ state }) => state === 'success')
      .flatMap(({ at }) => {
        const from = since(outcome, at);
        const away = seenIn(outcome, from, at).some(
          ({ manual, sync, compared, operated }) => manual && sync === 'OutOfSync' && compared !== operated,
        );
        if (!momentsIn(outcome, from, at).some(({ running, ready }) => (away ? ready : running).has(record))) {
          return [`${short.get(record)} success at ${at.toFixed(1)}, but it did not run`];
        }
        if (seenIn(outcome, from, at).every(failedHere)) {
          return [`${short.get(record)} success at ${at.toFixed(1)}, but its operation failed`];
        }
        return [];
      }),
  );
};
