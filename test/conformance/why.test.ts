/**
 * `simulate --why` says in words what kept a status from being told: each reason is made to happen.
 */
import { expect, it } from 'vitest';
import { run } from '../../plugin/cli/program.ts';
import { getKey, isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { engineBinary } from '../tools/argocd.mjs';
import { startTestEngine } from '../tools/engine.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { githubConfig } from './config.ts';
import { ScenarioBuilder } from './scenario-builder.ts';

const folder = temporaryFolders();
const notified = 'notified.notifications.argoproj.io';
const begin = Date.parse('2026-03-02T09:00:00Z');

const settings = `apiVersion: waybill.dev/v1
kind: Notifications
argocdURL: https://argocd.acme.dev
github:
  - { organization: acme, appID: 12345, installationID: 67890, privateKey: $github-acme-privateKey }
`;

/** What `--why` says of each event, without its moment. */
async function why(events: readonly JsonObject[], at: number, more = ''): Promise<string> {
  const lines = events.map((object, index) =>
    JSON.stringify({ type: 'MODIFIED', t: new Date(begin + (at + index) * 1000).toISOString(), object }),
  );
  const cwd = folder({ 'life.jsonl': `${lines.join('\n')}\n`, 'notifications.yaml': settings + more });
  let stdout = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => text },
    env: { WAYBILL_ENGINE: await engineBinary() },
    cwd,
  };
  expect(await run(['notifications', 'generate', '--output', 'cm.yaml'], io)).toBe(0);
  stdout = '';
  expect(await run(['notifications', 'simulate', '--why', '--cm', 'cm.yaml', 'life.jsonl'], io)).toBe(0);
  return stdout;
}

/** What happens, as writes of the Application. */
function written(tell: (builder: ScenarioBuilder) => void): JsonObject[] {
  const builder = new ScenarioBuilder();
  tell(builder);
  return builder.end().scenario.steps.flatMap(({ put = [] }) => put);
}

/** A deployment that goes well, as its writes. */
function deployment(): JsonObject[] {
  return written((builder) =>
    builder.application('web').compare('r1', ['v1']).start('r1').finish('Succeeded').synced('Healthy').reconcile(),
  );
}

/** The Application after the deployment, with what the controller had noted by then while GitHub refused everything. */
async function refused(): Promise<JsonObject> {
  const builder = new ScenarioBuilder();
  builder.fault({ status: 502, count: 100_000 });
  builder.application('web').compare('r1', ['v1']).start('r1').finish('Succeeded').synced('Healthy');
  const { scenario } = builder.end();
  const engine = await startTestEngine();
  const { noted } = await engine.run({ ...githubConfig, ...scenario });
  engine.close();
  const last = scenario.steps.flatMap(({ put = [] }) => put).at(-1) ?? {};
  return annotated(last, JSON.stringify(noted['argocd/web']));
}

function annotated(application: JsonObject, value: string, name = notified): JsonObject {
  const metadata = getKey(application, 'metadata');
  return {
    ...application,
    metadata: { ...(isObject(metadata) ? metadata : {}), annotations: { [name]: value } },
  };
}

it('says that the project may not report to the repository', async () => {
  const trust = 'trust:\n  - { projects: [payments], repositories: [acme/*] }\n';
  const said = await why(deployment(), 0, trust);
  expect(said).toContain('a record of this Application is not reported: its project may not report to that repository');
  expect(said).toContain('the compared revision renders no record that may be reported');
  // A note of a time when it might.
  expect(await why([await refused()], 140, trust)).toContain('trust does not let this Application report it');
});

it('says that it was already reported', async () => {
  const said = await why(deployment(), 0);
  expect(said).toContain('success of acme/web@5a6df72 in staging: it was already reported');
});

it('says that GitHub refused it, and that it is tried again later', async () => {
  expect(await why([await refused()], 140)).toContain('the provider refused it; it is tried again later');
});

it('says that it is given up', async () => {
  expect(await why([await refused()], 25 * 3600)).toContain('it is given up: the provider did not take it in time');
});

it('says that the annotations are almost full', async () => {
  const full = deployment().map((one) => annotated(one, 'x'.repeat(259_000), 'example.org/large'));
  expect(await why(full, 0)).toContain("the Application's annotations are almost full");
});

it('gives the one reason that decides after each event', async () => {
  const events = written((builder) => {
    const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']).start('r2');
    app.compare('r3', ['v2'], 'OutOfSync').finish('Succeeded').compare('r3', ['v2']).health('Degraded');
  });
  const said = (await why(events, 0)).split('\n').filter((line) => line.includes('- waybill[0] nothing: '));
  expect(said.map((line) => line.trim().replace('- waybill[0] nothing: ', ''))).toEqual([
    'the compared revision renders no record that may be reported',
    'not all that is rendered is live',
    'in_progress of acme/web@5a6df72 in staging: it was already reported',
    'the operation that runs is of another revision',
    'it has not been degraded for long enough',
  ]);
});
