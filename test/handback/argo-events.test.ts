import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { isObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { commitOf, loadRecording } from '../conformance/recordings.ts';
import { goModule } from '../tools/go-module.ts';
import { ask, askMeanwhile, list, textAt } from './oracle.ts';

const example = readFileSync('examples/handback/argo-events/handback.yaml', 'utf8');

/** The objects for an application of the recordings, whose records are those of acme/web in staging. */
function objectsFor(application: string, jenkins = 'https://jenkins.acme.dev', more = ''): JsonObject[] {
  const text = example
    .replace('https://jenkins.acme.dev', jenkins)
    .concat(more)
    .replaceAll('user-service\n    namespace', `${application}\n    application: ${application}\n    namespace`)
    .replace('acme/user-service', 'acme/web');
  return generateFiles('argo-events', readHandbackConfig(text, 'handback.yaml'))
    .filter(({ path }) => path.startsWith('cluster/'))
    .flatMap((file) => readYaml(file.text, { file: file.path, duplicateKeys: 'error' }))
    .flatMap(({ value }) => (isObject(value) ? [value] : []));
}

function changesOf(...recordings: string[]): { name: string; changes: JsonObject[] } {
  const applications = loadRecording(...recordings).flatMap(({ type, application }) =>
    type === 'DELETED' ? [] : [application],
  );
  const changes = applications.slice(1).map((body, index) => ({ body, oldBody: applications[index] ?? null }));
  return { name: textAt(applications[0], ['metadata', 'name']), changes };
}

/** Runs a recorded life through the event source's and the sensor's filters: the commits that Jenkins is told of. */
async function reported(...names: string[]): Promise<string[]> {
  const { name, changes } = changesOf(...names);
  const answer = await ask({ op: 'argo-events', objects: objectsFor(name), changes });
  return list(answer, 'fired').map((payload) => {
    expect(payload).toMatchObject({ event: 'success', application: name, environment: 'staging' });
    return textAt(payload, ['sources', 0, 'commit']);
  });
}

const names = new Map(Array.from({ length: 12 }, (_, index) => [commitOf(`v${index}`), `v${index}`]));
const short = (commits: readonly string[]): string[] => commits.map((commit) => names.get(commit) ?? commit);

// What each recording is of: test/fixtures/recordings, docs/notifications/conformance.md.
const lives: [string, string[]][] = [
  ['first-deploy', ['v1']],
  // A second, partial operation on the same revision replaces the result of the first.
  ['first-deploy-twice', ['v1']],
  ['second-deploy', ['v2']],
  ['git-revert', ['v1']],
  ['waves', ['v1', 'v2']],
  ['hooks-ok', ['v2']],
  // Syncs by hand, then a rollback in Argo CD's interface.
  ['manual-sync', ['v1', 'v2', 'v1']],
  // Two sources; the last sync changes only the one without the record.
  ['multi-source', ['v1', 'v2']],
  // No webhook: found minutes later.
  ['polled', ['v2']],
  // The versions in between never became healthy.
  ['rapid-pushes', ['v4']],
  ['sync-fixed', ['v3']],
  ['degraded-recovered', ['v3']],
  ['invalid-spec', ['v1']],
  ['url-change', []],
  ['self-heal', []],
  ['flap', []],
  ['noop-commit', []],
  ['deletion', []],
  ['degraded-first', []],
  ['degraded-deadline', []],
  ['sync-failed', []],
  ['sync-failed-default-retry', []],
  ['terminated', []],
  ['presync-failed', []],
  ['postsync-failed', []],
  ['render-error', []],
  ['render-error-first', []],
];

describe('the sensor', () => {
  it.each(lives)('%s: one deployment is one event', async (name, expected) => {
    expect(short(await reported(name))).toEqual(expected);
  });
});

describe('server-side apply', () => {
  it('says of no resource that it was unchanged: a full sync is an event, also of the same commit', async () => {
    const { name, changes } = changesOf('multi-source');
    const text = JSON.stringify(changes).replaceAll(
      /(configmap\/[\w.-]+) (created|configured|unchanged)/gu,
      '$1 serverside-applied',
    );
    const [applied] = readYaml(text, { file: 'changes', duplicateKeys: 'error' });
    const answer = await ask({ op: 'argo-events', objects: objectsFor(name), changes: applied?.value ?? [] });
    expect(short(list(answer, 'fired').map((payload) => textAt(payload, ['sources', 0, 'commit'])))).toEqual([
      'v1',
      'v2',
      'v2',
    ]);
  });
});

describe('the trigger', () => {
  const asked: string[] = [];
  let answers: number[] = [];
  // A stand-in for Jenkins: it takes what its documentation says (remote access API; Generic Webhook Trigger).
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      const status = answers.shift() ?? 201;
      // A connection that breaks.
      if (status === 0) response.destroy();
      else response.writeHead(status).end();
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterAll(() => server.close());

  async function send(more: string): Promise<JsonObject> {
    const { name, changes } = changesOf('second-deploy');
    return await askMeanwhile({ op: 'argo-events', send: true, objects: objectsFor(name, url, more), changes });
  }

  it('calls the Generic Webhook Trigger, again when Jenkins fails or is away', async () => {
    answers = [500, 503, 0, 404, 200];
    expect(await send('')).not.toHaveProperty('failed');
    expect(asked).toEqual(Array.from({ length: 5 }, () => 'POST /generic-webhook-trigger/invoke'));
  });

  it('calls buildWithParameters of each job, with the environment and the commit as parameters', async () => {
    answers = [500, 201];
    expect(await send('  start: parameters\n  folder: web team/tests\n')).not.toHaveProperty('failed');
    const job = '/job/web%20team/job/tests/job/waybill-test-';
    const [first = '', second] = asked;
    expect(first).toMatch(
      new RegExp(
        `^POST ${job}[a-z0-9-]+/buildWithParameters\\?WAYBILL_ENVIRONMENT=staging&WAYBILL_SOURCE_COMMIT=${commitOf('v2')}$`,
        'u',
      ),
    );
    expect([second, asked.length]).toEqual([first, 2]);
  });

  it('authenticates with the Secret alone', () => {
    const credentials = (more: string) => {
      const sensor = objectsFor('web', url, more).find(({ kind }) => kind === 'Sensor');
      const http = valueAt(sensor, ['spec', 'triggers', 0, 'template', 'http']);
      return isObject(http) ? [http['secureHeaders'], http['basicAuth']] : [];
    };
    const key = (name: string) => ({ name: 'jenkins-webhook', key: name });
    expect(credentials('')).toEqual([[{ name: 'token', valueFrom: { secretKeyRef: key('token') } }], undefined]);
    expect(credentials('  start: parameters\n')).toEqual([
      undefined,
      { username: key('username'), password: key('token') },
    ]);
  });

  it('has jobs with those parameters, or with the webhook', () => {
    const jenkinsfile = (more: string): string => {
      const files = generateFiles('argo-events', readHandbackConfig(`${example}${more}`, 'handback.yaml'));
      return files.find(({ path }) => path.endsWith('.Jenkinsfile'))?.text ?? '';
    };
    expect(jenkinsfile('')).toContain('GenericTrigger(');
    const withParameters = jenkinsfile('  start: parameters\n');
    expect(withParameters).not.toContain('GenericTrigger(');
    expect(withParameters).toContain("string(name: 'WAYBILL_SOURCE_COMMIT'");
    expect(withParameters).toContain("string(name: 'WAYBILL_ENVIRONMENT'");
  });
});

describe('the rights', () => {
  it('are to list and watch Applications in one namespace, for the event source alone', () => {
    const objects = objectsFor('web');
    const roles = objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    expect(roles.map((role) => [role['kind'], textAt(role, ['metadata', 'namespace']), role['rules']])).toEqual([
      ['Role', 'argocd', [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['list', 'watch'] }]],
    ]);
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
    const tokens = accounts.map((one) => [textAt(one, ['metadata', 'name']), one['automountServiceAccountToken']]);
    const bound = objects.filter(({ kind }) => kind === 'RoleBinding').map((one) => valueAt(one, ['subjects']));
    expect(bound).toEqual([[{ kind: 'ServiceAccount', name: 'waybill-applications', namespace: 'argo-events' }]]);
    // The sensor has not even a token.
    expect(tokens).toEqual([
      ['waybill-applications', true],
      ['waybill-sensor', false],
    ]);
  });
});

describe('the definitions of the kinds', () => {
  it('are satisfied: the CRDs of the release, and its published JSON Schema', async () => {
    const folder = await goModule('test/handback/oracle', 'github.com/argoproj/argo-events');
    const [published] = readYaml(readFileSync(`${folder}/api/jsonschema/schema.json`, 'utf8'), {
      file: 'schema',
      duplicateKeys: 'error',
    });
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const { definitions = {} } = isObject(published?.value) ? published.value : {};
    ajv.addSchema({ $id: 'argo-events', definitions });
    const files: [string, string][] = [
      ['EventBus', 'eventbus'],
      ['EventSource', 'eventsources'],
      ['Sensor', 'sensors'],
    ];
    for (const [kind, plural] of files) {
      const object = objectsFor('web').find((one) => one['kind'] === kind);
      const file = `${folder}/manifests/base/crds/argoproj.io_${plural}.yaml`;
      const [crd] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
      const schema = valueAt(crd?.value, ['spec', 'versions', 0, 'schema', 'openAPIV3Schema']);
      const type = `argo-events#/definitions/io.argoproj.events.v1alpha1.${kind}`;
      for (const one of [schema, { $ref: type }]) {
        const validate = ajv.compile(isObject(one) ? one : {});
        expect({ kind, valid: validate(object), errors: validate.errors }).toEqual({ kind, valid: true, errors: null });
      }
    }
  });
});
