import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../../plugin/handback/config.ts';
import { generateFiles } from '../../../plugin/handback/generate.ts';
import type { HandbackFileText } from '../../../plugin/handback/job.ts';
import type { Engine } from '../../../plugin/notifications/engine/engine.ts';
import { readJsonObjects } from '../../../plugin/notifications/replay/json-values.ts';
import type { EngineReport } from '../../../plugin/schemas/engine.generated.ts';
import { ScenarioBuilder } from '../../conformance/scenario-builder.ts';
import { disturbances } from '../../conformance/sent-requests.ts';
import { settingsOf } from '../../notifications/harness.ts';
import { startTestEngine } from '../../tools/engine.ts';
import { Deliveries } from '../deliveries.ts';
import { type Answer, type Arrived, listen, type Loopback } from '../loopback.ts';
import { systems as ciSystems } from '../ci-systems/index.ts';
import { runWorkflow } from './actions.ts';
import { useDeployments } from './deployments.ts';
import { GitHub, type Webhook } from './github.ts';
import { recordNames } from './life.ts';
import { type Ran, useWorld } from './world.ts';

// From the lock through Argo CD's own notifications controller, which really calls CI over http, to the tests' word at
// the source commit. CI's side is played by its documentation, Tekton's by its own code.
const source = 'https://github.com/acme/user-service';
const token = 'what Argo CD and CI share';

const world = useWorld();
const deployments = useDeployments(world);
const deliveries = new Deliveries('webhook: deployments whose tests reported to the source commit');
let github: GitHub;
let engine: Engine;
let code = '';

interface System {
  /** Lines of handback.yaml. */
  readonly block: string;
  readonly host: string;
  /** Keys of argocd-notifications-secret. */
  readonly secret: Readonly<Record<string, string>>;
  /** Whether the request is one that the system takes. */
  readonly takes: (request: Arrived) => boolean;
  /** What it says to one. */
  readonly answer: Answer;
}

const testFile = (files: readonly HandbackFileText[]): string =>
  files.find(({ path }) => path.includes('waybill-test-'))?.text ?? '';
const query = encodeURIComponent(token);

const systems: Readonly<Record<string, System>> = {
  // https://plugins.jenkins.io/generic-webhook-trigger/: the token is a header, and without it no job is found.
  jenkins: {
    block: 'jenkins: { url: "https://jenkins.acme.dev", secret: jenkins-webhook }',
    host: 'jenkins.acme.dev',
    secret: { 'jenkins-token': token },
    takes: ({ path, headers }) => path === '/generic-webhook-trigger/invoke' && headers['token'] === token,
    answer: { status: 200, json: { jobs: { 'waybill-test': { triggered: true } }, message: 'Triggered jobs.' } },
  },
  // https://docs.gitlab.com/ci/triggers/#use-a-webhook
  gitlab: {
    block:
      'webhook: { url: "https://gitlab.acme.dev/api/v4/projects/30/ref/main/trigger/pipeline?token=$gitlab-trigger" }',
    host: 'gitlab.acme.dev',
    secret: { 'gitlab-trigger': query },
    takes: ({ path }) => path === `/api/v4/projects/30/ref/main/trigger/pipeline?token=${query}`,
    answer: { status: 201, json: { id: 1, status: 'created' } },
  },
  // https://tekton.dev/docs/triggers/eventlisteners/#responses: accepted, whatever the interceptors will say.
  tekton: {
    block: 'webhook: { url: "https://tekton.acme.dev" }',
    host: 'tekton.acme.dev',
    secret: { 'webhook-token': token },
    takes: ({ path }) => path === '/',
    answer: { status: 202, json: { eventListener: 'waybill' } },
  },
  // https://circleci.com/docs/guides/orchestrate/custom-webhooks/
  circleci: {
    block: 'webhook: { url: "https://internal.circleci.com/private/soc/e/7f0c?secret=$circleci-secret" }',
    host: 'internal.circleci.com',
    secret: { 'circleci-secret': query },
    takes: ({ path }) => path === `/private/soc/e/7f0c?secret=${query}`,
    answer: { status: 200, json: {} },
  },
  // https://learn.microsoft.com/azure/devops/release-notes/2020/pipelines/sprint-172-update#generic-webhook-based-triggers-for-yaml-pipelines
  'azure-pipelines': {
    block: 'azureDevOps: { organization: acme, project: shop }',
    host: 'dev.azure.com',
    secret: {},
    takes: ({ path }) => path === '/acme/_apis/public/distributedtask/webhooks/waybill?api-version=6.0-preview',
    answer: { status: 200 },
  },
};

/** The webhook example's handback.yaml for a CI system, with the provider that the tests report to. */
function filesFor(ci: string, block: string): HandbackFileText[] {
  const example = readFileSync('examples/handback/webhook/handback.yaml', 'utf8')
    .replace('ci: jenkins', `ci: ${ci}`)
    .replace(/^jenkins:\n(?: .*\n)*/mu, '');
  const hub = 'github: { organization: acme, appID: 12345, installationID: 67890 }';
  return generateFiles('webhook', readHandbackConfig(`${example}${block}\n${hub}\n`, 'handback.yaml'));
}

/** The ConfigMap's data that a generated notifications.yaml makes. */
function settings(files: readonly HandbackFileText[]): Record<string, string> {
  const text = files.find(({ path }) => path === 'cluster/notifications.yaml')?.text ?? '';
  return settingsOf(/^argocdURL: .*\n([\s\S]*)/mu.exec(text)?.[1] ?? '');
}

/** Commits of staging, and the records that Argo CD renders for each. */
const releases = new Map<string, { readonly commit: string; readonly records: readonly string[] }>();

async function release(name: string, environment: string, fault?: 'broken'): Promise<void> {
  const commit = world.develop(code, name, fault);
  const records = recordNames(await deployments.release({ source, commit, environment }));
  releases.set(name, { commit, records });
}

const released = (name: string): { readonly commit: string; readonly records: readonly string[] } =>
  releases.get(name) ?? never();

beforeAll(async () => {
  engine = await startTestEngine();
  code = world.sources(source);
  deployments.create(source);
  await release('good', 'staging');
  await release('bad', 'staging', 'broken');
  await release('failing', 'staging');
  await release('in production', 'production');
  await release('in preview', 'preview');
});
beforeEach(async () => {
  github = new GitHub();
  await github.start();
  writeFileSync(world.env['TESTED'] ?? '', '');
});
afterEach(() => {
  github.close();
  expect(github.problems).toEqual([]);
});
afterAll(() => {
  engine.close();
  deliveries.settle();
});

interface Walked {
  readonly report: EngineReport;
  readonly arrived: readonly Arrived[];
  readonly refused: readonly Arrived[];
}

interface Way {
  readonly host: string;
  readonly files: readonly HandbackFileText[];
  readonly secret: Readonly<Record<string, string>>;
  readonly answer: (request: Arrived) => Answer;
}

/** Plays a scenario in Argo CD, which calls the host. */
async function live({ host, files, secret, answer }: Way, tell: (builder: ScenarioBuilder) => void): Promise<Walked> {
  const [arrived, refused]: Arrived[][] = [[], []];
  const server: Loopback = await listen((request) => {
    const said = answer(request);
    (said.status < 300 ? arrived : refused)?.push(request);
    return said;
  });
  const builder = new ScenarioBuilder();
  tell(builder);
  const passOn = { [host]: server.url };
  const report = await engine.run({
    configMap: settings(files),
    secret,
    fillSecret: true,
    ...builder.end().scenario,
    world: { passOn },
  });
  server.close();
  return { report, arrived: arrived ?? [], refused: refused ?? [] };
}

/** CI deals with the requests that it took, in order. Returns how its jobs ended; undefined for one that started none. */
async function ci(
  name: string,
  files: readonly HandbackFileText[],
  arrived: readonly Arrived[],
): Promise<(Ran | undefined)[]> {
  const runs: (Ran | undefined)[] = [];
  for (const { headers, body: text } of arrived) {
    const [body] = readJsonObjects(text, 'body');
    // As they come: header names of http have no case, Go's have one.
    const header = { ...headers, Authorization: headers['authorization'] ?? '' };
    const folder = mkdtempSync(join(world.folder, 'job-'));
    const secrets = { STATUS_TOKEN: 'the-token-of-ci' };
    const started = await ciSystems[name]?.(files, 'waybill-test-user-service', {
      sent: { header, body: body?.value ?? {} },
      secret: token,
      secrets,
      folder,
    });
    const env = { ...started?.env, API_URL: github.url };
    runs.push(started && (await world.sh(started.script, { env, shell: [started.shell], cwd: folder })));
  }
  return runs;
}

const tested = (): string[] =>
  readFileSync(world.env['TESTED'] ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** A deployment whose tests ran once and reported this. */
function expectTested(name: string, commit: string, environment: string, outcome: string): void {
  expect(github.said(commit, 'status')).toEqual(['tests/user-service pending', `tests/user-service ${outcome}`]);
  expect(tested().filter((line) => line === `${environment} ${commit} no token`)).toHaveLength(1);
  deliveries.deliver(`${name}: ${commit}`);
}

describe.each(Object.entries(systems))('%s', (name, { block, ...system }) => {
  it('tests what Argo CD tells of, once, and reports to the source commit', async () => {
    const files = filesFor(name, block);
    const [good, bad, failing] = [released('good'), released('bad'), released('failing')];
    deliveries.attempt(`${name}: ${good.commit}`, `${name}: ${bad.commit}`);
    const answer = (request: Arrived): Answer => (system.takes(request) ? system.answer : { status: 404 });
    const { report, arrived, refused } = await live({ ...system, files, answer }, (builder) => {
      const app = builder.application('user-service-staging').deploy('r1', good.records).deploy('r2', bad.records);
      app.compare('r3', failing.records).start('r3').finish('Failed', 'one or more objects failed').reconcile();
    });
    expect(disturbances(report)).toEqual([]);
    expect(refused).toEqual([]);
    expect(arrived).toHaveLength(2);
    expect((await ci(name, files, arrived)).map((ran) => ran?.code)).toEqual([0, 1]);
    expectTested(name, good.commit, 'staging', 'success');
    expectTested(name, bad.commit, 'staging', 'failure');
    expect(github.said(failing.commit, 'status')).toEqual([]);
    expect(tested()).toHaveLength(2);
  });

  it('hears nothing of environments that are not tested', async () => {
    const way = { ...system, files: filesFor(name, block), answer: () => system.answer };
    const { arrived, refused } = await live(way, (builder) => {
      builder.application('user-service-preview').deploy('r1', released('in preview').records);
    });
    expect([...arrived, ...refused]).toEqual([]);
  });
});

describe('the token', () => {
  it.each(['jenkins', 'gitlab', 'circleci'])('of %s must be the right one', async (name) => {
    const { block, ...system } = systems[name] ?? never();
    const secret = Object.fromEntries(Object.keys(system.secret).map((key) => [key, 'another']));
    const answer = (request: Arrived): Answer => (system.takes(request) ? system.answer : { status: 404 });
    const way = { ...system, secret, files: filesFor(name, block), answer };
    const { arrived, refused } = await live(way, (builder) => {
      builder.application('user-service-staging').deploy('r1', released('good').records);
    });
    expect(arrived).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('of Tekton is looked at by its interceptor', async () => {
    const { block, ...system } = systems['tekton'] ?? never();
    const files = filesFor('tekton', block);
    const way = { ...system, files, secret: { 'webhook-token': 'another' }, answer: () => system.answer };
    const { arrived } = await live(way, (builder) => {
      builder.application('user-service-staging').deploy('r1', released('good').records);
    });
    expect(arrived).toHaveLength(1);
    expect(await ci('tekton', files, arrived)).toEqual([undefined]);
    expect(tested()).toEqual([]);
  });
});

describe('a CI that is down', () => {
  it('is told again when it is back, and once', async () => {
    const { block, ...system } = systems['jenkins'] ?? never();
    const files = filesFor('jenkins', block);
    const { commit, records } = released('in production');
    deliveries.attempt(`jenkins: ${commit}`);
    let down = 5;
    const answer = (): Answer => (down-- > 0 ? { status: 503 } : system.answer);
    const { arrived, refused } = await live({ ...system, files, answer }, (builder) => {
      builder.application('user-service-production').deploy('r1', records);
      builder.wait(180);
    });
    expect(refused).toHaveLength(5);
    expect(arrived).toHaveLength(1);
    await ci('jenkins', files, arrived);
    expectTested('jenkins', commit, 'production', 'success');
  });
});

describe('GitHub Actions by repository_dispatch', () => {
  it.each([
    ['good', 'staging', 'success'],
    ['bad', 'staging', 'failure'],
    ['in production', 'production', 'success'],
  ])('tests what Argo CD tells GitHub of: %s', async (name, environment, outcome) => {
    const files = filesFor('github-actions', '');
    const { commit, records } = released(name);
    deliveries.attempt(`dispatch: ${commit}`);
    const webhooks: Webhook[] = [];
    github.onWebhook = (webhook) => webhooks.push(webhook);
    const builder = new ScenarioBuilder();
    builder.application(`user-service-${environment}`).deploy('r1', records);
    const { scenario } = builder.end();
    const outside = { passOn: { 'api.github.com': github.url } };
    const report = await engine.run({ configMap: settings(files), fillSecret: true, ...scenario, world: outside });
    expect(disturbances(report)).toEqual([]);
    const [webhook, ...more] = webhooks.splice(0);
    expect([webhook?.event, ...more]).toEqual(['repository_dispatch']);
    if (webhook === undefined) return;
    const sha = world.git(code, 'rev-parse', 'HEAD');
    const run = { ...webhook, repository: 'acme/user-service', sha };
    const ran = await runWorkflow(testFile(files), run, { world, env: { API_URL: github.url } });
    expect(ran?.code).toBe(outcome === 'success' ? 0 : 1);
    expectTested('dispatch', commit, environment, outcome);
  });
});

function never(): never {
  throw new Error('there is no such thing');
}
