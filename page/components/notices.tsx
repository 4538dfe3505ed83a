/**
 * What is missing from the page: origins that could not be read, files that do not parse, data that has grown old.
 */
import type { Fleet, FleetProblem } from '../../plugin/schemas/fleet.generated.ts';
import { age, count } from '../format.ts';

const originWords: Readonly<Record<string, string>> = {
  repository: 'the deployments repository',
  applications: 'Applications of Argo CD',
  events: 'event files',
  provider: 'the Git provider',
};

const placeOf = ({ file, line, origin }: FleetProblem): string =>
  file === undefined ? origin : line === undefined ? file : `${file}:${line}`;

/** Milliseconds after which data is called old. */
const OLD = 86_400_000;

/** Nothing where everything could be read. */
export function Notices({ fleet, now }: { readonly fleet: Fleet; readonly now: number }) {
  const unread = fleet.origins.filter(({ read }) => !read);
  const isOld = now - Date.parse(fleet.takenAt) > OLD;
  const number = unread.length + fleet.problems.length;
  if (number === 0 && !isOld) return null;
  return (
    <details class="notices">
      <summary>
        {isOld ? `This is how it was ${age(fleet.takenAt, now)} ago. ` : ''}
        {number === 0 ? '' : `${count(number, 'thing')} could not be read; the rest is shown.`}
      </summary>
      <ul>
        {unread.map(({ kind, name, reason }) => (
          <li key={`${kind} ${name}`}>
            <b>{originWords[kind] ?? kind}</b> ({name}): {reason ?? 'not read'}
          </li>
        ))}
        {fleet.problems.map((problem, index) => (
          // oxlint-disable-next-line react/no-array-index-key: problems have no identity.
          <li key={index}>
            <code>{placeOf(problem)}</code> {problem.message}
          </li>
        ))}
      </ul>
    </details>
  );
}
