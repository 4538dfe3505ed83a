/**
 * A made-up fleet for tests and pictures: a shop of a few services in four environments, with every state, a hold, a
 * drift, a rollback, and text that tries to be markup. Its time is fixed.
 */
import { createHash } from 'node:crypto';
import type {
  Fleet,
  FleetApplication,
  FleetCell,
  FleetCommit,
  FleetHistoryEntry,
  FleetService,
  FleetState,
} from '../../plugin/schemas/fleet.generated.ts';

/** When the fleet was taken. */
export const shopTime = Date.parse('2026-11-30T15:04:00Z');

const environments = ['development', 'staging', 'production-eu', 'production-us'];

const ago = (minutes: number): string => new Date(shopTime - minutes * 60_000).toISOString();
const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

interface Version {
  readonly subject: string;
  readonly author: string;
  readonly pullRequest: number;
  readonly minutes: number;
}

const repositoryOf = (service: string): string => `https://github.com/acme/${service}`;

/** The commit of a version of a service. */
function commitOf(service: string, { subject, author, pullRequest, minutes }: Version): FleetCommit {
  const repository = repositoryOf(service);
  const commit = hash(`${service} ${subject}`);
  return {
    repository,
    commit,
    url: `${repository}/commit/${commit}`,
    subject,
    author,
    committedAt: ago(minutes + 12),
    ref: 'refs/heads/main',
    pullRequest: { number: pullRequest, url: `${repository}/pull/${pullRequest}`, title: subject },
    run: `${repository}/actions/runs/${90_000 + pullRequest}`,
    images: [`ghcr.io/acme/${service}`],
  };
}

interface Told {
  /** Index of the version in the service's list: 0 is the newest. */
  readonly version: number;
  readonly state?: FleetState;
  readonly minutes: number;
  readonly reason?: string;
  readonly live?: number;
  readonly more?: Partial<FleetCell>;
}

/** The history of a cell: each older version in its time, then what is there now. */
function historyOf(service: string, versions: readonly Version[], told: Told): FleetHistoryEntry[] {
  const repository = repositoryOf(service);
  const entries: FleetHistoryEntry[] = [];
  const add = (version: Version, minutes: number, state: FleetState, text?: string) => {
    const { commit } = commitOf(service, version);
    const change = hash(`${service} ${version.subject} ${minutes}`);
    const about = { commit, repository, application: service };
    entries.push(
      {
        at: ago(minutes + 4),
        what: 'locked',
        from: 'repository',
        ...about,
        image: `ghcr.io/acme/${service}`,
        tag: `sha-${commit.slice(0, 7)}`,
        by: version.author,
        change,
        subject: `Deploy ${service} ${commit.slice(0, 7)}`,
        url: `https://github.com/acme/deployments/commit/${change}`,
      },
      { at: ago(minutes + 2), what: 'in_progress', from: 'applications', ...about },
    );
    if (state !== 'in_progress' && state !== 'pending' && state !== 'unknown' && state !== 'inactive') {
      entries.push({
        at: ago(minutes),
        what: state,
        from: 'applications',
        ...about,
        ...(text === undefined ? {} : { text }),
      });
    }
  };
  versions
    .slice(told.version + 1)
    .toReversed()
    .forEach((version, index, all) =>
      add(version, told.minutes + (all.length - index) * (260 + index * 90), 'success'),
    );
  const current = versions[told.version];
  if (current) add(current, told.minutes, told.state ?? 'success', told.reason);
  return entries.toReversed();
}

function applicationOf(service: string, environment: string, told: Told, cell: FleetCell): FleetApplication {
  const state = told.state ?? 'success';
  return {
    cluster: environment.startsWith('production') ? environment.slice('production-'.length) : 'shared',
    namespace: 'argocd',
    name: `${service}-${environment}`,
    project: 'shop',
    url: `https://argocd.example.com/applications/argocd/${service}-${environment}`,
    destination: `https://kubernetes.default.svc/${service}`,
    state,
    sync: state === 'success' ? 'Synced' : 'OutOfSync',
    health: state === 'failure' ? 'Degraded' : 'Healthy',
    target: [],
    live: [],
    failures: [],
    images: cell.lock?.images.map(({ reference }) => reference) ?? [],
  };
}

function cellOf(service: string, environment: string, versions: readonly Version[], told: Told): FleetCell {
  const state = told.state ?? 'success';
  const version = versions[told.version];
  const commits = version ? [commitOf(service, version)] : [];
  const live = told.live === undefined ? undefined : versions[told.live];
  const since = ago(told.minutes);
  const [commit] = commits;
  const cell: FleetCell = {
    environment,
    state,
    isWell: state === 'success',
    since,
    ...(told.reason === undefined ? {} : { reason: told.reason }),
    commits,
    ...(live ? { live: [commitOf(service, live)] } : {}),
    lock: {
      file: `${service}/locks/${environment}.yaml`,
      change: {
        commit: hash(`${service} ${environment}`),
        at: since,
        author: version?.author ?? 'Ada Park',
        subject: `Deploy ${service}`,
      },
      images: commit
        ? [
            {
              name: `ghcr.io/acme/${service}`,
              reference: `ghcr.io/acme/${service}:sha-${commit.commit.slice(0, 7)}@sha256:${createHash('sha256').update(commit.commit).digest('hex')}`,
              tag: `sha-${commit.commit.slice(0, 7)}`,
              digest: `sha256:${createHash('sha256').update(commit.commit).digest('hex')}`,
              repository: commit.repository,
              commit: commit.commit,
              since: { commit: hash(`${service} ${environment}`), at: since, author: version?.author ?? 'Ada Park' },
            },
          ]
        : [],
      holds: [],
    },
    applications: [],
    drift: [],
    history: historyOf(service, versions, told),
    ...told.more,
  };
  return { ...cell, applications: [applicationOf(service, environment, told, cell)] };
}

/** How far each cell is behind the one before it, by the indices of their versions. */
function compared(service: string, cells: readonly FleetCell[], told: readonly Told[]): FleetCell[] {
  return cells.map((cell, index) => {
    const [before, mine, theirs] = [cells[index - 1], told[index], told[index - 1]];
    if (!before || !mine || !theirs) return cell;
    const commits = mine.version - theirs.version;
    const [from, to] = [cell.commits[0]?.commit ?? '', before.commits[0]?.commit ?? ''];
    return {
      ...cell,
      behind: {
        environment: before.environment,
        same: commits === 0,
        ...(commits > 0 ? { commits, ahead: 0, url: `${repositoryOf(service)}/compare/${from}...${to}` } : {}),
        ...(commits < 0
          ? { commits: 0, ahead: -commits, url: `${repositoryOf(service)}/compare/${to}...${from}` }
          : {}),
      },
    };
  });
}

function serviceOf(name: string, versions: readonly Version[], told: readonly Told[]): FleetService {
  const cells = told.map((one, index) => cellOf(name, environments[index] ?? '', versions, one));
  return { name, directory: `apps/${name}`, cells: compared(name, cells, told) };
}

const people = ['Ada Park', 'Björn Lindqvist', 'Chidi Okafor', 'Dana Levi', 'Emre Yılmaz'];

function versionsOf(seed: number, subjects: readonly string[]): Version[] {
  return subjects.map((subject, index) => ({
    subject,
    author: people[(seed + index * 3) % people.length] ?? 'Ada Park',
    pullRequest: 400 - index * 7 + seed * 11,
    minutes: 30 + index * 400 + seed * 17,
  }));
}

const pulling = 'Deployment/payments: container main cannot pull ghcr.io/acme/payments:sha-0d9f1c2: not found';

const services: FleetService[] = [
  serviceOf(
    'cart',
    versionsOf(1, ['Keep the cart when the session ends', 'Round totals half to even', 'Add the coupon field']),
    [
      { version: 0, minutes: 48 },
      { version: 0, minutes: 31, state: 'in_progress', live: 1 },
      { version: 1, minutes: 2900 },
      { version: 1, minutes: 2870 },
    ],
  ),
  serviceOf(
    'catalog',
    versionsOf(2, [
      'Index products by brand',
      'Cache facets for a minute',
      'Drop the old search page',
      'Fix paging of reviews',
    ]),
    [
      { version: 0, minutes: 380 },
      { version: 0, minutes: 341 },
      { version: 1, minutes: 1900 },
      { version: 3, minutes: 8700, more: {} },
    ],
  ),
  serviceOf(
    'checkout',
    versionsOf(3, ['Ask for the phone number last', 'Show taxes for each line', 'Retry the payment once']),
    [
      { version: 0, minutes: 95 },
      { version: 0, minutes: 62 },
      {
        version: 0,
        minutes: 24,
        state: 'queued',
        live: 1,
        reason: 'waits for approval: the Application syncs by hand',
      },
      { version: 1, minutes: 4310 },
    ],
  ),
  serviceOf('notifications', versionsOf(4, ['Send receipts in the reader’s language', 'Use the new mail gateway']), [
    { version: 0, minutes: 1510 },
    { version: 0, minutes: 1490 },
    { version: 0, minutes: 1320 },
    { version: 0, minutes: 1301 },
  ]),
  serviceOf(
    'orders',
    versionsOf(5, ['Export orders as CSV', 'Make order numbers sortable', 'Close the pool when idle']),
    [
      { version: 0, minutes: 210 },
      { version: 0, minutes: 180 },
      {
        version: 1,
        minutes: 700,
        more: {
          lock: {
            file: 'orders/locks/production-eu.yaml',
            images: [],
            holds: [
              {
                image: 'ghcr.io/acme/orders',
                commit: hash('orders Export orders as CSV'),
                reason: 'the export locks the table, see #418',
              },
            ],
          },
        },
      },
      { version: 1, minutes: 690 },
    ],
  ),
  serviceOf(
    'payments',
    versionsOf(6, ['Upgrade the card library', 'Log the issuer’s decline code', 'Split refunds by item']),
    [
      { version: 0, minutes: 130 },
      { version: 0, minutes: 41, state: 'failure', live: 1, reason: pulling },
      { version: 1, minutes: 2200 },
      { version: 1, minutes: 2180 },
    ],
  ),
  serviceOf(
    'recommendations',
    versionsOf(7, ['Train on ninety days', 'Leave out what was bought', 'Serve from the feature store']),
    [
      { version: 0, minutes: 12, state: 'pending', live: 1, reason: 'Argo CD has not seen this version yet' },
      { version: 1, minutes: 3020 },
      { version: 1, minutes: 2100 },
      { version: 2, minutes: 9800, state: 'unknown', reason: 'no Application of this environment was read' },
    ],
  ),
  serviceOf(
    'search',
    versionsOf(8, ['Understand plural forms', 'Limit suggestions to eight', 'Warm the index on start']),
    [
      { version: 0, minutes: 64 },
      { version: 1, minutes: 590 },
      { version: 1, minutes: 560 },
      {
        version: 1,
        minutes: 555,
        more: {
          drift: [
            {
              image: 'ghcr.io/acme/search',
              locked: 'sha-5f2ab90',
              live: 'hotfix-2',
              application: 'search-production-us',
            },
          ],
        },
      },
    ],
  ),
  serviceOf('shipping', versionsOf(9, ['Track parcels of two carriers', 'Cut labels to A6', 'Read weights in grams']), [
    { version: 0, minutes: 5200 },
    { version: 0, minutes: 5160 },
    { version: 0, minutes: 4700 },
    { version: 0, minutes: 4650 },
  ]),
  serviceOf(
    'web',
    versionsOf(10, [
      'Lazy load pictures below the fold',
      'Fix contrast of the buy button',
      'Add a skip link',
      'Preload the font',
    ]),
    [
      { version: 0, minutes: 17 },
      { version: 0, minutes: 3, state: 'in_progress', live: 1 },
      { version: 1, minutes: 260 },
      {
        version: 2,
        minutes: 1480,
        state: 'error',
        live: 3,
        reason: 'one or more synchronization tasks are not valid (retried 5 times)',
      },
    ],
  ),
];

/** The fleet, with more services, or others, where a test needs them. */
export function shop(more: readonly FleetService[] = []): Fleet {
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Fleet',
    takenAt: new Date(shopTime).toISOString(),
    origins: [
      { kind: 'repository', name: 'acme/deployments', read: true, revision: hash('deployments') },
      { kind: 'applications', name: 'https://argocd.example.com', read: true },
    ],
    problems: [],
    environments,
    services: [...services, ...more].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
