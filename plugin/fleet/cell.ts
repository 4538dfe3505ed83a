/**
 * One cell of the fleet: the verdict over its Applications, its lock and what both contradict each other in.
 */
import { compareURL, parseRepository } from '../record/repository.ts';
import type {
  FleetApplication,
  FleetCell,
  FleetCommit,
  FleetComparison,
  FleetDrift,
  FleetHistoryEntry,
  FleetRecord,
  FleetState,
} from '../schemas/fleet.generated.ts';
import { entryOf, sameEntry } from '../updates/lock-history.ts';
import { worst } from './states.ts';
import { defined } from './defined.ts';
import type { LockView } from './lock-view.ts';
import { repositoryPage } from './versions.ts';

/** Whether a record and a source repository are of one repository: records know owner and name, in lower case. */
function isOf(record: Pick<FleetRecord, 'repository'>, page: string): boolean {
  const repository = parseRepository(page);
  const id = repository ? `${repository.owner}/${repository.name}` : page;
  return id.toLowerCase() === record.repository;
}

/** Commits that only records know. */
function commitsOfRecords(records: readonly FleetRecord[]): FleetCommit[] {
  const found = new Map(records.map(({ repository, commit }) => [`${repository}\0${commit}`, { repository, commit }]));
  return [...found.values()].map((one) => Object.assign(one, { images: [] }));
}

/** A cell's lock beside that of the environment before; undefined where they have nothing in common. */
export function comparison(
  view: LockView,
  before: { name: string; view: LockView } | undefined,
): FleetComparison | undefined {
  if (!before || view.images.length === 0 || before.view.images.length === 0) return undefined;
  const pairs = view.images.flatMap((image) => {
    const other = entryOf(before.view.images, image.name);
    return other ? [{ image, other }] : [];
  });
  const differing = pairs.filter(({ image, other }) => !sameEntry(image, other));
  const [first] = differing;
  if (!first) return pairs.length === 0 ? undefined : { environment: before.name, same: true };
  const counts = differing.flatMap(({ image }) => before.view.versionsSince(image) ?? []);
  const [from, to] = [first.image.source, first.other.source];
  const repository =
    from && to && repositoryPage(from) === repositoryPage(to) ? parseRepository(from.repository) : undefined;
  return defined({
    environment: before.name,
    same: false,
    deployments: counts.length === 0 ? undefined : Math.max(...counts),
    url: repository && from && to ? compareURL(repository, from.commit, to.commit) : undefined,
  });
}

/** Where the lock and what Applications render contradict each other, while nothing is under way. */
function driftOf(commits: readonly FleetCommit[], applications: readonly FleetApplication[]): FleetDrift[] {
  return applications.flatMap((application) => {
    if (application.target.length === 0) return [];
    return commits.flatMap(({ repository, commit }): FleetDrift[] => {
      const records = application.target.filter((one) => isOf(one, repository));
      if (records.some((one) => one.commit === commit)) return [];
      return [defined({ image: repository, locked: commit, live: records[0]?.commit, application: application.name })];
    });
  });
}

/** What a cell is made of. */
export interface CellFacts {
  readonly environment: string;
  readonly reportedAs: string;
  readonly view: LockView | undefined;
  readonly behind: FleetComparison | undefined;
  readonly applications: readonly FleetApplication[];
  /** What events and providers say. */
  readonly witnessed: readonly FleetHistoryEntry[];
  /** Whether Applications were read at all. */
  readonly hasRead: boolean;
  /** Whether its history is wanted. */
  readonly withHistory: boolean;
}

/** What is said of a cell as a whole. */
function verdict(
  applications: readonly FleetApplication[],
  drift: readonly FleetDrift[],
  hasRead: boolean,
): { state: FleetState; since?: string | undefined; reason?: string | undefined } {
  if (applications.length === 0) {
    const reason = hasRead ? 'no Application that was read renders it' : 'no Applications were read';
    return { state: 'unknown', reason };
  }
  const state = worst(applications.map((one) => one.state));
  const because = applications.find((one) => one.state === state);
  const [first] = drift;
  // Argo CD is well with what it has seen, which is not what the lock says.
  if (first && (state === 'success' || state === 'unknown')) {
    const live = first.live === undefined ? 'no commit of it' : first.live.slice(0, 12);
    return {
      state: 'pending',
      reason: `the lock names ${first.locked.slice(0, 12)}, and ${first.application ?? 'Argo CD'} renders ${live}`,
    };
  }
  return { state, since: because?.since, reason: because?.reason };
}

function notesOf(applications: readonly FleetApplication[]): FleetHistoryEntry[] {
  return applications.flatMap(({ name, notes }) =>
    (notes ?? []).map(({ state, record, at, resource }) => {
      const from = 'applications' as const;
      return defined({ at, what: state, from, commit: record.slice(-40), application: name, text: resource });
    }),
  );
}

/** The cell. */
export function cellOf(facts: CellFacts): FleetCell {
  const { environment, reportedAs, view, behind, applications, witnessed, hasRead, withHistory } = facts;
  const locked = view?.commits ?? [];
  const commits = locked.length > 0 ? locked : commitsOfRecords(applications.flatMap(({ target }) => target));
  const drift = driftOf(locked, applications);
  const isCalm = applications.every(({ state }) => state !== 'in_progress');
  const live = commitsOfRecords(applications.flatMap((one) => one.live)).filter(
    (one) => !commits.some(({ commit }) => commit === one.commit),
  );
  const { state, since, reason } = verdict(applications, drift, hasRead);
  const history = withHistory ? [...(view?.history() ?? []), ...notesOf(applications), ...witnessed] : [];
  return defined({
    environment,
    reportedAs: reportedAs === environment ? undefined : reportedAs,
    state,
    isWell: state === 'success',
    since,
    reason,
    commits,
    live: live.length > 0 ? live : undefined,
    lock: view?.lock(),
    applications: [...applications],
    behind,
    drift: isCalm ? drift : [],
    history: history.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
  });
}
