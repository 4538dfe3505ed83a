/**
 * A made-up fleet of any size: every state, every kind of comparison, missing origins, names that try to be markup. The
 * same numbers give the same fleet, so views of it can be compared with what they showed before.
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

/** When it was taken. */
const takenAt = '2026-06-01T12:00:00Z';

const names = [
  'cart',
  'checkout',
  'inventory',
  'ledger',
  'notification',
  'order',
  'payment',
  'product',
  'search',
  'user',
];
const stages = ['development', 'staging', 'production', 'production-eu', 'production-us'];

function hash(...parts: readonly (string | number)[]): string {
  return createHash('sha1').update(parts.join('/')).digest('hex');
}

/** Minutes before the fleet was taken. */
function ago(minutes: number): string {
  return new Date(Date.parse(takenAt) - minutes * 60_000).toISOString().replace('.000', '');
}

/** What a cell is like, in turn: the first environment is mostly ahead, and one cell of ten is not well. */
const situations: readonly FleetState[] = [
  'success',
  'success',
  'success',
  'in_progress',
  'success',
  'success',
  'failure',
  'success',
  'success',
  'queued',
  'success',
  'success',
  'pending',
  'success',
  'success',
  'unknown',
  'success',
  'success',
  'error',
  'success',
];

const reasons: Readonly<Partial<Record<FleetState, string>>> = {
  in_progress: 'waiting for healthy state of apps/Deployment/web',
  failure: 'Deployment "web" exceeded its progress deadline',
  error: 'one or more objects failed to apply: admission webhook denied the request',
  queued: 'a sync by hand is waited for',
  pending: 'Argo CD has not compared the commit yet',
  unknown: 'no Application was read',
};

function commitOf(service: string, version: number): FleetCommit {
  const repository = `https://github.com/acme/${service}`;
  const commit = hash(service, version);
  return {
    repository,
    commit,
    url: `${repository}/commit/${commit}`,
    subject:
      version % 7 === 0 ? '<img src=x onerror=alert(1)> & "quotes" | pipes' : `Change number ${version} of ${service}`,
    author: version % 2 === 0 ? 'Ada Lovelace' : 'Jürgen Öster\u202Egnihsif',
    committedAt: ago(version * 90 + 45),
    ref: 'refs/heads/main',
    version: `1.${100 - version}.0`,
    pullRequest: {
      number: 1000 - version,
      url: `${repository}/pull/${1000 - version}`,
      title: `Change number ${version}`,
    },
    run: `${repository}/actions/runs/${5000 - version}`,
    images: [`ghcr.io/acme/${service}`],
  };
}

interface Situation {
  readonly service: string;
  readonly environment: string;
  readonly state: FleetState;
  readonly version: number;
}

function applicationOf({ service, environment, state, version }: Situation): FleetApplication {
  const { commit } = commitOf(service, version);
  const name = `${service}-${environment}`;
  const record = (label: string, of: FleetState) => ({
    name: `waybill.acme.${service}.${environment}.${name}.${label}`,
    repository: `acme/${service}`,
    environment,
    application: name,
    commit: label,
    state: of,
  });
  const reason = reasons[state];
  const isLive = state === 'success' || state === 'failure';
  return {
    cluster: 'argocd.example.com',
    namespace: 'argocd',
    name,
    project: 'default',
    url: `https://argocd.example.com/applications/argocd/${name}`,
    destination: `https://kubernetes.default.svc/${environment}`,
    source: `apps/${service}`,
    repository: 'https://github.com/acme/deployments',
    state,
    since: ago(version * 60),
    ...(reason === undefined ? {} : { reason }),
    sync: state === 'queued' ? 'OutOfSync' : 'Synced',
    health: state === 'failure' ? 'Degraded' : state === 'in_progress' ? 'Progressing' : 'Healthy',
    phase: state === 'in_progress' ? 'Running' : state === 'error' ? 'Error' : 'Succeeded',
    revision: hash('deployments', version),
    automated: environment === 'development',
    target: [record(commit, state)],
    live: [record(isLive ? commit : hash(service, version + 1), 'success')],
    failures:
      state === 'failure'
        ? [
            {
              kind: 'Deployment',
              group: 'apps',
              name: service,
              namespace: environment,
              status: 'Degraded',
              message: reason ?? '',
            },
          ]
        : [],
    conditions: [],
    notes: [],
    images: [`ghcr.io/acme/${service}:1.${100 - version}.0@sha256:${hash(service, version)}${'0'.repeat(24)}`],
    externalURLs: [`https://${service}.${environment}.example.com`],
  };
}

function historyOf({ service, environment, state, version }: Situation): FleetHistoryEntry[] {
  return [0, 1, 2].flatMap((back): FleetHistoryEntry[] => {
    const { commit, repository } = commitOf(service, version + back);
    const at = (version + back) * 60;
    const last = back === 0 && state !== 'unknown' && state !== 'pending' ? state : 'success';
    const application = `${service}-${environment}`;
    return [
      { at: ago(at), what: last, from: 'applications', commit, repository, application },
      { at: ago(at + 2), what: 'in_progress', from: 'applications', commit, repository, application },
      {
        at: ago(at + 5),
        what: 'locked',
        from: 'repository',
        commit,
        repository,
        image: `ghcr.io/acme/${service}`,
        tag: `1.${100 - version - back}.0`,
        by: 'ci-bot',
        change: hash('deployments', version + back),
        subject: `Deploy ${service} to ${environment}`,
      },
    ];
  });
}

function cellOf(situation: Situation, before: Situation | undefined): FleetCell {
  const { service, environment, state, version } = situation;
  const commit = commitOf(service, version);
  const reason = reasons[state];
  const digest = `sha256:${hash(service, version)}${'0'.repeat(24)}`;
  const behind = before && version - before.version;
  return {
    environment,
    state,
    isWell: state === 'success',
    since: ago(version * 60),
    ...(reason === undefined ? {} : { reason }),
    commits: [commit],
    ...(state === 'success' || state === 'unknown' ? {} : { live: [commitOf(service, version + 1)] }),
    lock: {
      file: `apps/${service}/locks/${environment}.yaml`,
      change: {
        commit: hash('deployments', version),
        at: ago(version * 60 + 5),
        author: 'ci-bot',
        subject: `Deploy ${service} to ${environment}`,
        url: `https://github.com/acme/deployments/commit/${hash('deployments', version)}`,
      },
      images: [
        {
          name: `ghcr.io/acme/${service}`,
          reference: `ghcr.io/acme/${service}:1.${100 - version}.0@${digest}`,
          tag: `1.${100 - version}.0`,
          digest,
          repository: commit.repository,
          commit: commit.commit,
        },
      ],
      holds:
        version % 5 === 4
          ? [{ image: `ghcr.io/acme/${service}`, tag: '1.98.0', reason: 'it lost orders', rollback: hash('rollback') }]
          : [],
    },
    applications: state === 'unknown' ? [] : [applicationOf(situation)],
    ...(before === undefined || behind === undefined
      ? {}
      : {
          behind: {
            environment: before.environment,
            same: behind === 0,
            ...(behind === 0
              ? {}
              : {
                  commits: behind,
                  ahead: 0,
                  deployments: behind,
                  url: `${commit.repository}/compare/${commit.commit}...${hash(service, before.version)}`,
                }),
          },
        }),
    drift:
      state === 'queued'
        ? [
            {
              image: `ghcr.io/acme/${service}`,
              locked: commit.commit,
              live: hash(service, version + 1),
              application: `${service}-${environment}`,
            },
          ]
        : [],
    history: historyOf(situation),
  };
}

/**
 * A fleet of so many services and environments (at most five). With ten services or more every state is there.
 * @param services @default 10
 * @param environments @default 3
 */
export function madeUpFleet(services = 10, environments = 3): Fleet {
  const used = stages.slice(0, environments);
  const made = Array.from({ length: services }, (_, row): FleetService => {
    const base = names[row % names.length] ?? '';
    const service = row < names.length ? base : `${base}-${Math.floor(row / names.length)}`;
    const situations_ = used.map((environment, column): Situation => {
      const state = situations[(row * 3 + column) % situations.length] ?? 'unknown';
      return { service, environment, state, version: 1 + (row % 4) + column * (row % 3) };
    });
    return {
      name: service,
      directory: `apps/${service}`,
      cells: situations_.map((one, column) => cellOf(one, situations_[column - 1])),
    };
  });
  return {
    apiVersion: 'waybill.dev/v1',
    kind: 'Fleet',
    takenAt,
    origins: [
      {
        kind: 'repository',
        name: 'https://github.com/acme/deployments',
        read: true,
        revision: hash('deployments', 1),
        at: takenAt,
      },
      { kind: 'applications', name: 'argocd.example.com', read: true, at: takenAt },
      { kind: 'events', name: 'events', read: false, reason: 'no repository of events was named' },
      { kind: 'provider', name: 'github.com', read: false, reason: 'GITHUB_TOKEN is not set' },
    ],
    problems: [
      {
        origin: 'https://github.com/acme/deployments',
        message: 'the lock contains the markers of an unfinished merge',
        file: 'apps/search/locks/staging.yaml',
        line: 7,
        service: 'search',
        environment: 'staging',
      },
    ],
    environments: used,
    services: made.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
