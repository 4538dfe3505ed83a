/**
 * The deployments that the figures are made from, with their commits.
 */
import { useEffect, useState } from 'preact/hooks';
import { type Row, lengthText, outcomeText } from '../../plugin/fleet/metrics/views.ts';
import { CommitLink } from '../components/bits.tsx';
import { count, moment, short } from '../format.ts';
import { deploymentsOf, leadOf, type List, lists, type Week } from './figures.ts';

const words: Readonly<Record<List, string>> = {
  all: 'all',
  healthy: 'healthy, or nothing reported',
  failed: 'failed or taken back',
  back: 'rollbacks and reverts',
};

/** How many are made at once. */
const step = 50;

/** The table. */
export function Deployments(props: {
  readonly rows: readonly Row[];
  readonly list: List;
  /** Only those of this week. */
  readonly week: Week | undefined;
  readonly onList: (list: List) => void;
  readonly onAllWeeks: () => void;
}) {
  const { rows, list, week, onList, onAllWeeks } = props;
  const [shown, setShown] = useState(step);
  useEffect(() => setShown(step), [rows, list, week]);
  const found = deploymentsOf(rows, list, week);
  return (
    <section class="panel">
      <h2 id="deployments" tabIndex={-1}>
        What the figures are made from: {count(found.length, 'deployment')}
      </h2>
      <div class="choices">
        <label class="order">
          <span class="visually-hidden">Which deployments</span>
          <select
            class="button"
            value={list}
            onChange={(event) => onList(lists.find((one) => one === event.currentTarget.value) ?? 'all')}
          >
            {lists.map((one) => (
              <option key={one} value={one}>
                {words[one]}
              </option>
            ))}
          </select>
        </label>
        {week === undefined ? null : (
          <button type="button" class="button" onClick={onAllWeeks}>
            week until {moment(new Date(week.to).toISOString()).slice(0, 10)}: show all weeks
          </button>
        )}
      </div>
      <div class="table-scroller" tabIndex={0} role="region" aria-labelledby="deployments">
        <table class="figures made-from">
          <thead>
            <tr>
              {['When', 'Service', 'Environment', 'Commit', 'Outcome', 'Lead time', 'Change', 'Subject'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map(({ service, environment, deployment }) => (
              <tr key={`${service}\0${environment}\0${deployment.change}`}>
                <td>{moment(new Date(deployment.at).toISOString())}</td>
                <td>{service}</td>
                <td>{environment}</td>
                <td>{deployment.commit === undefined ? '-' : <CommitLink commit={deployment.commit} />}</td>
                <td>{outcomeText(deployment)}</td>
                <td>{lengthText(leadOf(deployment))}</td>
                <td class="mono">{short(deployment.change)}</td>
                <td class="subject">{deployment.subject ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > shown ? (
        <button type="button" class="button more" onClick={() => setShown(shown + 4 * step)}>
          Show more of {found.length}
        </button>
      ) : null}
    </section>
  );
}
