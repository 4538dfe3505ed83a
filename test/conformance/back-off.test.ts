/**
 * A status that GitHub refuses for ever: how often it is asked for, and what the operator sees in the end.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { startTestEngine } from '../tools/engine.ts';
import { githubConfig } from './config.ts';
import { commitOf } from './recordings.ts';
import { ScenarioBuilder } from './scenario-builder.ts';
import { accepted, sent, statusLine } from './sent-requests.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

it('is tried three times at once, then after a minute, then each time a fifth later, and given up after a day', async () => {
  const builder = new ScenarioBuilder();
  builder.given({ github: { repositories: { 'acme/web': { commits: [commitOf('another')] }, 'acme/shop': {} } } });
  builder.application('web').compare('r1', ['v1']).start('r1').finish('Succeeded').synced('Healthy');
  const end = builder.seconds;
  builder.wait(60 * 60);
  builder.pass(24 * 60 * 60);
  const report = await engine.run({ ...githubConfig, ...builder.end().scenario });
  // A commit status that is refused with 422 is dropped by the engine itself; a deployment is not.
  const success = sent(report)
    .filter(({ request }) => request.call?.kind === 'deployment')
    .map(({ at }) => at - end + 1)
    .filter((at) => at >= 0);
  // The fourth is for the commit status, which counts as taken.
  expect(success.filter((at) => at < 50).length).toBe(4);
  const later = success.filter((at) => at >= 50);
  for (const [index, at] of later.entries()) {
    // The controller looks once a minute.
    const before = later[index - 1] ?? 0;
    expect(at - before).toBeGreaterThanOrEqual(Math.max(50, before / 5 - 60));
    expect(at - before).toBeLessThanOrEqual(Math.max(125, at / 5 + 125));
  }
  expect(later.length).toBeGreaterThan(5);
  expect(later.at(-1)).toBeLessThan(60 * 60 + 60);
  const said = report.steps.flatMap(({ messages, problems }) => [
    ...problems,
    ...messages.flatMap((one) => one.problems),
  ]);
  expect(said.filter((line) => line.includes('waybill: a status was refused for a day and is given up'))).not.toEqual(
    [],
  );
});

it('does not hold up what comes after it', async () => {
  const builder = new ScenarioBuilder();
  builder.given({ github: { repositories: { 'acme/web': { commits: [commitOf('v2')] } } } });
  const app = builder.application('web').deploy('r1', ['v1']);
  builder.wait(300);
  app.deploy('r2', ['v2']);
  const report = await engine.run({ ...githubConfig, ...builder.end().scenario });
  expect(accepted(sent(report), 'status').map(statusLine)).toEqual([
    `acme/web@${commitOf('v2')} deployment/web pending`,
    `acme/web@${commitOf('v2')} deployment/web success`,
  ]);
});
