/**
 * The words of a cell, which all views share: what is to run, for how long, and what there is to say about it.
 */
import { visible } from '../../diagnostics/format.ts';
import type { Fleet, FleetCell, FleetService, FleetState } from '../../schemas/fleet.generated.ts';

/** What a state is called. */
export const stateWords: Readonly<Record<FleetState, string>> = {
  success: 'healthy',
  in_progress: 'in progress',
  queued: 'waiting',
  pending: 'not begun',
  failure: 'failed',
  error: 'error',
  inactive: 'being deleted',
  unknown: 'unknown',
};

/** Signs that say the same without colour. One column wide. */
export const stateSigns: Readonly<Record<FleetState, string>> = {
  success: '✓',
  in_progress: '↻',
  queued: '‖',
  pending: '·',
  failure: '✗',
  error: '✗',
  inactive: '−',
  unknown: '?',
};

/** A text of somebody's, on one line and without characters that move the cursor or turn the line around. */
export function clean(text: string): string {
  return visible(text.replaceAll(/\s+/gu, ' ')).trim();
}

/** The commit, else what the lock says of the first image; `-` where nothing is known. */
export function versionOf({ commits, lock }: FleetCell): string {
  const [commit] = commits;
  const [image] = lock?.images ?? [];
  const known = commit?.commit.slice(0, 8) ?? image?.tag ?? image?.digest?.slice(7, 15);
  if (known === undefined) return lock?.problem === undefined ? '-' : 'unreadable';
  return clean(commits.length > 1 ? `${known}+${commits.length - 1}` : known);
}

/** Since when the cell is to run what it runs, by the lock; else since when it is in its state. */
export function sinceOf({ lock, since }: FleetCell): string | undefined {
  const changes = (lock?.images ?? []).flatMap((image) => image.since?.at ?? []);
  return changes.sort().at(-1) ?? since;
}

/**
 * `3 commits behind staging` where a provider has counted them, else `2 versions behind staging` by the lock;
 * undefined where both are the same or nothing is known.
 */
export function behindWords({ behind }: FleetCell): string | undefined {
  if (!behind || behind.same) return undefined;
  const { environment, commits, deployments, ahead } = behind;
  const counted = [
    commits === undefined || commits === 0 ? '' : `${commits === 1 ? '1 commit' : `${commits} commits`} behind`,
    ahead === undefined || ahead === 0 ? '' : `${ahead === 1 ? '1 commit' : `${ahead} commits`} ahead of`,
  ].filter(Boolean);
  if (counted.length > 0) return `${counted.join(' and ')} ${environment}`;
  // They are equal in the repository's history, or it is a lock without commits.
  if (commits === 0) return `differs from ${environment}`;
  return deployments === undefined || deployments === 0
    ? `differs from ${environment}`
    : `${deployments === 1 ? '1 version' : `${deployments} versions`} behind ${environment}`;
}

/** `held: reason`, for each hold. */
export function holdWords({ lock }: FleetCell): string[] {
  return (lock?.holds ?? []).map(({ tag, digest, commit, stays, reason }) => {
    const what = stays ? 'stays' : `${tag ?? digest?.slice(0, 15) ?? commit?.slice(0, 8) ?? 'a version'} is held back`;
    return clean(`${what}: ${reason}`);
  });
}

/** Drift in words. */
export function driftWords({ drift }: FleetCell): string[] {
  return drift.map(({ locked, live, application }) =>
    clean(`${application ?? 'the cluster'} has ${live?.slice(0, 8) ?? 'none'}, the lock ${locked.slice(0, 8)}`),
  );
}

/** Which services and cells are shown. */
export interface Filter {
  readonly environments: readonly string[];
  /** Names, with `*`. */
  readonly services: readonly string[];
  readonly states: readonly string[];
  /** Only cells that are not well. */
  readonly isUnwell: boolean;
}

/** Whether a name matches a pattern, in which `*` stands for any characters. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[$()+./?[\\\]^{|}]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(name);
}

function isShown(cell: FleetCell, { states, isUnwell }: Filter): boolean {
  return (states.length === 0 || states.includes(cell.state)) && (!isUnwell || !cell.isWell);
}

/** The fleet without what the filter leaves out; a service stays with all its cells when one of them is shown. */
export function filterFleet(fleet: Fleet, filter: Filter): Fleet {
  const { environments, services } = filter;
  const isWanted = (name: string): boolean => environments.length === 0 || environments.includes(name);
  const shown = fleet.services
    .filter(({ name }) => services.length === 0 || services.some((pattern) => matches(pattern, name)))
    .map(
      (service): FleetService =>
        Object.assign({}, service, { cells: service.cells.filter((cell) => isWanted(cell.environment)) }),
    )
    .filter(({ cells }) => cells.some((cell) => isShown(cell, filter)));
  return { ...fleet, environments: fleet.environments.filter(isWanted), services: shown };
}

/** How many cells are in which state: `34 healthy, 1 failed`. */
export function summary({ services }: Pick<Fleet, 'services'>): string {
  const counts = new Map<FleetState, number>();
  for (const { cells } of services) for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts].sort((a, b) => b[1] - a[1]).map(([state, count]) => `${count} ${stateWords[state]}`);
  const many = services.length === 1 ? '1 service' : `${services.length} services`;
  return words.length === 0 ? many : `${many}: ${words.join(', ')}`;
}
