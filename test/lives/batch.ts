/**
 * Many lives at once through one notifications controller: reading its configuration takes longer than a life. Lives
 * share nothing but the controller and its clock: each has an Application and repositories of its own.
 */
import type { Fault, Scenario, Step } from '../../plugin/notifications/engine/scenario.ts';
import type { EngineMessage, EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { begin } from './model/argocd.ts';
import type { Life, Outage } from './life.ts';

/** What GitHub was asked about one commit. */
export interface Told {
  readonly at: number;
  readonly kind: 'deployment-status' | 'status';
  readonly repository: string;
  readonly commit: string;
  readonly environment: string;
  readonly state: string;
  /** The context of a commit status. */
  readonly name: string;
  /** GitHub took it: the answer may have been lost. */
  readonly taken: boolean;
  /** The controller knows that GitHub took it. */
  readonly answered: boolean;
}

/** What came of one life. */
export interface Outcome {
  readonly life: Life;
  readonly told: readonly Told[];
  readonly requests: readonly {
    readonly at: number;
    readonly what: string;
    readonly status: number;
    readonly fault: boolean;
  }[];
  /** GitHub's deployments: `owner/repository@commit environment` to the states in order. */
  readonly deployments: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
  /** When the controller was restarted. */
  readonly restarts: readonly number[];
}

/**
 * Seconds that the controller gets after the end of a life: one of its resyncs (every 60 s) comes when 30 s have passed,
 * which is when it believes a health; and one comes when what the provider refused is tried again.
 */
const afterwards = ({ outages }: Life): number => (outages.length > 0 ? 190 : 95);

function faultsOf(lives: readonly Life[], at: number): Fault[] {
  return lives.flatMap(({ id, outages }) =>
    outages.filter(({ from, to }) => from <= at && at < to).map((outage) => faultOf(id, outage)),
  );
}

function faultOf(id: string, { fails }: Outage): Fault {
  const match = `/repos/acme/${id}-`;
  const count = 1_000_000;
  const faults: Readonly<Record<Outage['fails'], Fault>> = {
    'bad gateway': { match, status: 502, count },
    refused: { match: `POST .*${match}`, status: 422, count },
    dropped: { match, drop: true, count },
    lost: { match: `POST .*${match}`, drop: true, after: true, count },
  };
  return faults[fails];
}

/** One scenario for all lives. */
export function scenarioOf(
  lives: readonly Life[],
  config: Pick<Scenario, 'configMap' | 'fillSecret' | 'world'>,
  restarts: readonly number[] = [],
): Scenario {
  const boundaries = lives.flatMap(({ outages }) => outages.flatMap(({ from, to }) => [from, to]));
  const steps: Step[] = [
    ...[...new Set(boundaries)].filter(Number.isFinite).map((at) => ({ at, faults: faultsOf(lives, at) })),
    ...restarts.map((at) => ({ at, restart: true })),
    ...lives.flatMap((life) => life.steps),
    // What has ended is looked at no more.
    ...lives.map((life) => ({ at: life.end + afterwards(life), delete: [`argocd/${life.id}`] })),
  ];
  const gone = new Set(
    lives.flatMap(({ id, steps: own }) => (own.some((step) => step.delete) ? [`argocd/${id}`] : [])),
  );
  return {
    ...config,
    start: new Date(begin).toISOString(),
    steps: steps
      .filter((step, index) => index < steps.length - lives.length || !gone.has(step.delete?.[0] ?? ''))
      .toSorted((a, b) => a.at - b.at),
  };
}

function toldBy(message: EngineMessage): (Told & { readonly request: EngineMessage['requests'][number] })[] {
  return message.requests.flatMap((request) => {
    const { call } = request;
    if (call?.kind !== 'deployment-status' && call?.kind !== 'status') return [];
    return [
      {
        request,
        at: message.at,
        kind: call.kind,
        repository: call.repository ?? '',
        commit: call.ref ?? '',
        environment: call.environment ?? '',
        state: call.state ?? '',
        name: call.name ?? '',
        taken: request.status === 201 || request.fault === 'answer lost',
        answered: request.status === 201,
      },
    ];
  });
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
}

/** What came of each life. */
export function outcomes(lives: readonly Life[], report: EngineReport, restarts: readonly number[] = []): Outcome[] {
  const messages = groupBy(
    report.steps.flatMap((step) => step.messages),
    ({ application }) => application,
  );
  const deployments = groupBy(report.deployments, ({ repository }) => repository.split('/')[1]?.split('-')[0] ?? '');
  const general = report.steps.flatMap(({ problems }) => problems);
  return lives.map((life) => {
    const own = messages.get(`argocd/${life.id}`) ?? [];
    return {
      life,
      restarts,
      told: own.flatMap((message) => toldBy(message)),
      requests: own.flatMap((message) =>
        message.requests.map(({ method, url, status, fault }) => ({
          at: message.at,
          what: `${method} ${url}`,
          status,
          fault: fault !== undefined,
        })),
      ),
      deployments: new Map(
        (deployments.get(life.id) ?? []).map(({ repository, ref, environment, states }) => [
          `${repository}@${ref} ${environment}`,
          states,
        ]),
      ),
      problems: [
        ...own
          .filter(({ requests }) => requests.every(({ fault }) => fault === undefined))
          .flatMap(({ problems }) => problems),
        ...general.filter((line) => line.startsWith(`[argocd/${life.id}]`)),
      ],
    };
  });
}
