/**
 * A recording as steps of a scenario. The clock of the replay follows the recorded one, so the controller's own
 * resync every minute, waiting times in expressions and what it writes down come out as they did.
 */
import type { Scenario, Step } from '../engine/scenario.ts';
import type { RecordedEvent } from './recording.ts';

/** Seconds that a replay goes on after the last event: two resyncs of the controller. */
const afterwards = 125;

/** The start and the steps of a scenario that replays `events`: step N is event N; one more lets time pass. */
export function replaySteps(events: readonly RecordedEvent[]): Pick<Scenario, 'start' | 'steps'> {
  const begin = events[0]?.at ?? 0;
  const end = events.at(-1)?.at ?? 0;
  const steps = events.map(
    ({ type, application, key, at }): Step => ({
      at: (at - begin) / 1000,
      ...(type === 'DELETED' ? { delete: [key] } : { put: [application] }),
    }),
  );
  return { start: new Date(begin).toISOString(), steps: [...steps, { at: (end - begin) / 1000 + afterwards }] };
}
