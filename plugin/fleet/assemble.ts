/**
 * From what the origins said to one fleet. A pure function: nothing is read here.
 */
import type {
  Fleet,
  FleetApplication,
  FleetHistoryEntry,
  FleetOrigin,
  FleetProblem,
  FleetService,
} from '../schemas/fleet.generated.ts';
import type { ArgoApplication } from './argocd/application.ts';
import { describeApplication } from './argocd/describe.ts';
import { cellOf, comparison } from './cell.ts';
import { defined } from './defined.ts';
import { type LockReadings, LockView } from './lock-view.ts';
import { Matcher } from './match.ts';
import type { RepositoryReading, ServiceNow } from './origins/repository.ts';
import { promotionOrder } from './promotion-order.ts';
import { timeOf, type Versions } from './versions.ts';

/** Applications of one cluster, or of one instance of Argo CD. */
export interface ApplicationsReading {
  readonly origin: FleetOrigin;
  readonly problems: readonly FleetProblem[];
  readonly applications: readonly ArgoApplication[];
  /** Argo CD's URL; undefined where it is not known. */
  readonly argocd: string | undefined;
}

/** What the other origins say: entries of the history by cell. */
export interface Witnessed {
  readonly origin: FleetOrigin;
  readonly problems: readonly FleetProblem[];
  /** `environment` is as it is reported. */
  readonly entries: readonly (FleetHistoryEntry & { readonly environment: string; readonly applicationName: string })[];
}

/** Everything that was read. */
export interface Readings {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly repository: RepositoryReading | undefined;
  readonly versions: Versions;
  /** Texts of the blobs of versions, as far as they were fetched. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applications: readonly ApplicationsReading[];
  readonly witnessed: readonly Witnessed[];
  /** Origins that could not be read. */
  readonly missing: readonly FleetOrigin[];
  /** Whether histories are wanted: they cost most of the time. */
  readonly withHistory: boolean;
}

/** Applications and witnesses by service and environment. */
interface Placed {
  readonly service: string;
  readonly directory: string | undefined;
  readonly environment: string;
  readonly application: FleetApplication;
}

function placed({ now, applications, repository }: Readings): Placed[] {
  const matcher = new Matcher({ services: repository?.services ?? [], url: repository?.url });
  return applications.flatMap(({ applications: each, origin, argocd }) =>
    each.map((app) => ({
      ...matcher.cellOf(app),
      application: describeApplication(app, { cluster: origin.name, argocd }, now),
    })),
  );
}

function identity({ cluster, namespace, name }: FleetApplication): string {
  return `${cluster}\0${namespace}\0${name}`;
}

function byIdentity(a: FleetApplication, b: FleetApplication): number {
  return identity(a) < identity(b) ? -1 : 1;
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function serviceOf(
  readings: Readings,
  name: string,
  now: ServiceNow | undefined,
  found: readonly Placed[],
  order: readonly string[],
): FleetService {
  const locks: LockReadings = { versions: readings.versions, texts: readings.texts, url: readings.repository?.url };
  const byEnvironment = grouped(found, ({ environment }) => environment);
  const declared = new Map((now?.environments ?? []).map((one) => [one.name, one]));
  const environments = order.filter((one) => byEnvironment.has(one) || declared.has(one));
  const views = new Map(
    [...declared].flatMap(([key, one]) => (one.lock ? [[key, new LockView(locks, one)] as const] : [])),
  );
  const { withHistory } = readings;
  const hasRead = readings.applications.some(({ origin }) => origin.read);
  const cells = environments.map((environment, index) => {
    const applications = (byEnvironment.get(environment) ?? []).map((one) => one.application).sort(byIdentity);
    const names = new Set([name, ...applications.map((one) => one.name)]);
    const reportedAs = declared.get(environment)?.reportedAs ?? environment;
    const witnessed = readings.witnessed.flatMap(({ entries }) =>
      entries
        .filter((one) => one.environment === reportedAs && names.has(one.applicationName))
        .map(({ environment: _environment, applicationName: _name, ...entry }) => entry),
    );
    const view = views.get(environment);
    const earlier = environments.slice(0, index).findLast((one) => views.has(one));
    const before = earlier === undefined ? undefined : views.get(earlier);
    const behind =
      view && before && earlier !== undefined ? comparison(view, { name: earlier, view: before }) : undefined;
    return cellOf({ environment, reportedAs, view, behind, applications, witnessed, hasRead, withHistory });
  });
  return defined({ name, directory: now === undefined ? undefined : now.directory || '.', cells });
}

/** Puts what was read together. */
export function assemble(readings: Readings): Fleet {
  const { now, repository, applications, witnessed, missing } = readings;
  const found = grouped(placed(readings), ({ service }) => service);
  const services = new Map((repository?.services ?? []).map((one) => [one.name, one]));
  const orders = [...services.values()]
    .filter(({ isOrdered }) => isOrdered)
    .map(({ environments }) => environments.map((one) => one.name));
  const others = [
    ...[...services.values()].flatMap(({ environments }) => environments.map((one) => one.name)),
    ...[...found.values()].flat().map(({ environment }) => environment),
  ];
  const environments = promotionOrder(distinct(orders), others);
  const names = [...new Set([...services.keys(), ...found.keys()])].sort();
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Fleet',
    takenAt: timeOf(now),
    origins: [
      ...(repository ? [repository.origin] : []),
      ...applications.map(({ origin }) => origin),
      ...witnessed.map(({ origin }) => origin),
      ...missing,
    ],
    problems: [
      ...(repository?.problems ?? []),
      ...applications.flatMap(({ problems }) => problems),
      ...witnessed.flatMap(({ problems }) => problems),
    ],
    environments,
    services: names.map((name) => serviceOf(readings, name, services.get(name), found.get(name) ?? [], environments)),
  };
}

/** Many services have the same order. */
function distinct(orders: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(orders.map((order) => [order.join('\0'), order])).values()];
}
