/**
 * Many lives at once through one notifications controller: reading its configuration takes longer than a life. Lives
 * share the controller and its clock, and two that are a family share repositories and commits, too.
 */
import type { Fault, Scenario, Step } from '../../plugin/notifications/engine/scenario.ts';
import type { EngineMessage, EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { begin } from './model/argocd.ts';
import type { Life, Outage } from './life.ts';

/** What GitHub was asked about one commit. */
export interface BatchReport {
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
  readonly told: readonly BatchReport[];
  readonly requests: readonly {
    readonly at: number;
    readonly what: string;
    readonly status: number;
    readonly fault: boolean;
  }[];
  /** GitHub's deployments: `owner/repository@commit environment` to the states in order. */
  readonly deployments: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
  readonly interruptions: Interruptions;
}

/** When the controller did not look. */
export interface Interruptions {
  /** It was restarted. */
  readonly restarts: readonly number[];
  /** It was down from then until then, and saw only what had become of everything. */
  readonly downtimes: readonly { readonly from: number; readonly to: number }[];
}

/** A controller that is always there. */
const uninterrupted: Interruptions = { restarts: [], downtimes: [] };

/**
 * Seconds that the controller gets after the end of a life: one of its resyncs (every 60 s) comes when 30 s have passed,
 * which is when it believes a health; and one comes when what the provider refused is tried again.
 */
const afterwards = ({ outages }: Life): number => (outages.length > 0 ? 190 : 95);

/** When nothing more is looked at: a controller that was down gets its time, too. */
function endOf(life: Life, downtimes: Interruptions['downtimes']): number {
  const down = downtimes.filter(({ from }) => from < life.end + afterwards(life));
  return Math.max(life.end, ...down.map(({ to }) => to)) + afterwards(life);
}

function faultsOf(lives: readonly Life[], at: number): Fault[] {
  return lives.flatMap(({ family, outages }) =>
    outages.filter(({ from, to }) => from <= at && at < to).map((outage) => faultOf(family, outage)),
  );
}

function faultOf(family: string, { fails }: Outage): Fault {
  const match = `/repos/acme/${family}-`;
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
  { restarts, downtimes }: Interruptions = uninterrupted,
): Scenario {
  const boundaries = lives.flatMap(({ outages }) => outages.flatMap(({ from, to }) => [from, to]));
  const last = lives.flatMap((life) => life.keys.map((key) => ({ at: endOf(life, downtimes), delete: [key] })));
  const gone = new Set(lives.flatMap(({ steps }) => steps.flatMap((step) => step.delete ?? [])));
  const steps: Step[] = [
    ...[...new Set(boundaries)].filter(Number.isFinite).map((at) => ({ at, faults: faultsOf(lives, at) })),
    ...restarts.map((at) => ({ at, restart: true })),
    ...lives.flatMap((life) => life.steps),
    // What has ended is looked at no more.
    ...last.filter(({ delete: [key = ''] }) => !gone.has(key)),
  ];
  const ordered = steps.toSorted((a, b) => a.at - b.at);
  return {
    ...config,
    start: new Date(begin).toISOString(),
    steps: downtimes.reduce<readonly Step[]>((all, { from, to }) => withoutController(all, from, to), ordered),
  };
}

/** What happens while the controller is down happens at once when it is back. */
function withoutController(steps: readonly Step[], from: number, to: number): Step[] {
  const missed = steps.filter(({ at }) => at > from && at <= to);
  const faults = missed.findLast((step) => step.faults !== undefined)?.faults;
  return [
    ...steps.filter(({ at }) => at <= from),
    { at: from },
    {
      at: to,
      down: true,
      ...(faults ? { faults } : {}),
      put: missed.flatMap(({ put = [] }) => put),
      delete: missed.flatMap((step) => step.delete ?? []),
    },
    ...steps.filter(({ at }) => at > to),
  ];
}

function toldBy(message: EngineMessage): (BatchReport & { readonly request: EngineMessage['requests'][number] })[] {
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
export function outcomes(
  lives: readonly Life[],
  report: EngineReport,
  interruptions: Interruptions = uninterrupted,
): Outcome[] {
  const messages = groupBy(
    report.steps.flatMap((step) => step.messages),
    ({ application }) => application,
  );
  const deployments = groupBy(report.deployments, ({ repository }) => repository.split('/')[1]?.split('-')[0] ?? '');
  const general = report.steps.flatMap(({ problems }) => problems);
  return lives.map((life) => {
    const own = life.keys.flatMap((key) => messages.get(key) ?? []);
    return {
      life,
      interruptions,
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
        (deployments.get(life.family) ?? [])
          .filter(({ environment }) => environment === life.environment)
          .map(({ repository, ref, environment, states }) => [`${repository}@${ref} ${environment}`, states]),
      ),
      problems: [
        ...own
          .filter(({ requests }) => requests.every(({ fault }) => fault === undefined))
          .flatMap(({ problems }) => problems),
        ...general.filter((line) => life.keys.some((key) => line.startsWith(`[${key}]`))),
      ],
    };
  });
}
