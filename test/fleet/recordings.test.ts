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
import { startTestEngine } from '../tools/engine.ts';
import { githubConfig } from '../conformance/config.ts';
import { readyVersions } from '../conformance/pods.ts';
import { lives } from '../conformance/recorded-lives.ts';
import { commitOf, loadRecording } from '../conformance/recordings.ts';
import { accepted, sent } from '../conformance/sent-requests.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const commitIn = (record: string): string => record.slice(-40);

/** The state of an event's Application at a moment; undefined when it is gone. */
function look(event: RecordedEvent | undefined, now: number): ApplicationState | undefined {
  const application = event?.type === 'PUT' ? readApplication(event.application) : undefined;
  return application && stateOf(application, now);
}

/** What was told, as moment and `commit state`, in order. */
async function told(events: readonly RecordedEvent[]) {
  const { start, steps } = replaySteps(events);
  const report = await engine.run({ ...githubConfig, start, steps: [...steps] });
  const begin = events[0]?.at ?? 0;
  return accepted(sent(report), 'deployment-status').map(({ at, step, request: { call } }) => ({
    moment: begin + at * 1000,
    step,
    commit: call?.ref ?? '',
    state: call?.state ?? '',
  }));
}

describe('states at every event of a recording', () => {
  it.each(lives)('$recordings: $about', async ({ recordings, pods }) => {
    const events = loadRecording(...recordings);
    const messages = await told(events);
    const wrong: string[] = [];

    // Whatever the controller tells is so at that moment.
    for (const { moment, step, commit, state } of messages) {
      if (state === 'inactive') continue;
      const at = look(events[Math.min(step, events.length - 1)], moment);
      const records = [...(at?.target ?? []), ...(at?.live ?? [])].filter(({ name }) => commitIn(name) === commit);
      if (!records.some((record) => record.state === state)) {
        wrong.push(`step ${step}: ${commit.slice(0, 7)} is told ${state}, and is ${JSON.stringify(records)}`);
      }
    }

    for (const [step, event] of events.entries()) {
      const at = look(event, event.at);
      if (at?.state !== 'success') continue;
      // Well is said only of what the controller has told to be a success, and of nothing else since.
      for (const { name } of at.target) {
        const last = messages.findLast((one) => one.step <= step && one.commit === commitIn(name));
        if (last?.state !== 'success') wrong.push(`event ${step}: ${name} is success, and was told ${last?.state}`);
      }
      // The pods are the witness.
      if (pods === false) continue;
      const ready = readyVersions(recordings, event.at).map(commitOf).sort();
      const target = at.target.map(({ name }) => commitIn(name)).sort();
      if (ready.join() !== target.join()) wrong.push(`event ${step}: success, and ready pods are of ${ready.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});
