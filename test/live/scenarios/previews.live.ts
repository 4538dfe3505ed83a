/**
 * A preview of a pull request with everything real but GitHub: the applicationset-controller asks a list of pull requests,
 * the example is rendered in the sidecar and deployed, and GitHub hears of each head commit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { filesOf } from '../../pipelines/world.ts';
import { applicationSetFor, providers, type PullRequest, startProvider } from '../../previews/pull-request-servers.ts';
import { digitsAt } from '../../../plugin/resources/read-fields.ts';
import { KubernetesApi } from '../api.ts';
import { LiveApplication } from '../application.ts';
import { requestCount, statusesOf } from '../github.ts';
import { at, items, parseJson, text } from '../json.ts';
import { ports } from '../ports.ts';
import { eventually, flags } from '../processes.ts';

const namespace = '/api/v1/namespaces/user-service-preview-12';
const argocd = '/apis/argoproj.io/v1alpha1/namespaces/argocd';
const application = `${argocd}/applications/user-service-preview-12`;
const repository = 'acme/user-service';
const first = 'a'.repeat(40);
const second = 'b'.repeat(40);

const deployments = `http://127.0.0.1:${ports.github}/api/v3/repos/${repository}/deployments`;

/** Sends what GitHub has to accept. @returns the ID of what it made */
async function send(url: string, body: object): Promise<string> {
  const headers = { authorization: 'Bearer ghs_1', 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.text();
  expect(response.status, answer).toBe(201);
  return digitsAt(parseJson(answer), 'id');
}

/** What the workflow does before Argo CD begins (examples/previews/workflows/preview.yml). */
async function queue(commit: string): Promise<void> {
  const environment = { environment: 'preview/12', transient_environment: true, production_environment: false };
  const id = await send(deployments, { ref: commit, auto_merge: false, required_contexts: [], ...environment });
  await send(`${deployments}/${id}/statuses`, { state: 'queued', environment: 'preview/12' });
}

/** The applicationset-controller, as the environment starts the others. */
function startController(): ChildProcess {
  const { state, notificationsController } = inject('live');
  const { env } = notificationsController;
  const log = openSync(join(state, 'log', 'applicationset-controller.log'), 'a');
  const program = realpathSync(join(state, 'bin', 'argocd'));
  const args = flags({
    kubeconfig: env['KUBECONFIG'] ?? '',
    namespace: 'argocd',
    'argocd-repo-server': `127.0.0.1:${ports.repoServer}`,
    'repo-server-plaintext': true,
    'metrics-addr': '127.0.0.1:0',
    'probe-addr': '127.0.0.1:0',
    'webhook-addr': '127.0.0.1:0',
  });
  return spawn(program, args, {
    stdio: ['ignore', log, log],
    env: { ...env, ARGOCD_BINARY_NAME: 'argocd-applicationset-controller' },
  });
}

let controller: ChildProcess | undefined;
afterEach(() => {
  controller?.kill();
});

describe('the pull-request generator', () => {
  it('preview', async () => {
    const { access, state, gitURL } = inject('live');
    const api = new KubernetesApi(access);
    const pull: PullRequest = { number: 12, branch: 'feature/login', commit: first, labels: ['preview'] };
    let open = [pull];
    const github = providers['github'];
    if (!github) throw new Error('no GitHub');
    const server = await startProvider(github, () => open);
    const source = await LiveApplication.open('previews', api, inject('live'));
    source.sources = {};
    const files = Object.entries(
      filesOf('examples/previews/user-service', (name) => `https://github.com/acme/${name}`),
    );
    source.files = Object.fromEntries(files.map(([path, content]) => [`user-service/${path}`, content]));
    await source.commit('manifests');

    const from = await requestCount();
    await queue(first);
    const secret = { name: 'previews-github', namespace: 'argocd', labels: { 'app.kubernetes.io/part-of': 'argocd' } };
    await api.create('/api/v1/namespaces/argocd/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: secret,
      stringData: { token: 'token-of-github' },
    });
    mkdirSync(join(state, 'previews'), { recursive: true });
    const set = readFileSync(applicationSetFor('github', server.url, join(state, 'previews')), 'utf8')
      .replace('https://github.com/acme/deployments.git', `${gitURL}/previews.git`)
      .replace('"project":"previews"', '"project":"default"')
      .replace(/"requeueAfterSeconds":\d+/u, '"requeueAfterSeconds":3');
    controller = startController();
    await api.create(`${argocd}/applicationsets`, parseJson(set) ?? {});

    /** Pods that are ready, by image, at a success. */
    const readyImages = async (): Promise<string[]> =>
      items(at(await api.get(`${namespace}/pods`), 'items'))
        .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined)
        .filter((pod) =>
          items(at(pod, 'status', 'conditions')).some(
            (one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True',
          ),
        )
        .map((pod) => text(pod, 'spec', 'containers', 0, 'image'));
    const told = async (commit: string): Promise<string[]> =>
      (await statusesOf('preview/12', from)).filter((one) => one.commit === commit).map((one) => one.state);
    const isTold = (commit: string, expected: string) => async (): Promise<boolean> =>
      (await told(commit)).at(-1) === expected;

    await eventually('success of the first commit', 120, isTold(first, 'success'));
    expect(await readyImages()).toEqual([`ghcr.io/acme/user-service:sha-${first}`]);
    expect(await told(first)).toEqual(['queued', 'in_progress', 'success']);
    const host = at(
      await api.get('/apis/networking.k8s.io/v1/namespaces/user-service-preview-12/ingresses/user-service'),
      'spec',
      'rules',
      0,
      'host',
    );
    expect(host).toBe('feature-login.preview.ecotrack.platform');

    open = [{ ...pull, commit: second }];
    await eventually('success of the push', 120, isTold(second, 'success'));
    expect(await readyImages()).toContain(`ghcr.io/acme/user-service:sha-${second}`);
    expect(await told(second)).toEqual(['in_progress', 'success']);

    open = [{ ...pull, commit: second, labels: [] }];
    await eventually('inactive', 120, isTold(second, 'inactive'));
    await eventually('the end of the Application', 60, async () => (await api.get(application)) === undefined);
    await eventually('the end of the namespace', 60, async () => (await api.get(namespace)) === undefined);
    await sleep(6000);
    expect(await told(first)).toEqual(['queued', 'in_progress', 'success', 'inactive']);
    expect(await told(second)).toEqual(['in_progress', 'success', 'inactive']);
    expect(server.seen.length).toBeGreaterThan(2);
    server.close();
  });
});
