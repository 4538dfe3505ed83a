/**
 * Event files as an origin: what hooks and pipelines said of deployments, in git's order.
 */
import { select, type Snapshot } from '../../events/store.ts';
import type { EventType } from '../../schemas/event.generated.ts';
import type { FleetHappening } from '../../schemas/fleet.generated.ts';
import type { Witnessed } from '../assemble.ts';
import { defined } from '../defined.ts';

const happenings: Readonly<Record<EventType, FleetHappening>> = {
  'deployment-requested': 'requested',
  'deployment-complete': 'success',
  'deployment-failed': 'failure',
  'tests-complete': 'tested',
};

/** @param name what the origin is called */
export async function eventsOf(name: string, snapshot: Snapshot): Promise<Witnessed> {
  const { events, poison } = await select(snapshot, {});
  return {
    origin: { kind: 'events', name, read: true },
    problems: poison.map(({ path, reason }) => ({ origin: name, message: reason, file: path })),
    entries: events.flatMap(({ event }) => {
      if (!event) return [];
      const { application, environment, sourceRepository, sourceCommit, image, outcome } = event.data;
      return [
        defined({
          // By the emitter's clock; it may be wrong, and is shown as it is.
          at: event.time,
          what: happenings[event.type],
          from: 'events' as const,
          commit: sourceCommit,
          repository: sourceRepository,
          image,
          text: outcome,
          environment,
          applicationName: application,
        }),
      ];
    }),
  };
}
