/**
 * One cell of the matrix: which commit an environment runs, since when, and whether it is well.
 */
import { behindWords } from '../../plugin/fleet/views/cells.ts';
import type { FleetCell, FleetCommit } from '../../plugin/schemas/fleet.generated.ts';
import { Age, Badge, Link } from '../components/bits.tsx';
import { StateSign, toneOf } from '../components/state.tsx';
import { refName, short } from '../format.ts';
import { addressOf } from '../route.ts';

/** How far it is behind, as a link to the comparison where there is one. */
function Behind({ cell, tabIndex }: { readonly cell: FleetCell; readonly tabIndex: number }) {
  const text = behindWords(cell);
  if (text === undefined) return null;
  const { environment, url } = cell.behind ?? {};
  return (
    <Link class="badge badge-behind" to={url} tabIndex={tabIndex} title={`Compare with ${environment}`}>
      {text}
    </Link>
  );
}

function Holds({ cell }: { readonly cell: FleetCell }) {
  const holds = cell.lock?.holds ?? [];
  if (holds.length === 0) return null;
  return (
    <Badge tone="hold" title={holds.map(({ reason }) => reason).join('; ')}>
      held
    </Badge>
  );
}

function Drift({ cell }: { readonly cell: FleetCell }) {
  if (cell.drift.length === 0) return null;
  const said = cell.drift.map(
    ({ image, locked, live }) => `${image}: the lock says ${locked}, ${live ?? 'something else'} runs`,
  );
  return (
    <Badge tone="drift" title={said.join('; ')}>
      drift
    </Badge>
  );
}

/** What stands for a commit in a small space: its version, else its short hash. */
const nameOf = ({ version, commit }: FleetCommit): string => version ?? short(commit);

/** The first line of a cell's text: what runs, in words. */
function subjectOf(cell: FleetCell): string {
  const [first] = cell.commits;
  if (['failure', 'error', 'queued'].includes(cell.state) && cell.reason !== undefined) return cell.reason;
  if (cell.lock?.problem !== undefined) return cell.lock.problem;
  return first?.subject ?? first?.pullRequest?.title ?? refName(first?.ref) ?? cell.reason ?? '';
}

const stillRuns = ({ state, live }: FleetCell): FleetCommit | undefined =>
  state === 'success' ? undefined : live?.[0];

/** Whether a cell has a third line. */
export function hasBadges(cell: FleetCell): boolean {
  return (
    stillRuns(cell) !== undefined ||
    cell.drift.length > 0 ||
    (cell.lock?.holds.length ?? 0) > 0 ||
    cell.behind?.same === false
  );
}

/** A cell. `isActive`: it is the one that Tab reaches; arrows lead to the others. */
export function Cell(props: {
  readonly service: string;
  readonly cell: FleetCell;
  readonly now: number;
  readonly isActive: boolean;
}) {
  const { service, cell, now, isActive } = props;
  const tabIndex = isActive ? 0 : -1;
  const [first, ...others] = cell.commits;
  const running = stillRuns(cell);
  const image = cell.lock?.images[0];
  return (
    <>
      <div class="cell-head">
        <StateSign state={cell.state} />
        <a
          class="cell-main"
          href={addressOf({ view: 'service', service, environment: cell.environment, tab: 'history' })}
          tabIndex={tabIndex}
        >
          {first ? short(first.commit) : (image?.tag ?? 'no commit')}
        </a>
        {first?.version === undefined ? null : <span class="version">{first.version}</span>}
        {others.length > 0 ? <span class="more">+{others.length}</span> : null}
        <Age at={cell.since} now={now} />
      </div>
      <p class={`cell-subject ${cell.isWell ? '' : toneOf(cell.state)}`} title={subjectOf(cell)}>
        {subjectOf(cell)}
      </p>
      <p class="cell-badges">
        {running ? (
          <span class="badge badge-live" title="what runs now">
            {nameOf(running)} still runs
          </span>
        ) : null}
        <Drift cell={cell} />
        <Holds cell={cell} />
        <Behind cell={cell} tabIndex={tabIndex} />
      </p>
    </>
  );
}
