/**
 * The gates of an environment: what must be true before an image is promoted into it. Each gate that is refused says
 * which and why; all of them are told at once.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { LockedImage } from '../lock/lock.ts';
import type { ConfigGates } from '../schemas/config.generated.ts';
import type { EventType } from '../schemas/event.generated.ts';
import type { ReadStatuses } from './statuses.ts';

/** Whether an event of the type, with a good outcome, exists for a source commit in an environment. */
export type FindEvent = (type: EventType, environment: string, commit: string) => Promise<boolean>;

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
      refusal(request, `${image.name}: nobody can be asked for statuses`, [
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
    else if (!(await findEvent(type, from, commit))) {
      refusals.push(
        refusal(request, `${image.name}: there is no event ${type} with a good outcome for ${commit} in ${from}`),
      );
    }
  }
  return refusals;
}

/**
 * Passes when every gate lets every image through.
 * @throws Failure `gate-refused`, one diagnostic for each gate and image; `statuses-unreadable`
 */
export async function checkGates(request: GateRequest): Promise<void> {
  const { gates, from, images } = request;
  const refusals: Diagnostic[] = [];
  if (gates.from && !gates.from.includes(from)) {
    refusals.push(refusal(request, `images from ${from}`, [`They may come from: ${gates.from.join(', ')}.`]));
  }
  for (const image of images) {
    if (gates.digest && image.digest === undefined) {
      refusals.push(
        refusal(request, `${image.name}: ${from} runs it without a digest`, [
          'Lock the digest there: waybill images set NAME=:TAG@DIGEST.',
        ]),
      );
    }
    refusals.push(...(await statusRefusals(request, image)), ...(await eventRefusals(request, image)));
  }
  if (refusals.length > 0) throw new Failure(refusals);
}
