import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../../plugin/handback/config.ts';
import { generateFiles } from '../../../plugin/handback/generate.ts';
import { isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { Deliveries } from '../deliveries.ts';
import { textAt } from '../oracle.ts';
import { runWorkflow } from './actions.ts';
import { GitHub } from './github.ts';
import { useDeployments } from './deployments.ts';
import { EventRepository } from './event-repository.ts';
import { recordsOf } from './life.ts';
import { type Ran, useWorld } from './world.ts';

// From the lock to the tests' event with nothing but git: Argo CD's repo-server renders the hook, the hook's own command
// runs with its own environment and volumes, its push starts the generated workflow, and every repository is real; the
// event repository asks for its password.
const generated = 'examples/handback/event-files/generated';
const source = 'https://github.com/acme/user-service';

const world = useWorld();
const deployments = useDeployments(world);
const events = new EventRepository(world, 'https://github.com/acme/deployment-events');
const deliveries = new Deliveries('event-files: deployments whose tests answered');
let code = '';
let uids = 0;

beforeAll(async () => {
  code = world.sources(source);
  await events.create(join(generated, 'events'));
  deployments.create(source, readFileSync(join(generated, 'manifests/user-service/waybill.fragment.yaml'), 'utf8'));
});
beforeEach(() => writeFileSync(world.env['TESTED'] ?? '', ''));
afterAll(async () => {
  await events.close();
  deliveries.settle();
});

/** Argo CD gets to a hook. */
async function hook(objects: readonly JsonObject[], phase: string, uid = `uid-${(uids += 1)}`): Promise<Ran> {
  return await events.hook(objects, phase, uid);
}

const workflow = '.github/workflows/waybill-test-user-service.yml';

/** The Git provider starts the workflow, when what was pushed is what it asks for. */
async function ci(event: 'push' | 'schedule' = 'push', env: Record<string, string> = {}): Promise<Ran | undefined> {
  const text = readFileSync(join(events.clone, workflow), 'utf8');
  const sha = world.git(events.clone, 'rev-parse', 'HEAD');
  const run = {
    event,
    payload: event === 'push' ? { ref: 'refs/heads/main' } : {},
    repository: 'acme/deployment-events',
    sha,
    changed: events.pushed(),
    secrets: { GIT_CONFIG_VALUE_0: events.authorization, STATUS_TOKEN: 'the-token-of-ci' },
  };
  return await runWorkflow(text, run, { world, env: { ...events.credentials, ...env } });
}

const tested = (): string[] =>
  readFileSync(world.env['TESTED'] ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '');

describe('event-files', () => {
  it.each([
    ['success', undefined],
    ['failure', 'broken'],
  ] as const)('leads from the lock to an event with the outcome %s', async (outcome, fault) => {
    const commit = world.develop(code, outcome, fault);
    const objects = await deployments.release({ source, commit, environment: 'staging' });
    deliveries.attempt(`staging ${commit}`);
    expect(await hook(objects, 'PostSync')).toMatchObject({ code: 0 });
    expect(await ci()).toMatchObject({ code: outcome === 'success' ? 0 : 1 });
    expect(await events.said(commit)).toEqual([
      'deployment-complete staging success',
      `tests-complete staging ${outcome}`,
    ]);
    // Both are about one deployment.
    const [statusRequest, answered] = (await events.events('list', '-o', 'json')).slice(-2);
    expect(textAt(answered, ['data', 'deployment'])).toBe(textAt(statusRequest, ['data', 'deployment']));
    expect(tested()).toEqual([`staging ${commit} no token`]);
    deliveries.deliver(`staging ${commit}`);
    // What the tests pushed starts nothing, and nothing is left for the next look.
    expect(await ci()).toBeUndefined();
    expect(await ci('schedule')).toMatchObject({ code: 0 });
    expect(tested()).toHaveLength(1);
  });

  it('hears of a deployment once however often its hook runs, and again when it is deployed again', async () => {
    const commit = world.develop(code, 'deployed twice');
    const objects = await deployments.release({ source, commit, environment: 'production' });
    deliveries.attempt(`production ${commit} 1`, `production ${commit} 2`);
    expect(await hook(objects, 'PostSync', 'job-1')).toMatchObject({ code: 0 });
    expect((await hook(objects, 'PostSync', 'job-1')).output).toContain('nothing to change');
    expect(await ci()).toMatchObject({ code: 0 });
    expect(await hook(objects, 'PostSync', 'job-2')).toMatchObject({ code: 0 });
    expect(await ci()).toMatchObject({ code: 0 });
    expect(await events.said(commit)).toEqual([
      'deployment-complete production success',
      'tests-complete production success',
      'deployment-complete production success',
      'tests-complete production success',
    ]);
    expect(tested()).toHaveLength(2);
    deliveries.deliver(...tested().map((_line, index) => `production ${commit} ${index + 1}`));
  });

  it('notes a failed sync and tests nothing', async () => {
    const commit = world.develop(code, 'does not apply');
    const objects = await deployments.release({ source, commit, environment: 'staging' });
    // A failed sync may not have got as far as the records.
    const applied = objects.filter((one) => !recordsOf(objects).includes(one));
    expect(await hook(objects, 'SyncFail')).toMatchObject({ code: 0 });
    expect(await events.said(commit)).toEqual(['deployment-failed staging failure']);
    expect((await hook([...applied], 'SyncFail')).code).not.toBe(0);
    expect(await ci()).toBeUndefined();
    expect(tested()).toEqual([]);
  });

  it('tells of a deployment without a hook by the reconciler', async () => {
    const commit = world.develop(code, 'deployed by a partial sync');
    const objects = await deployments.release({ source, commit, environment: 'staging' });
    deliveries.attempt(`staging ${commit}`);
    const reconcile = async (): Promise<Ran> => {
      const files = ['applications', 'records'].map((name) => join(world.folder, `${name}.json`));
      const records = recordsOf(objects);
      const resources = records.map((one) => ({
        kind: 'ConfigMap',
        namespace: 'ecotrack-staging',
        name: textAt(one, ['metadata', 'name']),
      }));
      const status = { sync: { status: 'Synced' }, health: { status: 'Healthy' }, resources };
      const application = { metadata: { name: 'user-service-staging', namespace: 'argocd' }, status };
      writeFileSync(files[0] ?? '', JSON.stringify({ items: [application] }));
      writeFileSync(files[1] ?? '', JSON.stringify({ items: records }));
      const cronJob = readYaml(readFileSync(join(generated, 'cluster/reconcile.yaml'), 'utf8'), {
        file: 'x',
        duplicateKeys: 'error',
      })
        .flatMap(({ value }) => (isObject(value) ? [value] : []))
        .find((one) => one['kind'] === 'CronJob');
      const template = valueAt(cronJob ?? {}, ['spec', 'jobTemplate', 'spec', 'template']);
      // Outside a cluster it is given what it would list.
      const more = ['--applications', files[0] ?? '', '--records', files[1] ?? ''];
      return await events.pod(isObject(template) ? template : {}, { objects, uid: '', more });
    };
    expect(await reconcile()).toMatchObject({ code: 0 });
    expect((await reconcile()).output).toContain('nothing to change');
    expect(await ci()).toMatchObject({ code: 0 });
    expect(await events.said(commit)).toEqual([
      'deployment-complete staging success',
      'tests-complete staging success',
    ]);
    deliveries.deliver(...tested().map((line) => line.replace(' no token', '')));
  });

  it.each([
    ['success', 'success', undefined],
    ['failure', 'success', 'broken'],
    ['success', 'failure', 'leaky'],
  ] as const)(
    'with a provider reports tests %s and a scan %s to the source commit, too',
    async (tests, scan, fault) => {
      const example = readFileSync('examples/handback/event-files/handback.yaml', 'utf8');
      const hub = 'github: { organization: acme, appID: 12345, installationID: 67890 }';
      const text = `${example.replace(/^ +test: .*$/mu, '$&\n    scan: ./security-scan.sh')}\n${hub}\n`;
      const clone = events.clone;
      for (const file of generateFiles('event-files', readHandbackConfig(text, 'handback.yaml'))) {
        if (file.path.startsWith('events/')) writeFileSync(join(clone, file.path.slice('events/'.length)), file.text);
      }
      world.commit(clone, 'with a provider');
      events.pushed();
      const github = new GitHub();
      await github.start();
      const commit = world.develop(code, `${tests} ${scan}`, fault);
      // CI writes the repository in another way than handback.yaml.
      const objects = await deployments.release({ source: `${source}.git`, commit, environment: 'staging' });
      deliveries.attempt(`staging ${commit}`);
      expect(await hook(objects, 'PostSync')).toMatchObject({ code: 0 });
      const ran = await ci('push', { API_URL: github.url });
      github.close();
      expect(ran).toMatchObject({ code: fault === undefined ? 0 : 1 });
      expect(ran?.output).not.toContain('the-token-of-ci');
      expect(github.problems).toEqual([]);
      expect(github.said(commit, 'status')).toEqual([
        'tests/user-service pending',
        'security/user-service pending',
        `tests/user-service ${tests}`,
        `security/user-service ${scan}`,
      ]);
      expect(await events.said(commit)).toEqual([
        'deployment-complete staging success',
        `tests-complete staging ${tests}`,
      ]);
      expect((await events.events('list', '-o', 'json')).at(-1)).toMatchObject({
        data: { details: { security: scan } },
      });
      expect(tested()).toEqual([`staging ${commit} no token`]);
      deliveries.deliver(`staging ${commit}`);
    },
  );
});
