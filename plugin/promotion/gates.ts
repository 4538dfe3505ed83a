/**
 * The gates of an environment: what must be true before an image is promoted into it. Each gate that is refused says
 * which and why; all of them are told at once.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { closedBecause } from '../config/gate-windows.ts';
import type { ImageSource, LockedImage } from '../lock/lock.ts';
import type { ConfigGates } from '../schemas/config.generated.ts';
import type { EventType } from '../schemas/event.generated.ts';
import type { ReadDeployment } from './github-deployments.ts';
import type { ReadStatuses } from './statuses.ts';

/**
 * When the newest event of the type happened for a source commit in an environment; undefined when there is none, or
 * its outcome was not good.
 */
export type FindEvent = (type: EventType, environment: string, commit: string) => Promise<Date | undefined>;

/** What is promoted, and who can be asked. */
export interface GateRequest {
  readonly from: string;
  readonly to: string;
  readonly gates: Readonly<ConfigGates>;
  /** Where the gates are written. */
  readonly location: Location;
  readonly images: readonly LockedImage[];
  /** Undefined: nobody can be asked, and a gate of statuses is refused. */
  readonly statuses: ReadStatuses | undefined;
  readonly findEvent: FindEvent | undefined;
  /** What became of deployments, by the provider, where no events are known. */
  readonly deployments: ReadDeployment | undefined;
  /** The source environment's name as it is reported. */
  readonly reportedFrom: string;
  /** The moment of the promotion. */
  readonly now: Date;
}

function refusal({ to, location }: GateRequest, why: string, help: readonly string[] = []): Diagnostic {
  return {
    severity: 'error',
    code: 'gate-refused',
    message: `the gates of ${to} refuse ${why}`,
    location,
    ...(help.length > 0 ? { help } : {}),
  };
}

async function statusRefusals(request: GateRequest, image: LockedImage): Promise<Diagnostic[]> {
  const { gates, statuses } = request;
  const wanted = gates.statuses ?? [];
  if (wanted.length === 0) return [];
  if (!image.source)
    return [refusal(request, `${image.name}: its source commit is not in the lock, so no status can be read`)];
  if (!statuses)
    return [
      refusal(request, `${image.name}: statuses cannot be read`, [
        'Set GITHUB_TOKEN, or give results with --statuses FILE.',
      ]),
    ];
  const { repository, commit } = image.source;
  const found = await statuses(repository, commit);
  return wanted.flatMap((context): Diagnostic[] => {
    const state = found.get(context);
    if (state === 'success') return [];
    const words = state === undefined ? 'is not there' : `is ${state}`;
    return [
      refusal(request, `${image.name}: the status ${context} of ${commit} ${words}`, [
        `Found: ${[...found.keys()].sort().join(', ') || 'no status'}.`,
      ]),
    ];
  });
}

async function eventRefusals(request: GateRequest, image: LockedImage): Promise<Diagnostic[]> {
  const { gates, findEvent, from } = request;
  const refusals: Diagnostic[] = [];
  for (const type of gates.events ?? []) {
    const commit = image.source?.commit;
    if (commit === undefined)
      refusals.push(refusal(request, `${image.name}: its source commit is not in the lock, so no event can be found`));
    else if (!findEvent)
      refusals.push(
        refusal(request, `${image.name}: no repository of events is known`, ['Name it with --events-repository.']),
      );
    else if ((await findEvent(type, from, commit)) === undefined) {
      refusals.push(
        refusal(request, `${image.name}: there is no event ${type} with a good outcome for ${commit} in ${from}`),
      );
    }
  }
  return refusals;
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** Minutes of `2h`, as the schema has it. */
function minutesOf(duration: string): number {
  return Number(duration.slice(0, -1)) * (MINUTES[duration.slice(-1)] ?? 1);
}

/** Since when a commit has been deployed well; undefined when it is not. */
async function deployedSince(
  { findEvent, deployments, from, reportedFrom }: GateRequest,
  { repository, commit }: ImageSource,
): Promise<Date | undefined> {
  if (findEvent) return await findEvent('deployment-complete', from, commit);
  const told = await deployments?.(repository, commit, reportedFrom);
  return told?.state === 'success' ? told.at : undefined;
}

async function soakRefusals(request: GateRequest, image: LockedImage): Promise<Diagnostic[]> {
  const { gates, from, now, findEvent, deployments } = request;
  if (gates.soak === undefined) return [];
  if (!image.source)
    return [
      refusal(request, `${image.name}: its source commit is not in the lock, so it is unknown since when it runs`),
    ];
  if (!findEvent && !deployments) {
    return [
      refusal(request, `${image.name}: its deployment time in ${from} cannot be read`, [
        'Name the repository of events with --events-repository, or set GITHUB_TOKEN.',
      ]),
    ];
  }
  const { commit } = image.source;
  const since = await deployedSince(request, image.source);
  if (since === undefined) return [refusal(request, `${image.name}: ${commit} is not deployed well in ${from}`)];
  const end = new Date(since.getTime() + minutesOf(gates.soak) * 60_000);
  if (Number.isNaN(end.getTime())) {
    return [refusal(request, `${image.name}: the deployment of ${commit} to ${from} has no time that can be read`)];
  }
  if (end <= now) return [];
  const passed = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 60_000));
  return [
    refusal(request, `${image.name}: ${commit} has run in ${from} for ${passed} minutes, of ${gates.soak}`, [
      `Promote it after ${end.toISOString()}.`,
    ]),
  ];
}

/**
 * Passes when every gate lets every image through.
 * @throws Failure `gate-refused`, one diagnostic for each gate and image; `statuses-unreadable`
 */
export async function checkGates(request: GateRequest): Promise<void> {
  const { gates, from, images } = request;
  const refusals: Diagnostic[] = [];
  if (gates.from && !gates.from.includes(from)) {
    refusals.push(refusal(request, `images from ${from}`, [`Allowed environments: ${gates.from.join(', ')}.`]));
  }
  const closed = images.length === 0 ? undefined : closedBecause(gates, request.now);
  if (closed !== undefined) refusals.push(refusal(request, closed));
  for (const image of images) {
    if (gates.digest && image.digest === undefined) {
      refusals.push(
        refusal(request, `${image.name}: ${from} runs it without a digest`, [
          'Lock the digest there: waybill images set NAME=:TAG@DIGEST.',
        ]),
      );
    }
    refusals.push(
      ...(await statusRefusals(request, image)),
      ...(await eventRefusals(request, image)),
      ...(await soakRefusals(request, image)),
    );
  }
  if (refusals.length > 0) throw new Failure(refusals);
}
