/**
 * A service's way through its environments: one card each, and between them what still has to come.
 */
import type { FleetCell, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { Age, CommitLink, Link, PullRequestLink } from '../components/bits.tsx';
import { StateName, toneOf } from '../components/state.tsx';
import { count, refName } from '../format.ts';
import { addressOf, type Tab } from '../route.ts';

function Step({ cell }: { readonly cell: FleetCell }) {
  const { behind } = cell;
  const text = !behind
    ? ''
    : behind.same
      ? 'same'
      : behind.commits !== undefined && behind.commits > 0
        ? count(behind.commits, 'commit')
        : behind.deployments !== undefined
          ? count(behind.deployments, 'version')
          : 'differs';
  return (
    <div class={`step ${behind?.same === false ? 'step-open' : ''}`}>
      <Link to={behind?.url} title={behind ? `Compare with ${behind.environment}` : ''}>
        {text}
      </Link>
      <svg viewBox="0 0 48 10" aria-hidden="true">
        <path d="M0 5h44M40 1.5 44.5 5 40 8.5" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
    </div>
  );
}

function Card(props: {
  readonly service: string;
  readonly cell: FleetCell;
  readonly isChosen: boolean;
  readonly tab: Tab;
  readonly now: number;
}) {
  const { service, cell, isChosen, tab, now } = props;
  const [running] = cell.live ?? [];
  return (
    <div class={`stage ${isChosen ? 'stage-chosen' : ''} ${toneOf(cell.state)}`}>
      <a
        class="stage-name"
        href={addressOf({ view: 'service', service, environment: cell.environment, tab })}
        {...(isChosen ? { 'aria-current': 'true' as const } : {})}
      >
        {cell.environment}
      </a>
      <div class="stage-state">
        <StateName state={cell.state} />
        <Age at={cell.since} now={now} />
      </div>
      {cell.commits.map((commit) => (
        <div class="stage-commit" key={`${commit.repository} ${commit.commit}`}>
          <CommitLink commit={commit.commit} /> <PullRequestLink commit={commit} />{' '}
          {commit.version === undefined ? null : <span class="version">{commit.version}</span>}
          <span class="stage-subject" title={commit.subject}>
            {commit.subject ?? refName(commit.ref) ?? ''}
          </span>
        </div>
      ))}
      {running && cell.state !== 'success' ? (
        <p class="muted">
          <CommitLink commit={running.commit} /> still runs
        </p>
      ) : null}
      {cell.reason === undefined || cell.isWell ? null : <p class="stage-reason">{cell.reason}</p>}
      {cell.drift.map(({ image, locked, live }) => (
        <p class="stage-reason tone-error" key={image}>
          drift: {image} is locked to <code>{locked.slice(0, 20)}</code>,{' '}
          {live === undefined ? 'something else' : <code>{live.slice(0, 20)}</code>} runs
        </p>
      ))}
      {(cell.lock?.holds ?? []).map((hold) => (
        <p class="stage-hold" key={`${hold.image} ${hold.tag ?? hold.digest ?? hold.commit ?? ''}`}>
          held:{' '}
          {hold.stays === true ? `${hold.image} stays` : (hold.tag ?? (hold.commit ?? hold.digest ?? '').slice(0, 12))},{' '}
          {hold.reason}
        </p>
      ))}
    </div>
  );
}

/** The cards, in the order of promotion. */
export function Pipeline(props: {
  readonly service: FleetService;
  readonly chosen: string;
  readonly tab: Tab;
  readonly now: number;
}) {
  const { service, chosen, tab, now } = props;
  return (
    <ol class="pipeline" aria-label="Environments">
      {service.cells.map((cell, index) => (
        <li key={cell.environment}>
          {index === 0 ? null : <Step cell={cell} />}
          <Card service={service.name} cell={cell} isChosen={cell.environment === chosen} tab={tab} now={now} />
        </li>
      ))}
    </ol>
  );
}
