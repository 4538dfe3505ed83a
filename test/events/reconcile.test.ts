// What reconciling makes of hooks that missed, spoke late or speak at the same moment; and what rights it needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCluster } from '../../plugin/events/cluster.ts';
import { deployedRecords } from '../../plugin/events/missed.ts';
import { emitMissed, findMissed } from '../../plugin/events/reconcile.ts';
import { takeSnapshot } from '../../plugin/events/store.ts';
import { Mirror } from '../../plugin/git/mirror.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { textAt } from '../handback/oracle.ts';
import { EventRepositories, rounds, tell } from './harness.ts';

const place = new EventRepositories();
afterAll(() => place.close());

const source = 'https://github.com/acme/shop';
const commit = (digit: string) => digit.repeat(40);
const name = (digit: string) => `waybill.acme.shop.staging.shop.${commit(digit)}`;

function record(digit: string) {
  const content = {
    apiVersion: 'waybill.dev/v1',
    kind: 'DeploymentRecord',
    application: 'shop',
    environment: 'staging',
    source: { repository: source, commit: commit(digit) },
    images: [{ reference: 'ghcr.io/acme/shop:1' }],
  };
  return {
    metadata: { name: name(digit), namespace: 'shop', uid: `uid-${digit}` },
    data: { 'deployment.json': JSON.stringify(content) },
  };
}

function application(digit: string, more: { operation?: JsonObject; phase?: string } = {}) {
  const { operation, phase = 'Succeeded' } = more;
  return {
    metadata: { name: 'shop', namespace: 'argocd' },
    ...(operation === undefined ? {} : { operation }),
    status: {
      sync: { status: 'Synced' },
      health: { status: 'Healthy' },
      operationState: { phase },
      resources: [{ kind: 'ConfigMap', name: name(digit), namespace: 'shop' }],
    },
  };
}

const hook = (digit: string, uid: string) =>
  `emit deployment-complete --application shop --environment staging --attempt ${uid}`
    .concat(` --source-repository ${source} --source-commit ${commit(digit)}`)
    .split(' ');

/** Commits that events tell of, in git's order. */
async function told(remote: readonly string[]): Promise<string> {
  const { stdout } = await place.event(['list', ...remote, '-o', 'json']);
  return [...stdout.matchAll(/"sourceCommit":"(.)/gu)].map((match) => match[1]).join('');
}

async function reconcile(remote: readonly string[], applications: unknown[], records: unknown[], ...flags: string[]) {
  writeFileSync(join(place.folder, 'applications.json'), JSON.stringify({ items: applications }));
  writeFileSync(join(place.folder, 'records.json'), JSON.stringify({ items: records }));
  const files = ['--applications', 'applications.json', '--records', 'records.json'];
  return await place.event(['reconcile', ...remote, ...files, ...flags]);
}

describe('reconcile', () => {
  it('leaves a deployment to its hook while the operation is under way, and tells of it when the hook has failed', async () => {
    const remote = ['--repository', place.repository('under-way')];
    // PostSync: Synced and Healthy already, and the hook's Job still runs.
    for (const more of [{ phase: 'Running' }, { phase: 'Terminating' }, { operation: { sync: {} } }])
      expect((await reconcile(remote, [application('a', more)], [record('a')])).stdout).toBe('');
    expect((await reconcile(remote, [application('a', { phase: 'Failed' })], [record('a')])).stdout).not.toBe('');
    expect(await told(remote)).toBe('a');
  });

  it('says which record is missing or broken, and tells of the others', async () => {
    const remote = ['--repository', place.repository('missing')];
    const broken = { ...record('b'), data: { 'deployment.json': '{' } };
    const all = [application('a'), application('b'), application('c')];
    const ran = await reconcile(remote, all, [broken, record('c')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      `ConfigMap shop/${name('a')}: error[event-record]: Application argocd/shop has deployed`,
    );
    expect(ran.stderr).toContain(`ConfigMap shop/${name('b')}: error[event-record]: the record is not JSON`);
    expect(await told(remote)).toBe('c');
    // Somebody else's namespace.
    expect(await reconcile(remote, all, [], '--namespace', 'other')).toMatchObject({ code: 0, stdout: '' });
    expect(await reconcile(remote, all, [], '--namespace', 'No One')).toMatchObject({ code: 2 });
  });

  it('keeps nothing in the spool: the next run finds what is missing then', async () => {
    const url = place.repository('away');
    const gone = ['--repository', url.replace('away', 'nowhere')];
    expect(await reconcile(gone, [application('a')], [record('a')])).toMatchObject({ code: 4, stdout: '' });
    expect((await reconcile(['--repository', url], [application('a')], [record('a')])).stdout).not.toBe('');
  });
});

describe.each(rounds)('hooks and reconcilers, round %i', (round) => {
  it('are one event for one deployment, whoever comes first', async () => {
    const url = place.repository(`both-${round}`);
    const remote = ['--repository', url];
    const branch = { url, branch: 'main', env: { PATH: process.env['PATH'] } };
    const mirror = await Mirror.open(branch, join(place.folder, 'cache'));
    const before = await takeSnapshot(mirror);
    const { deployed } = deployedRecords([application('a')], [record('a')], []);
    const missed = await findMissed(before, deployed);
    expect(missed.events).toHaveLength(1);
    // The hook speaks between the reconciler's look and its push.
    await place.event([...hook('a', 'job-1'), ...remote]);
    expect(await emitMissed(branch, before, missed)).toEqual([]);
    // Several reconcilers at once, and hooks that were skipped: F.7, F.8.
    const after = await takeSnapshot(mirror);
    const next = await findMissed(after, deployedRecords([application('b')], [record('b')], []).deployed);
    await Promise.all([1, 2, 3].map(async () => await emitMissed(branch, after, next)));
    expect(await told(remote)).toBe('ab');
    // Back to the first commit by a partial sync: the last word counts, not the first.
    await reconcile(remote, [application('a')], [record('a')]);
    // A hook that runs again for the same commit is a deployment of its own, and no reconciler answers it.
    await place.event([...hook('a', 'job-2'), ...remote]);
    await reconcile(remote, [application('a')], [record('a')]);
    const events = await told(remote);
    expect(events).toBe('abaa');
    tell(`hooks and reconcilers, round ${round}`, events.length, 4);
  });
});

describe('the rights of the generated CronJob', () => {
  const file = 'examples/handback/event-files/generated/cluster/reconcile.yaml';
  const objects = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' }).map(({ value }) => value);

  const texts = (value: Json | undefined): string[] =>
    isArray(value) ? value.flatMap((one) => (typeof one === 'string' ? [one] : [])) : [];

  /** `list argocd applications` for each right that the Roles give. */
  const granted = objects.flatMap((one) => {
    if (!isObject(one) || one['kind'] !== 'Role') return [];
    const namespace = textAt(one, ['metadata', 'namespace']);
    const rules = isArray(one['rules']) ? one['rules'] : [];
    return rules.flatMap((rule) =>
      texts(valueAt(rule, ['verbs'])).flatMap((verb) =>
        texts(valueAt(rule, ['resources'])).map((kind) => `${verb} ${namespace} ${kind}`),
      ),
    );
  });
  const cronJob = objects.find((one) => isObject(one) && one['kind'] === 'CronJob');
  const args = texts(valueAt(cronJob, ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, 'args']));
  const flag = (wanted: string) =>
    args.flatMap((arg) => (arg.startsWith(`${wanted}=`) ? [arg.slice(wanted.length + 1)] : []));

  it('are for no more than the lists of Applications, and of records where they are deployed', () => {
    expect(granted).toEqual([
      'list argocd applications',
      'list ecotrack-production configmaps',
      'list ecotrack-staging configmaps',
    ]);
    expect(objects.map((one) => (isObject(one) ? one['kind'] : ''))).not.toContain('ClusterRole');
  });

  it('are enough for what it asks the API server', async () => {
    const tls = (one: string) => readFileSync(join('test/fixtures/tls', one), 'utf8');
    // An API server cannot run here: this one knows paths and the rights above (the API's documentation, RBAC).
    const server = createServer({ key: tls('key.pem'), cert: tls('ca.crt') }, (request, response) => {
      const path = /^\/(?:api\/v1|apis\/argoproj\.io\/v1alpha1)\/namespaces\/([^/]+)\/([^/?]+)/u.exec(
        request.url ?? '',
      );
      if (path === null || !granted.includes(`list ${path[1]} ${path[2]}`)) {
        response.writeHead(403).end('{"kind":"Status","reason":"Forbidden"}');
        return;
      }
      response.end(JSON.stringify({ items: path[2] === 'applications' ? [application('a')] : [record('a')] }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const api = { host: '127.0.0.1', port, token: 't', ca: tls('ca.crt') };
    const state = await readCluster(api, flag('--argocd-namespace'), flag('--namespace'));
    expect([state.applications.length, state.records.length]).toEqual([1, 2]);
    await expect(readCluster(api, [], [])).rejects.toThrow('GET /apis/argoproj.io/v1alpha1/applications: 403');
    server.close();
  });
});
