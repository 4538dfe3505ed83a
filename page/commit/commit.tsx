/**
 * A commit or a pull request: what it is, and its progress through the environments of every service that it is part of.
 */
import { useContext, useEffect, useState } from 'preact/hooks';
import type { HistoryData } from '../../plugin/page/data.ts';
import type { Fleet, FleetCommit } from '../../plugin/schemas/fleet.generated.ts';
import { Age, Breadcrumb, Link, PullRequestLink } from '../components/bits.tsx';
import { stateWords } from '../../plugin/fleet/views/cells.ts';
import { StateSign, toneOf } from '../components/state.tsx';
import { count, duration, moment, repositoryName, short } from '../format.ts';
import { FilesContext } from '../files.ts';
import { addressOf, type Route } from '../route.ts';
import { commitsOf, pullRequestCommits, type Stop, type ServiceProgress, progressOf } from './progress.ts';

function statusText({ status, state, at, until, cell }: Stop): string {
  switch (status) {
    case 'runs':
      return cell.isWell || state === 'success' ? 'deployed and healthy' : `runs, ${stateWords[state ?? 'unknown']}`;
    case 'coming':
      return stateWords[state ?? 'unknown'];
    case 'failed':
      return 'failed';
    case 'left':
      return until === undefined || at === undefined
        ? 'ran before'
        : `ran for ${duration(Date.parse(until) - Date.parse(at))}, then replaced`;
    case 'absent':
      break;
  }
  return 'not here';
}

function StopView({ stop, service, now }: { readonly stop: Stop; readonly service: string; readonly now: number }) {
  const { cell, status, state, at } = stop;
  const failure = stop.entries.find(({ what }) => what === 'failure' || what === 'error')?.text;
  const reason =
    status === 'coming' || status === 'runs' ? cell.reason : status === 'failed' ? (failure ?? cell.reason) : undefined;
  return (
    <li class={`stop stop-${status} ${state === undefined ? '' : toneOf(state)}`}>
      <span class="stop-sign">
        {state === undefined ? <span class="stop-empty" aria-hidden="true" /> : <StateSign state={state} isNamed />}
      </span>
      <div class="stop-body">
        <a
          class="stop-name"
          href={addressOf({ view: 'service', service, environment: cell.environment, tab: 'history' })}
        >
          {cell.environment}
        </a>
        <span class="stop-status">{statusText(stop)}</span>
        {at === undefined ? null : (
          <span class="muted">
            {moment(at)} · <Age at={at} now={now} />
          </span>
        )}
        {reason === undefined || cell.isWell ? null : <span class="stop-reason">{reason}</span>}
        {status === 'absent' && (cell.lock?.holds.length ?? 0) > 0 ? (
          <span class="stop-reason">held: {cell.lock?.holds.map((hold) => hold.reason).join('; ')}</span>
        ) : null}
      </div>
    </li>
  );
}

function ProgressView({ progress, now }: { readonly progress: ServiceProgress; readonly now: number }) {
  return (
    <section class="panel progress">
      <h2>
        <a href={addressOf({ view: 'service', service: progress.service, environment: '', tab: 'history' })}>
          {progress.service}
        </a>
      </h2>
      <ol class="stops">
        {progress.stops.map((stop) => (
          <StopView key={stop.cell.environment} stop={stop} service={progress.service} now={now} />
        ))}
      </ol>
    </section>
  );
}

function Facts({ commit }: { readonly commit: FleetCommit }) {
  return (
    <p class="commit-facts">
      <Link class="commit" to={commit.url}>
        {short(commit.commit)}
      </Link>
      {commit.subject === undefined ? null : <b>{commit.subject}</b>}
      <span class="muted">
        {repositoryName(commit.repository)}
        {commit.author === undefined ? null : (
          <>
            {' · '}
            <bdi>{commit.author}</bdi>
          </>
        )}
        {commit.committedAt === undefined ? '' : ` · ${moment(commit.committedAt)}`}
      </span>
      <PullRequestLink commit={commit} />
      {commit.run === undefined ? null : <Link to={commit.run}>CI run</Link>}
    </p>
  );
}

/** What the route means: the commits that are known of it, and which hashes fit. */
function meant(fleet: Fleet, route: Extract<Route, { view: 'commit' | 'pull-request' }>) {
  if (route.view === 'commit') {
    const isMeant = (commit: string) => commit.startsWith(route.commit);
    return { commits: commitsOf(fleet).filter(({ commit }) => isMeant(commit)), isMeant };
  }
  const commits = pullRequestCommits(fleet, route.repository, route.number);
  const hashes = new Set(commits.map(({ commit }) => commit));
  return { commits, isMeant: (commit: string) => hashes.has(commit) };
}

/** The view of a commit or pull request. */
export function CommitView(props: {
  readonly fleet: Fleet;
  readonly route: Extract<Route, { view: 'commit' | 'pull-request' }>;
  readonly now: number;
}) {
  const { fleet, route, now } = props;
  const [history, setHistory] = useState<HistoryData | undefined>(undefined);
  const files = useContext(FilesContext);
  useEffect(() => {
    let isCurrent = true;
    // Without it, only what runs now is known.
    files.history().then(
      (value) => isCurrent && setHistory(value),
      () => isCurrent && setHistory({}),
    );
    return () => {
      isCurrent = false;
    };
  }, [files]);
  const { commits, isMeant } = meant(fleet, route);
  const services = history === undefined ? [] : progressOf(fleet, history, isMeant);
  const title = route.view === 'commit' ? `Commit ${short(route.commit)}` : `${route.repository}#${route.number}`;
  const pullRequest = route.view === 'pull-request' ? commits[0]?.pullRequest : undefined;
  return (
    <div class="page-body">
      <div class="title">
        <Breadcrumb />
        <h1>{title}</h1>
        {pullRequest === undefined ? null : <Link to={pullRequest.url}>{pullRequest.title ?? 'on the Git host'}</Link>}
      </div>
      {commits.map((commit) => (
        <Facts key={`${commit.repository} ${commit.commit}`} commit={commit} />
      ))}
      {history === undefined ? (
        <p class="muted">Loading …</p>
      ) : services.length === 0 ? (
        <p class="empty">
          No environment has had it: none of {count(fleet.services.length, 'service')} names it, now or in the history
          that is known.
        </p>
      ) : (
        <div class="progress-list">
          {services.map((progress) => (
            <ProgressView key={progress.service} progress={progress} now={now} />
          ))}
        </div>
      )}
    </div>
  );
}
