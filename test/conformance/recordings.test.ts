import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { RecordedEvent } from '../../plugin/notifications/replay/recording.ts';
import { replaySteps } from '../../plugin/notifications/replay/steps.ts';
import { startTestEngine } from '../tools/engine.ts';
import { githubConfig, trustedConfig } from './config.ts';
import { githubProblems } from './github-api.ts';
import { readyVersions } from './pods.ts';
import { type Life, lives } from './recorded-lives.ts';
import { commitOf, inOtherForm, loadRecording } from './recordings.ts';
import { accepted, commitState, deploymentLine, disturbances, sent, statusLine } from './sent-requests.ts';

// In one recording the Application's project comes later than the Application.
const projectMissing = /cannot get application project "nowhere"/u;

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

/** The requests of a life, with the controller restarted between every two events or not. */
async function play(life: Life, restart: boolean, config = githubConfig, load = loadRecording) {
  const events = load(...life.recordings);
  const { start, steps } = replaySteps(events);
  const report = await engine.run({
    ...config,
    start,
    steps: steps.map((step) => Object.assign(step, { restart })),
  });
  return { events, report, told: sent(report) };
}

/** Whether a plugin rendered the Application. */
function isByPlugin(events: readonly RecordedEvent[]): boolean {
  return JSON.stringify(events).includes('"plugin":');
}

describe('recorded lives', () => {
  it.each(lives)('$recordings: $about', async (life) => {
    const { recordings, expected } = life;
    const { events, report, told } = await play(life, false);
    const application = events[0]?.key.split('/')[1];
    const lines = expected.map((line) => {
      const [label = '', state = ''] = line.split(' ');
      return { commit: commitOf(label), state };
    });

    expect(accepted(told, 'deployment-status').map(deploymentLine)).toEqual(
      lines.map(({ commit, state }) => `acme/web@${commit} staging ${state}`),
    );
    expect(accepted(told, 'status').map(statusLine)).toEqual(
      lines.flatMap(({ commit, state }) => {
        const reported = commitState(state);
        return reported ? [`acme/web@${commit} deployment/${application} ${reported}`] : [];
      }),
    );
    const commits = [...new Set(lines.map(({ commit }) => commit))];
    expect(report.deployments.map(({ ref }) => ref)).toEqual(commits);
    expect(disturbances(report).filter((line) => !projectMissing.test(line))).toEqual([]);
    expect(githubProblems(report)).toEqual([]);

    // The pods are the witness: at every success those of its version are ready, and no others.
    for (const { at, request } of life.pods === false ? [] : accepted(told, 'deployment-status')) {
      if (request.call?.state !== 'success') continue;
      const versions = readyVersions(recordings, (events[0]?.at ?? 0) + at * 1000);
      expect(versions.map(commitOf)).toEqual([request.call.ref]);
    }

    // Nothing changes by restarts, by a rule of trust for the Application's project, nor by who made the record: the
    // sidecar, or somebody who committed it.
    const other = await play(life, true, trustedConfig, inOtherForm);
    expect(isByPlugin(other.events)).toBe(!isByPlugin(events));
    for (const kind of ['deployment-status', 'status'] as const) {
      const lines = (all: typeof told) => accepted(all, kind).map(kind === 'status' ? statusLine : deploymentLine);
      expect(lines(other.told)).toEqual(lines(told));
    }
  });
});
