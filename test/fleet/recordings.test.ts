/**
 * The states of Applications at every event of every recording, held against what the real notifications controller
 * tells GitHub at that moment, and against the pods.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readApplication } from '../../plugin/fleet/argocd/application.ts';
import { type ApplicationState, stateOf } from '../../plugin/fleet/argocd/state.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { RecordedEvent } from '../../plugin/notifications/replay/recording.ts';
import { replaySteps } from '../../plugin/notifications/replay/steps.ts';
import { contradictions } from './contradictions.ts';
import { startTestEngine } from '../tools/engine.ts';
import { githubConfig } from '../conformance/config.ts';
import { readyVersions } from '../conformance/pods.ts';
import { lives } from '../conformance/recorded-lives.ts';
import { commitOf, loadRecording } from '../conformance/recordings.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

/** The state of an event's Application at its moment; undefined when it is gone. */
function look(event: RecordedEvent): ApplicationState | undefined {
  const application = event.type === 'PUT' ? readApplication(event.application) : undefined;
  return application && stateOf(application, event.at);
}

describe('states at every event of a recording', () => {
  it.each(lives)('$recordings: $about', async ({ recordings, pods }) => {
    const events = loadRecording(...recordings);
    const { start, steps } = replaySteps(events);
    const report = await engine.run({ ...githubConfig, start, steps: [...steps] });
    const wrong = contradictions({ start, steps }, report);

    // The pods are the witness.
    for (const [step, event] of pods === false ? [] : events.entries()) {
      const at = look(event);
      if (at?.state !== 'success') continue;
      const ready = readyVersions(recordings, event.at).map(commitOf).sort();
      const target = at.target.map(({ name }) => name.slice(-40)).sort();
      if (ready.join() !== target.join()) wrong.push(`event ${step}: success, and ready pods are of ${ready.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});
