/**
 * No success while the record's resources are not live and healthy.
 */
import { failedHere, type Law, momentsIn, names, seenIn, since, subjects } from './law.ts';

export const successIsTrue: Law = (outcome) => {
  const short = names(outcome.life);
  return subjects(outcome).flatMap(({ record, told }) =>
    told
      .filter(({ state }) => state === 'success')
      .flatMap(({ at }) => {
        const from = since(outcome, at);
        if (!momentsIn(outcome, from, at).some(({ running }) => running.has(record))) {
          return [`${short.get(record)} success at ${at.toFixed(1)}, but it did not run`];
        }
        if (seenIn(outcome, from, at).every(failedHere)) {
          return [`${short.get(record)} success at ${at.toFixed(1)}, but its operation failed`];
        }
        return [];
      }),
  );
};
