import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { contradictions } from '../fleet/contradictions.ts';
import { startTestEngine } from '../tools/engine.ts';
import { trustedConfig } from './config.ts';
import { githubProblems } from './github-api.ts';
import { subjects } from './scenarios/index.ts';
import { ScenarioBuilder } from './scenario-builder.ts';
import { accepted, commitState, deploymentLine, disturbances, sent, statusLine } from './sent-requests.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

// With rules of trust, which only narrow the expressions: recordings and made-up lives are played without them, too.
describe.each(Object.entries(subjects))('%s', (_subject, scenarios) => {
  it.each(scenarios)('$name', async ({ tell }) => {
    const builder = new ScenarioBuilder();
    tell(builder);
    const { scenario, expectations, problems, states } = builder.end();
    const report = await engine.run({ ...trustedConfig, ...scenario });
    const requests = sent(report);
    for (const { from, to, lines, applications } of expectations) {
      const now = requests.filter(({ step }) => step >= from && step <= to);
      // Different Applications and repositories may come in any order; each of them must come in its own.
      expect(accepted(now, 'deployment-status').map(deploymentLine).toSorted(bySubject)).toEqual(
        lines.toSorted(bySubject),
      );
      expect(accepted(now, 'status').map(statusLine).toSorted(bySubject)).toEqual(
        lines
          .flatMap((line, index) => {
            const [subject = '', , state = ''] = line.split(' ');
            const reported = commitState(state);
            const application = applications[index];
            return reported && application ? [`${subject} deployment/${application} ${reported}`] : [];
          })
          .toSorted(bySubject),
      );
    }
    const ended = new Map(
      report.deployments.map(({ repository, ref, environment, states: all }) => {
        return [`${repository}@${ref} ${environment}`, all.at(-1)?.split(' ')[0]];
      }),
    );
    expect(Object.fromEntries([...states.keys()].map((key) => [key, ended.get(key)]))).toEqual(
      Object.fromEntries(states),
    );
    const refs = report.deployments.map(({ repository, ref, environment }) => `${repository}@${ref} ${environment}`);
    expect(new Set(refs).size).toBe(refs.length);
    expect(disturbances(report).filter((line) => !problems.some((known) => known.test(line)))).toEqual([]);
    expect(githubProblems(report)).toEqual([]);
    expect(contradictions(scenario, report)).toEqual([]);
  });
});

/** Everything but the state. */
const subjectOf = (line: string): string => line.split(' ').slice(0, 2).join(' ');
const bySubject = (a: string, b: string): number => subjectOf(a).localeCompare(subjectOf(b), 'en');
