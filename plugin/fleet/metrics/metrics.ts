/**
 * The four keys (https://dora.dev/guides/dora-metrics-four-keys/) of a service in an environment, out of what its lock
 * said and what was reported of it. A pure function; each figure names the deployments that it was made from.
 *
 * A deployment is a change of the lock that brings an image of another source commit. Going back, to a version that ran
 * before or by a revert of the source commit, is no deployment: it ends the failure of what it takes back. Reports that
 * repeat a commit's state (self-heal, a sync of configuration only) say nothing new, and a failure that turns to success
 * without another deployment was none.
 */

/** A change of the lock. Times are milliseconds since 1970. */
export interface Change {
  /** When it was committed. */
  readonly at: number;
  /** The commit of the deployments repository. */
  readonly change: string;
  /** The source commit that it brought; undefined where the lock does not say. */
  readonly commit: string | undefined;
  readonly repository?: string | undefined;
  readonly subject?: string | undefined;
  /** When the source commit was made; undefined when it is unknown. */
  readonly committedAt?: number | undefined;
  /** What the lock named ran here before. */
  readonly isRollback: boolean;
  /** The source commit takes back another one; its hash, or '' where the message does not say. */
  readonly reverts?: string | undefined;
}

/** What was reported of a commit in the environment. */
export interface StateReport {
  readonly at: number;
  readonly commit: string;
  readonly state: 'success' | 'failure' | 'error' | 'in_progress' | 'queued' | 'inactive';
}

/** How a deployment went. `superseded`: another one came before it was healthy. `unknown`: nothing is reported here. */
type Outcome = 'success' | 'failure' | 'superseded' | 'unknown';

/** A deployment, and what became of it. */
export interface Deployment extends Change {
  readonly kind: 'deployment' | 'rollback' | 'revert';
  readonly outcome: Outcome;
  /** It was taken back by a rollback or a revert. */
  readonly isTakenBack: boolean;
  readonly healthyAt: number | undefined;
  readonly failedAt: number | undefined;
}

/** A failure, from when it was known until something was healthy again. */
interface Incident {
  readonly from: number;
  /** Undefined: it lasts. */
  readonly until: number | undefined;
  /** Changes of the deployments that failed. */
  readonly failed: readonly string[];
  /** The change that ended it. */
  readonly endedBy: string | undefined;
}

/** The four keys. Lengths are milliseconds; undefined where nothing tells. */
export interface FourKeys {
  /** Deployments, without rollbacks and reverts. */
  readonly deployments: number;
  /** Those that were healthy, or of which nothing is reported. */
  readonly succeeded: number;
  readonly perDay: number;
  readonly failed: number;
  readonly superseded: number;
  /** Of those that ended. */
  readonly failureRate: number | undefined;
  readonly rollbacks: number;
  readonly reverts: number;
  readonly leadTime: Quantiles | undefined;
  /** What lead times end with: health, or the change of the lock where nothing is reported. */
  readonly leadTimeUntil: 'healthy' | 'locked' | undefined;
  readonly timeToRestore: Quantiles | undefined;
  /** Failures that last. */
  readonly open: number;
}

/** Middle, and what nine of ten are below. */
export interface Quantiles {
  readonly median: number;
  readonly p90: number;
  readonly count: number;
}

/** The figures with what they were made from. */
export interface Line {
  readonly keys: FourKeys;
  readonly deployments: readonly Deployment[];
  readonly incidents: readonly Incident[];
}

const day = 86_400_000;

/** Quantiles by the nearest rank; undefined for none. */
export function quantiles(values: readonly number[]): Quantiles | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (part: number): number | undefined => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  const [median, p90] = [rank(0.5), rank(0.9)];
  return median === undefined || p90 === undefined ? undefined : { median, p90, count: sorted.length };
}

function kindOf({ isRollback, reverts }: Change): Deployment['kind'] {
  if (isRollback) return 'rollback';
  return reverts === undefined ? 'deployment' : 'revert';
}

/** Reports by commit, oldest first. */
function byCommit(reports: readonly StateReport[]): ReadonlyMap<string, readonly StateReport[]> {
  const found = new Map<string, StateReport[]>();
  for (const one of reports) {
    const known = found.get(one.commit);
    if (known) known.push(one);
    else found.set(one.commit, [one]);
  }
  for (const each of found.values()) each.sort((a, b) => a.at - b.at);
  return found;
}

type Judged = Pick<Deployment, 'outcome' | 'healthyAt' | 'failedAt'>;

/** What became of a change until the next one. */
function judge(change: Change, next: Change | undefined, reports: readonly StateReport[], isReported: boolean): Judged {
  if (!isReported || change.commit === undefined)
    return { outcome: 'unknown', healthyAt: undefined, failedAt: undefined };
  const own = reports.filter(({ at }) => at >= change.at && (next === undefined || at < next.at));
  const ends = own.filter(({ state }) => state === 'success' || state === 'failure' || state === 'error');
  const healthy = ends.find(({ state }) => state === 'success');
  const failed = ends.find(({ state }) => state !== 'success');
  const last = ends.at(-1);
  if (last === undefined) {
    const outcome = next === undefined ? 'unknown' : 'superseded';
    return { outcome, healthyAt: undefined, failedAt: undefined };
  }
  return { outcome: last.state === 'success' ? 'success' : 'failure', healthyAt: healthy?.at, failedAt: failed?.at };
}

/** The changes that rollbacks and reverts take back, by index. */
function takenBack(changes: readonly Change[]): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const [index, change] of changes.entries()) {
    const kind = kindOf(change);
    if (kind === 'deployment') continue;
    const named = change.reverts ? changes.findLastIndex((one, at) => at < index && one.commit === change.reverts) : -1;
    const before = named >= 0 ? named : index - 1;
    const one = changes[before];
    if (one && kindOf(one) === 'deployment') taken.add(before);
  }
  return taken;
}

/** Failures that follow one another without anything healthy between are one incident. */
function incidentsOf(deployments: readonly Deployment[]): Incident[] {
  const incidents: Incident[] = [];
  let open: { from: number; failed: string[] } | undefined;
  for (const one of deployments) {
    const healthyAt = one.healthyAt ?? (one.outcome === 'unknown' ? one.at : undefined);
    if (open && one.outcome !== 'failure' && healthyAt !== undefined) {
      incidents.push({ ...open, until: healthyAt, endedBy: one.change });
      open = undefined;
    }
    const isFailed = one.outcome === 'failure' || one.isTakenBack;
    if (!isFailed) continue;
    // What is taken back was wrong from the moment it ran.
    const from = one.outcome === 'failure' ? (one.failedAt ?? one.at) : (healthyAt ?? one.failedAt ?? one.at);
    if (open) open.failed.push(one.change);
    else open = { from, failed: [one.change] };
  }
  if (open) incidents.push({ ...open, until: undefined, endedBy: undefined });
  return incidents;
}

function keysOf(deployments: readonly Deployment[], incidents: readonly Incident[], days: number): FourKeys {
  const own = deployments.filter(({ kind }) => kind === 'deployment');
  const failed = own.filter(({ outcome, isTakenBack }) => outcome === 'failure' || isTakenBack);
  const succeeded = own.filter(({ outcome }) => outcome === 'success' || outcome === 'unknown');
  const superseded = own.filter(({ outcome, isTakenBack }) => outcome === 'superseded' && !isTakenBack);
  const isHealthKnown = own.some(({ outcome }) => outcome !== 'unknown');
  const lead = succeeded.flatMap(({ committedAt, healthyAt, at }) => {
    const end = isHealthKnown ? healthyAt : at;
    // A clock that is wrong makes no lead time.
    return committedAt === undefined || end === undefined || end < committedAt ? [] : [end - committedAt];
  });
  const restored = incidents.flatMap(({ from, until }) => (until === undefined ? [] : [Math.max(0, until - from)]));
  const leadTime = quantiles(lead);
  const ended = own.length - superseded.length;
  return {
    deployments: own.length,
    succeeded: succeeded.length,
    perDay: days > 0 ? succeeded.length / days : 0,
    failed: failed.length,
    superseded: superseded.length,
    failureRate: ended === 0 ? undefined : failed.length / ended,
    rollbacks: deployments.filter(({ kind }) => kind === 'rollback').length,
    reverts: deployments.filter(({ kind }) => kind === 'revert').length,
    leadTime,
    leadTimeUntil: leadTime === undefined ? undefined : isHealthKnown ? 'healthy' : 'locked',
    timeToRestore: quantiles(restored),
    open: incidents.filter(({ until }) => until === undefined).length,
  };
}

/** What counts. Milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The four keys of one service in one environment.
 * @param changes in any order; also those before the window, which tell what ran
 */
export function lineOf(changes: readonly Change[], reports: readonly StateReport[], { from, to }: Window): Line {
  const sorted = changes.toSorted((a, b) => a.at - b.at);
  const commits = byCommit(reports);
  const isReported = sorted.some(({ commit }) => commit !== undefined && commits.has(commit));
  const taken = takenBack(sorted);
  const all = sorted.map((change, index): Deployment => {
    const judged = judge(change, sorted[index + 1], commits.get(change.commit ?? '') ?? [], isReported);
    return Object.assign({}, change, judged, { kind: kindOf(change), isTakenBack: taken.has(index) });
  });
  const inWindow = ({ at }: { readonly at: number }): boolean => at >= from && at <= to;
  const deployments = all.filter(inWindow);
  const changesInWindow = new Set(deployments.map(({ change }) => change));
  const incidents = incidentsOf(all).filter(({ failed }) => failed.some((one) => changesInWindow.has(one)));
  return { deployments, incidents, keys: keysOf(deployments, incidents, (to - from) / day) };
}

/** The keys of several lines together: of an environment over its services. */
export function together(lines: readonly Line[], { from, to }: Window): FourKeys {
  const deployments = lines.flatMap((one) => one.deployments);
  return keysOf(
    deployments,
    lines.flatMap((one) => one.incidents),
    (to - from) / day,
  );
}
