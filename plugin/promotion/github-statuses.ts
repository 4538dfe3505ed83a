/**
 * Commit statuses and check runs from GitHub:
 * https://docs.github.com/rest/commits/statuses and https://docs.github.com/rest/checks/runs
 */
import type { Json } from '../resources/json.ts';
import { stringAt } from '../resources/read-fields.ts';
import type { GitHub } from './github.ts';
import { type ReadStatuses, stateOf, type StatusState } from './statuses.ts';

/** A run that has ended well, in GitHub's eyes: neutral and skipped ones let a merge pass too. */
function checkState(item: Json): StatusState {
  if (stringAt(item, 'status') !== 'completed') return 'pending';
  const conclusion = stringAt(item, 'conclusion');
  return ['neutral', 'skipped'].includes(conclusion) ? 'success' : stateOf(conclusion);
}

/** Reads from GitHub; each commit once. @see ReadStatuses */
export function statusesFromGitHub(github: GitHub): ReadStatuses {
  const known = new Map<string, ReturnType<ReadStatuses>>();
  const read = async (repository: string, commit: string): Promise<ReadonlyMap<string, StatusState>> => {
    const of = `${github.repository(repository)}/commits/${commit}`;
    const [runs, statuses] = await Promise.all([
      github.list(`${of}/check-runs`, {}, 'check_runs'),
      github.list(`${of}/status`, {}, 'statuses'),
    ]);
    // The newest comes first for both; a status beats a check run of the same name, as it is said on purpose.
    const states = new Map<string, StatusState>();
    for (const run of runs.toReversed()) states.set(stringAt(run, 'name'), checkState(run));
    for (const status of statuses.toReversed())
      states.set(stringAt(status, 'context'), stateOf(stringAt(status, 'state')));
    return states;
  };
  return async (repository, commit) => {
    const key = `${repository} ${commit}`;
    const answer = known.get(key) ?? read(repository, commit);
    known.set(key, answer);
    return await answer;
  };
}
