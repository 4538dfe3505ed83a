/**
 * Nothing else is reported: no other repository, commit, environment or application, and nothing at all of an
 * Application without records. What GitHub refuses for good is not asked for again and again.
 */
import { type Law, subjects } from './law.ts';

export const nothingElse: Law = (outcome) => {
  const { life, told, requests, problems } = outcome;
  const known = new Set(life.plan.records ? subjects(outcome).map(({ deployment }) => deployment) : []);
  const strangers = told.filter(({ kind, repository, commit, environment, name }) =>
    kind === 'deployment-status'
      ? !known.has(`${repository}@${commit} ${environment}`)
      : !known.has(`${repository}@${commit} ${life.environment}`) || name !== `deployment/${life.id}`,
  );
  const refused = requests.filter(({ status, fault }) => !fault && (status < 200 || status > 299));
  return [
    ...strangers.map(
      ({ repository, commit, environment, state }) =>
        `${repository}@${commit} ${environment} ${state} is about nobody here`,
    ),
    ...refused.map(({ what, status }) => `${what} was answered ${status}`),
    ...problems.map((problem) => `the controller says: ${problem}`),
    ...life.outages
      .filter(({ fails }) => fails === 'refused')
      .flatMap(({ from, to }) => {
        const asked = new Map<string, number>();
        for (const { at, status, what } of requests) {
          if (at >= from && at < to && status === 422) asked.set(what, (asked.get(what) ?? 0) + 1);
        }
        return (
          [...asked]
            // Each state of each record is tried three times at once, also while the Application is deleted, and again when another one is taken.
            .filter(([, times]) => times > 16 * known.size + (to - from) / 60)
            .map(([what, times]) => `${what} was refused ${times} times in ${to - from} s`)
        );
      }),
  ];
};
