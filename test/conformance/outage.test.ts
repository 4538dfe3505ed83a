/**
 * GitHub is down while two versions follow one another: what is delivered when it is back, in whatever order, must end
 * with the version that runs. Several Applications at once, since the engine's order is random.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { startTestEngine } from '../tools/engine.ts';
import { githubConfig } from './config.ts';
import { commitOf } from './recordings.ts';
import { ScenarioBuilder } from './scenario-builder.ts';
import { accepted, commitState, deploymentLine, sent, statusLine } from './sent-requests.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const names = ['web', 'shop', 'mail', 'pay', 'find'];

it('a success that was replaced before its delivery is not told after the one that replaced it', async () => {
  const builder = new ScenarioBuilder();
  const record = (version: string, name: string): string => `acme/web@${version} ${name}`;
  const applications = names.map((name) => {
    const deploy = (revision: string, version: string): void => {
      application.deploy(revision, [record(version, name)]);
    };
    const application = builder.application(name);
    return { name, deploy };
  });
  for (const { deploy } of applications) deploy('r1', 'v1');
  builder.fault({ status: 502, count: 100_000 });
  for (const { deploy } of applications) deploy('r2', 'v2');
  for (const { deploy } of applications) deploy('r3', 'v1');
  const before = builder.seconds;
  builder.fault();
  builder.wait(400);
  const report = await engine.run({ ...githubConfig, ...builder.end().scenario });
  const requests = sent(report).filter(({ at }) => at >= before);
  for (const name of names) {
    const told = accepted(requests, 'deployment-status').map(deploymentLine);
    expect(told.filter((line) => line.includes(` ${name} `))).toEqual([
      `acme/web@${commitOf('v1')} ${name} success`,
      `acme/web@${commitOf('v2')} ${name} inactive`,
    ]);
    // The commit's own status depends on no other: it does not stay pending.
    const statuses = accepted(requests, 'status').map(statusLine);
    const ofCommit = statuses.filter((line) => line.startsWith(`acme/web@${commitOf('v2')} deployment/${name} `));
    expect(ofCommit).toEqual([`acme/web@${commitOf('v2')} deployment/${name} ${commitState('success')}`]);
  }
});

// GitHub counts the deployment that it got first as the older one, and a success of the newer sets the older inactive.
it.each(['from the beginning', 'when they become healthy'])(
  'two images of one repository are a success in the end when GitHub is down %s',
  async (since) => {
    const story = new ScenarioBuilder();
    const applications = names.map((name) => {
      const records = ['v1', 'v2'].map((version) => `acme/web@${version} ${name}`);
      return { application: story.application(name), records };
    });
    const down = (): void => story.fault({ status: 502, count: 100_000 });
    if (since === 'from the beginning') down();
    for (const { application, records } of applications) application.deployUntilReady('r1', records);
    down();
    for (const { application } of applications) application.health('Healthy');
    story.wait(200);
    story.fault();
    story.wait(400);
    const { deployments } = await engine.run({ ...githubConfig, ...story.end().scenario });
    expect(deployments.map(({ environment, states }) => `${environment} ${states.at(-1)}`).toSorted()).toEqual(
      names.flatMap((name) => [`${name} success`, `${name} success`]).toSorted(),
    );
  },
);
