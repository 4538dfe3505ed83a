import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../../plugin/handback/config.ts';
import { generateFiles } from '../../../plugin/handback/generate.ts';
import { readJsonObjects } from '../../../plugin/notifications/replay/json-values.ts';
import { isArray, isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { type Path, valueAt } from '../../../plugin/resources/pointer.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { ScenarioBuilder } from '../../conformance/scenario-builder.ts';
import { Deliveries } from '../deliveries.ts';
import { type Arrived, listen } from '../loopback.ts';
import { askMeanwhile, list, textAt } from '../oracle.ts';
import { start } from '../ci-systems/jenkins.ts';
import { listOf, texts } from '../ci-systems/started.ts';
import { useDeployments } from './deployments.ts';
import { GitHub } from './github.ts';
import { recordNames } from './life.ts';
import { type Ran, useWorld } from './world.ts';

// From the lock through the generated event source's and sensor's filters and payload, which Argo Events' own code
// works out for each change of the Application, over http into Jenkins and to the tests' word at the source commit.
const source = 'https://github.com/acme/user-service';
const token = 'of the Secret jenkins-webhook';
// The example, with the provider that Jenkins reports to.
const example = `${readFileSync('examples/handback/argo-events/handback.yaml', 'utf8')}
github: { organization: acme, appID: 12345, installationID: 67890 }
`;
const files = generateFiles('argo-events', readHandbackConfig(example, 'handback.yaml'));

const world = useWorld();
const deployments = useDeployments(world);
const deliveries = new Deliveries('argo-events: deployments whose tests reported to the source commit');
let github: GitHub;
let code = '';

beforeAll(() => {
  code = world.sources(source);
  deployments.create(source);
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
afterAll(() => deliveries.settle());

interface Release {
  readonly commit: string;
  readonly records: readonly string[];
}

async function release(name: string, environment: string, fault?: 'broken'): Promise<Release> {
  const commit = world.develop(code, name, fault);
  return { commit, records: recordNames(await deployments.release({ source, commit, environment })) };
}

/** The objects of the cluster, with Jenkins at `url`, and with the token, which a sensor reads from a file of its pod. */
function objectsFor(url: string): JsonObject[] {
  return files
    .filter(({ path }) => path.startsWith('cluster/'))
    .flatMap(({ path, text }) => readYaml(text, { file: path, duplicateKeys: 'error' }))
    .flatMap(({ value }) => (isObject(value) ? [value] : []))
    .map((object) => {
      const at: Path = ['spec', 'triggers', 0, 'template', 'http'];
      const http = valueAt(object, at);
      if (!isObject(http)) return object;
      const secure = listOf(http['secureHeaders']).map((one): [string, string] => [textAt(one, ['name']), token]);
      const headers = { ...texts(http['headers'], (text) => text), ...Object.fromEntries(secure) };
      const here = textAt(http, ['url']).replace('https://jenkins.acme.dev', url);
      return setAt(object, at, { ...http, url: here, headers, secureHeaders: [] });
    });
}

/** A copy with another value at a path that is there. */
function setAt(value: JsonObject, [key = '', ...path]: Path, to: JsonObject): JsonObject {
  const inner = value[key];
  if (path.length === 0) return { ...value, [key]: to };
  if (!isArray(inner)) return { ...value, [key]: setAt(isObject(inner) ? inner : {}, path, to) };
  const [index = 0, ...rest] = path;
  return {
    ...value,
    [key]: inner.map((one, at) => (at === index && isObject(one) ? setAt(one, rest, to) : one)),
  };
}

/** Plays a scenario in Argo CD; every change goes through Argo Events' code, and what comes out into Jenkins. */
async function live(tell: (builder: ScenarioBuilder) => void): Promise<(Ran | undefined)[]> {
  const builder = new ScenarioBuilder();
  tell(builder);
  const states = builder.end().scenario.steps.flatMap(({ put = [] }) => put);
  const changes = states.slice(1).map((body, index) => ({ body, oldBody: states[index] ?? null }));
  const arrived: Arrived[] = [];
  const jenkins = await listen((request) => {
    arrived.push(request);
    const right = request.path === '/generic-webhook-trigger/invoke' && request.headers['token'] === token;
    return right ? { status: 200, json: { message: 'Triggered jobs.' } } : { status: 404 };
  });
  const answer = await askMeanwhile({ op: 'argo-events', send: true, objects: objectsFor(jenkins.url), changes });
  jenkins.close();
  expect(answer).not.toHaveProperty('failed');
  expect(list(answer, 'fired')).toHaveLength(arrived.length);
  const file = files.find(({ path }) => path.endsWith('.Jenkinsfile'))?.text ?? '';
  const runs: (Ran | undefined)[] = [];
  for (const { headers, body } of arrived) {
    const folder = mkdtempSync(join(world.folder, 'job-'));
    const sent = { header: headers, body: readJsonObjects(body, 'body')[0]?.value ?? {} };
    const started = start(file, { sent, secret: token, secrets: { STATUS_TOKEN: 'the-token-of-ci' }, folder });
    const env = { ...started?.env, API_URL: github.url };
    runs.push(started && (await world.sh(started.script, { env, shell: [started.shell], cwd: folder })));
  }
  return runs;
}

const tested = (): string[] =>
  readFileSync(world.env['TESTED'] ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '');

function expectTested({ commit }: Release, outcome: string): void {
  expect(github.said(commit, 'status')).toEqual(['tests/user-service pending', `tests/user-service ${outcome}`]);
  deliveries.deliver(commit);
}

describe('argo-events', () => {
  it('leads from the lock through the sensor and Jenkins to the source commit', async () => {
    const [good, bad] = [await release('good', 'staging'), await release('bad', 'staging', 'broken')];
    deliveries.attempt(good.commit, bad.commit);
    const runs = await live((builder) => {
      builder.application('user-service-staging').deploy('r1', good.records).deploy('r2', bad.records);
    });
    expect(runs.map((ran) => ran?.code)).toEqual([0, 1]);
    expectTested(good, 'success');
    expectTested(bad, 'failure');
    expect(tested()).toEqual([`staging ${good.commit} no token`, `staging ${bad.commit} no token`]);
  });

  it('tests once what readiness and Argo CD look at again', async () => {
    const one = await release('looked at', 'production');
    deliveries.attempt(one.commit);
    const runs = await live((builder) => {
      const app = builder.application('user-service-production').deploy('r1', one.records);
      builder.wait(60);
      app.reconcile().health('Progressing').health('Healthy').reconcile();
    });
    expect(runs.map((ran) => ran?.code)).toEqual([0]);
    expectTested(one, 'success');
    expect(tested()).toEqual([`production ${one.commit} no token`]);
  });

  it('tests nothing that fails, is not ready, or is not tested', async () => {
    const [failing, degraded] = [await release('failing', 'staging'), await release('degraded', 'staging')];
    const preview = await release('preview', 'preview');
    const runs = [
      ...(await live((builder) => {
        const app = builder.application('user-service-staging').compare('r1', failing.records).start('r1');
        app.finish('Failed', 'one or more objects failed').reconcile();
        app.deployUntilReady('r2', degraded.records).health('Degraded');
      })),
      ...(await live((builder) => builder.application('user-service-preview').deploy('r1', preview.records))),
    ];
    expect(runs).toEqual([]);
    expect(github.words).toEqual([]);
  });
});
