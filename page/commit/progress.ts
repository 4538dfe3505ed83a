/**
 * The progress of source commits through the environments of each service that they are part of. Pure.
 */
import type { HistoryData } from '../../plugin/page/data.ts';
import type {
  Fleet,
  FleetCell,
  FleetCommit,
  FleetHistoryEntry,
  FleetState,
} from '../../plugin/schemas/fleet.generated.ts';
import { repositoryName } from '../format.ts';
import { isState } from '../components/state.tsx';

/** What a commit is to an environment. */
export interface Stop {
  readonly cell: FleetCell;
  /** `runs`: it is live. `coming`: it is to run. `left`: it ran. `failed`: it never ran well. `absent`: never here. */
  readonly status: 'runs' | 'coming' | 'left' | 'failed' | 'absent';
  /** The state to show; of `absent` there is none. */
  readonly state: FleetState | undefined;
  /** When it came to that status. */
  readonly at: string | undefined;
  /** For `left`: since when something else runs. */
  readonly until: string | undefined;
  /** What happened to it here, newest first. */
  readonly entries: readonly FleetHistoryEntry[];
}

/** A service that the commits are part of. */
export interface ServiceProgress {
  readonly service: string;
  readonly stops: readonly Stop[];
}

/** Which commits are meant. */
export type IsMeant = (commit: string) => boolean;

function stopOf(cell: FleetCell, history: readonly FleetHistoryEntry[], isMeant: IsMeant): Stop {
  const entries = history.filter(({ commit }) => commit !== undefined && isMeant(commit));
  const first = entries.findLast(({ what }) => what === 'success');
  const isTarget = cell.commits.some(({ commit }) => isMeant(commit));
  const live = cell.live ?? (cell.state === 'success' ? cell.commits : []);
  const isLive = live.some(({ commit }) => isMeant(commit));
  const base = { cell, entries, until: undefined };
  if (isLive && (!isTarget || cell.isWell))
    return { ...base, status: 'runs', state: 'success', at: first?.at ?? cell.since };
  if (isTarget) {
    const status = isLive ? 'runs' : cell.state === 'failure' || cell.state === 'error' ? 'failed' : 'coming';
    return { ...base, status, state: cell.state, at: cell.since };
  }
  const last = entries.find(({ what }) => isState(what) && what !== 'inactive');
  if (!last) return { ...base, status: 'absent', state: undefined, at: entries[0]?.at };
  if (!first) return { ...base, status: 'failed', state: isState(last.what) ? last.what : 'unknown', at: last.at };
  const replaced = history.findLast(
    ({ at, what, commit }) => at > first.at && what === 'success' && commit !== undefined && !isMeant(commit),
  );
  return { ...base, status: 'left', state: 'inactive', at: first.at, until: replaced?.at };
}

/** The services that have, or had, one of the commits. */
export function progressOf(fleet: Fleet, history: HistoryData, isMeant: IsMeant): ServiceProgress[] {
  return fleet.services.flatMap(({ name, cells }) => {
    const stops = cells.map((cell) => stopOf(cell, history[name]?.[cell.environment] ?? cell.history, isMeant));
    return stops.every(({ status, entries }) => status === 'absent' && entries.length === 0)
      ? []
      : [{ service: name, stops }];
  });
}

/** Every commit that the fleet names, once for each repository. */
export function commitsOf(fleet: Fleet): FleetCommit[] {
  const found = new Map<string, FleetCommit>();
  for (const { cells } of fleet.services) {
    for (const { commits, live } of cells) {
      for (const commit of [...commits, ...(live ?? [])]) {
        const key = `${commit.repository} ${commit.commit}`;
        const known = found.get(key);
        if (!known || (known.subject === undefined && commit.subject !== undefined)) found.set(key, commit);
      }
    }
  }
  return [...found.values()];
}

/** The commits that a pull request brought, as far as the fleet knows. */
export function pullRequestCommits(fleet: Fleet, repository: string, number: number): FleetCommit[] {
  return commitsOf(fleet).filter(
    (one) =>
      one.pullRequest?.number === number && repositoryName(one.repository).toLowerCase() === repository.toLowerCase(),
  );
}
