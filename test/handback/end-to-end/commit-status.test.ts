import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../plugin/notifications/engine/engine.ts';
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { ScenarioBuilder } from '../../conformance/scenario-builder.ts';
import { disturbances } from '../../conformance/sent-requests.ts';
import { settingsOf } from '../../notifications/harness.ts';
import { startTestEngine } from '../../tools/engine.ts';
import { Deliveries } from '../deliveries.ts';
import { runWorkflow } from './actions.ts';
import { useDeployments } from './deployments.ts';
import { GitHub, type Webhook } from './github.ts';
import { recordNames } from './life.ts';
import { type Ran, useWorld } from './world.ts';

// From the lock that CI writes to the word of the tests at the source commit, with everything real but GitHub itself:
// git, `waybill images set`, Argo CD's repo-server with the plugin, its notifications controller with the generated
// settings, and the shell of the generated workflows. GitHub is played by its published description.
const generated = 'examples/handback/commit-status/generated';
const repository = 'acme/user-service';
const source = `https://github.com/${repository}`;

const world = useWorld();
const deployments = useDeployments(world);
const deliveries = new Deliveries('commit-status: deployments whose tests reported to the source commit');
let engine: Engine;
let code = '';
let settings: Record<string, string>;
let github: GitHub;
const webhooks: Webhook[] = [];
const runs: Ran[] = [];

beforeAll(async () => {
  engine = await startTestEngine();
  const notifications = readFileSync(`${generated}/cluster/notifications.yaml`, 'utf8');
  settings = settingsOf(/^github:[\s\S]*/mu.exec(notifications)?.[0] ?? '');
  code = world.sources(source);
  deployments.create(source);
});
beforeEach(async () => {
  github = new GitHub();
  github.onWebhook = (webhook) => webhooks.push(webhook);
  await github.start();
  runs.length = 0;
  writeFileSync(world.env['TESTED'] ?? '', '');
});
afterEach(() => {
  github.close();
  expect(github.problems).toEqual([]);
  expect(runs.map(({ output }) => output).join('')).not.toContain('ghs_workflow');
});
afterAll(() => {
  engine.close();
  deliveries.settle();
});

async function workflow(name: string, event: string, payload: JsonObject, sha: string, inputs = {}): Promise<void> {
  const text = readFileSync(`${generated}/source/user-service/.github/workflows/${name}-user-service.yml`, 'utf8');
  const run = { event, payload, repository, sha, inputs };
  const ran = await runWorkflow(text, run, { world, env: { API_URL: github.url } });
  if (ran) runs.push(ran);
}

/** CI's part of a release: the commit waits, the lock is pushed. Returns the names of the records that Argo CD then renders. */
async function release(commit: string, environment: string): Promise<string[]> {
  await workflow('waybill-pending', 'workflow_call', {}, commit, { environment });
  return recordNames(await deployments.release({ source, commit, environment }));
}

/** GitHub's webhooks so far start what is generated, one after the other. */
async function ci(): Promise<void> {
  for (let next = webhooks.shift(); next; next = webhooks.shift()) {
    const head = world.git(code, 'rev-parse', 'HEAD');
    for (const name of ['waybill-test', 'waybill-scan']) await workflow(name, next.event, next.payload, head);
  }
}

/** Plays a scenario in Argo CD. Unless CI is slow it deals with each webhook before the controller says more. */
async function live(tell: (builder: ScenarioBuilder) => void, speed: 'quick' | 'slow' = 'quick'): Promise<void> {
  if (speed === 'quick') github.pause = ci;
  const builder = new ScenarioBuilder();
  tell(builder);
  const { scenario } = builder.end();
  const world = { passOn: { 'api.github.com': github.url } };
  const report = await engine.run({ configMap: settings, fillSecret: true, ...scenario, world });
  expect(disturbances(report)).toEqual([]);
  github.pause = async () => undefined;
  await ci();
}

/** What the tests themselves noted: environment and commit, and that they saw no token. */
const tested = (): string[] =>
  readFileSync(world.env['TESTED'] ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** What a commit was told in one context, in order. The deployment's status may start the tests before its commit status is there. */
const saidAs = (context: string, commit: string): string[] =>
  github.said(commit, 'status').flatMap((text) => {
    const [what, state = ''] = text.split(' ');
    return what === context ? [state] : [];
  });

/** A deployment that must have been tested once, with this outcome. CI says pending, Argo CD says it again and the end. */
function expectWalk(commit: string, environment: string, outcome: 'success' | 'failure'): void {
  expect(saidAs(`deployment/user-service-${environment}`, commit)).toEqual(['pending', 'pending', 'success']);
  expect(github.said(commit, 'deployment').slice(0, 2)).toEqual([
    `${environment} in_progress`,
    `${environment} success`,
  ]);
  expect(saidAs('tests/user-service', commit)).toEqual(['pending', outcome]);
  expect(saidAs('security/user-service', commit)).toEqual(['pending', 'success']);
  expect(github.said(commit, 'status')).toHaveLength(7);
  expect(tested().filter((line) => line === `${environment} ${commit} no token`)).toHaveLength(1);
  deliveries.deliver(`${environment} ${commit}`);
}

describe('commit-status', () => {
  it('leads from the lock to the result of the tests at the source commit', async () => {
    const commits = [
      world.develop(code, 'good'),
      world.develop(code, 'bad', 'broken'),
      world.develop(code, 'good again'),
    ];
    const records: string[][] = [];
    for (const commit of commits) records.push(await release(commit, 'staging'));
    deliveries.attempt(...commits.map((commit) => `staging ${commit}`));
    await live((builder) => {
      const app = builder.application('user-service-staging');
      for (const [index, renders] of records.entries()) app.deploy(`r${index}`, renders);
    });
    expectWalk(commits[0] ?? '', 'staging', 'success');
    expectWalk(commits[1] ?? '', 'staging', 'failure');
    expectWalk(commits[2] ?? '', 'staging', 'success');
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0]);
    expect(tested()).toHaveLength(3);
    // Nobody but these commits was told anything.
    expect(new Set(github.words.map(({ commit }) => commit))).toEqual(new Set(commits));
  });

  it.each(['staging', 'production'])('does not test what has been replaced in %s', async (environment) => {
    const [old, current] = [world.develop(code, 'old'), world.develop(code, 'current')];
    const records = [await release(old, environment), await release(current, environment)];
    deliveries.attempt(`${environment} ${current}`);
    await live((builder) => {
      const app = builder.application(`user-service-${environment}`);
      for (const [index, renders] of records.entries()) app.deploy(`r${index}`, renders);
    }, 'slow');
    expect(github.said(old, 'deployment').slice(0, 2)).toEqual([
      `${environment} in_progress`,
      `${environment} success`,
    ]);
    expect(saidAs(`deployment/user-service-${environment}`, old)).toEqual(['pending', 'pending', 'success']);
    expect(saidAs('tests/user-service', old)).toEqual([]);
    expectWalk(current, environment, 'success');
    expect(tested()).toHaveLength(1);
    // A rollback while CI is slow: what comes back is tested, though its deployment is the older one.
    await live((builder) => {
      const app = builder.application(`user-service-${environment}`).deploy('r1', [...(records[1] ?? [])]);
      app.deploy('r0', records[0] ?? []);
    }, 'slow');
    deliveries.attempt(`${environment} ${old} again`);
    expect(saidAs('tests/user-service', old)).toEqual(['pending', 'success']);
    expect(tested().map((line) => line.split(' ')[1])).toEqual([current, old]);
    deliveries.deliver(`${environment} ${old} again`);
  });

  it('tests a commit in each environment that it reaches, and not where nothing is tested', async () => {
    const commit = world.develop(code, 'promoted');
    const [staging, production, preview] = [
      await release(commit, 'staging'),
      recordNames(await deployments.release({ source, commit, environment: 'production' })),
      recordNames(await deployments.release({ source, commit, environment: 'preview' })),
    ];
    deliveries.attempt(`staging ${commit}`, `production ${commit}`);
    for (const [environment, renders] of Object.entries({ staging, production, preview })) {
      await live((builder) => builder.application(`user-service-${environment}`).deploy('r1', renders ?? []));
    }
    expect(saidAs('tests/user-service', commit)).toEqual(['pending', 'success', 'pending', 'success']);
    const places = tested();
    expect(places).toEqual([`staging ${commit} no token`, `production ${commit} no token`]);
    deliveries.deliver(...places.map((line) => line.replace(' no token', '')));
  });

  it('says at the source commit what a scan found', async () => {
    const commit = world.develop(code, 'leaks', 'leaky');
    const renders = await release(commit, 'staging');
    await live((builder) => builder.application('user-service-staging').deploy('r1', renders));
    expect(saidAs('tests/user-service', commit)).toEqual(['pending', 'success']);
    expect(saidAs('security/user-service', commit)).toEqual(['pending', 'failure']);
    const found = github.words.filter(({ text }) => text === 'security/user-service failure');
    expect(found.map(({ description }) => description)).toEqual([expect.stringContaining('CVE-2026-1 in "leaky"')]);
  });

  it('tests nothing when a deployment fails', async () => {
    const commit = world.develop(code, 'does not start');
    const renders = await release(commit, 'staging');
    await live((builder) => {
      builder
        .application('user-service-staging')
        .compare('r1', renders)
        .start('r1')
        .finish('Failed', 'one or more objects failed')
        .reconcile();
    });
    expect(github.said(commit, 'status')).toEqual([
      'deployment/user-service-staging pending',
      'deployment/user-service-staging pending',
      'deployment/user-service-staging failure',
    ]);
    expect(tested()).toEqual([]);
  });
});
