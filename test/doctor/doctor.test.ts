/**
 * `waybill doctor` above many applications, with remotes and tokens, and against a cluster. The API server answers as the
 * Kubernetes API does; GitHub and GitLab as their descriptions say for the two questions that are asked.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { getKey, isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { listen } from '../handback/loopback.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const folder = temporaryFolders();
const SECRET = 's3cr3t-t0ken';
const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1" }] } } }\n';
const lock = `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [{ name: ghcr.io/acme/web, tag: "1", source: { repository: "https://github.com/acme/web", commit: ${'a'.repeat(40)} } }]\n`;
const content = {
  'web/waybill.yaml': `${HEAD}source: { manifests: k8s }\nenvironments: { production: , staging: }\n`,
  'web/k8s/a.yaml': deployment,
  'web/locks/production.yaml': lock,
  'jobs/waybill.yaml': `${HEAD}source: { manifests: k8s }\n`,
  'jobs/k8s/a.yaml': deployment,
  'notifications.yaml':
    'apiVersion: waybill.dev/v1\nkind: Notifications\nargocdURL: https://argocd.acme.dev\ngithub: [{ organization: acme, appID: $github-appID, installationID: 2, privateKey: $github-privateKey }]\n',
};

/** Text that matches. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

async function doctor(cwd: string, env: Record<string, string | undefined>, ...args: string[]) {
  const { code, stdout, stderr } = await runCli(['doctor', ...args, '-o', 'json'], { cwd, env });
  expect(stdout + stderr).not.toContain(SECRET);
  const findings = new Map<string, JsonObject>();
  for (const { value } of readJsonObjects(stdout, 'stdout')) {
    if (!isObject(value)) throw new Error('no object');
    const subject = getKey(value, 'subject');
    if (typeof subject === 'string') findings.set(subject, value);
  }
  return { code, stderr, findings, of: (subject: string) => findings.get(subject) };
}

describe('waybill doctor at the root of a repository', () => {
  it('looks at every application below, its locks, its renders and its records', async () => {
    const cwd = repositories.clone(repositories.bare('all', content));
    const env = { ...repositories.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() };
    const well = await doctor(cwd, env);
    expect(well.code).toBe(0);
    expect(well.of('application')?.['detail']).toBe('none here; below: jobs, web');
    expect(well.of('locks')).toMatchObject({ state: 'ok', detail: '1 in 1 of 2 applications' });
    expect(well.of('renders')).toMatchObject({
      state: 'ok',
      detail: like(/^3 of 3 renders without/u),
    });
    expect(well.of('records')).toMatchObject({ state: 'missing', detail: '1 of 3 renders have one' });
    expect(well.of('notifications')).toMatchObject({ state: 'ok', detail: 'notifications.yaml' });
    expect(well.of('repository')?.['detail']).toMatch(/all\.git accepts a push/u);
    expect(well.of('engine')?.['state']).toBe('missing');

    writeFileSync(join(cwd, 'web/locks/production.yaml'), 'kind: Nonsense\n');
    writeFileSync(join(cwd, 'notifications.yaml'), 'kind: Notifications\n');
    repositories.git(cwd, 'remote', 'set-url', 'origin', 'https://me:hidden@127.0.0.1:1/acme/deployments.git');
    const ill = await doctor(cwd, env);
    expect(ill.code).toBe(1);
    expect(ill.of('renders')).toMatchObject({
      state: 'wrong',
      detail: like(/^2 of 3 renders without an error; web\/locks\/production\.yaml:\d+: /u),
      advice: [like(/^waybill validate shows /u)],
    });
    expect(ill.of('notifications')?.['state']).toBe('wrong');
    expect(ill.of('repository')).toMatchObject({
      state: 'missing',
      detail: like(/^https:\/\/127\.0\.0\.1:1\/acme\/deployments\.git accepts no push: /u),
    });
    expect(JSON.stringify([...ill.findings.values()])).not.toContain('hidden');
  });

  it('says what tokens may do, and never what they are', async () => {
    const cwd = folder({});
    const provider = await listen(({ path, headers }) => {
      if (path === '/rate_limit')
        return headers['authorization'] === `Bearer ${SECRET}`
          ? { status: 200, json: {}, headers: { 'x-oauth-scopes': 'repo, workflow' } }
          : { status: 401, json: { message: 'Bad credentials' } };
      return { status: 200, json: { id: 1, name: 'ci', scopes: ['api', 'read_user'], note: SECRET } };
    });
    try {
      const env = { PATH: process.env['PATH'], GITHUB_API_URL: provider.url, CI_API_V4_URL: provider.url };
      const both = await doctor(cwd, { ...env, GITHUB_TOKEN: SECRET, GITLAB_TOKEN: SECRET, ARGOCD_AUTH_TOKEN: SECRET });
      const host = new URL(provider.url).host;
      expect(both.of('github')).toEqual({
        subject: 'github',
        state: 'ok',
        detail: `GITHUB_TOKEN for ${host}: repo, workflow`,
      });
      expect(both.of('gitlab')?.['detail']).toBe(`GITLAB_TOKEN for ${host}: api, read_user`);
      expect(both.of('argocd')).toMatchObject({ state: 'missing', detail: like(/ARGOCD_SERVER/u) });
      const old = await doctor(cwd, { ...env, GH_TOKEN: `${SECRET}-old` });
      expect(old.of('github')).toMatchObject({ state: 'wrong', detail: `${host} does not accept GH_TOKEN (401)` });
      // Like the commands: GITHUB_TOKEN before GH_TOKEN, and each variable of plugin/platforms.
      const mixed = await doctor(cwd, { ...env, GITHUB_TOKEN: SECRET, GH_TOKEN: 'old', GITLAB_PRIVATE_TOKEN: SECRET });
      expect(mixed.of('github')?.['detail']).toBe(`GITHUB_TOKEN for ${host}: repo, workflow`);
      expect(mixed.of('gitlab')?.['detail']).toBe(`GITLAB_PRIVATE_TOKEN for ${host}: api, read_user`);
      const open = { PATH: env.PATH, GH_TOKEN: SECRET, GITHUB_API_URL: 'http://github.acme.dev' };
      expect((await doctor(cwd, open)).of('github')).toMatchObject({
        state: 'wrong',
        detail: 'GH_TOKEN is not sent to github.acme.dev: it needs https',
      });
      expect((await doctor(cwd, { PATH: env.PATH })).of('github')).toBeUndefined();
    } finally {
      provider.close();
    }
  });
});

describe('waybill doctor --kube', () => {
  const objects = new Map<string, unknown>();
  const forbidden = new Set<string>();
  const tls = (name: string): string => readFileSync(join('test/fixtures/tls', name), 'utf8');
  const server = createServer({ key: tls('key.pem'), cert: tls('ca.crt') }, (request, response) => {
    const path = request.url ?? '';
    if (request.headers.authorization !== `Bearer ${SECRET}` || forbidden.has(path)) {
      response.writeHead(403).end('{"kind":"Status","reason":"Forbidden"}');
      return;
    }
    const found = objects.get(path);
    response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? { kind: 'Status' }));
  });
  let kubeconfig = '';
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const authority = Buffer.from(tls('ca.crt')).toString('base64');
    kubeconfig = join(
      folder({
        config: `apiVersion: v1\nkind: Config\nclusters: [{ name: a, cluster: { server: "https://localhost:${port}", certificate-authority-data: ${authority} } }]\nusers: [{ name: a, user: { token: ${SECRET} } }]\ncontexts: [{ name: a, context: { cluster: a, user: a } }]\ncurrent-context: a\n`,
      }),
      'config',
    );
  });
  afterAll(() => server.close());

  const core = '/api/v1/namespaces/argocd';
  const component = (name: string): string =>
    `/apis/apps/v1/namespaces/argocd/deployments?labelSelector=app.kubernetes.io%2Fcomponent%3D${name}`;
  const pods = (name: string, image: string, readyReplicas: number) => ({
    items: [
      {
        metadata: { name },
        spec: { template: { spec: { containers: [{ name, image }] } } },
        status: { readyReplicas },
      },
    ],
  });

  it('says what the cluster lacks, and prints no value of the Secret', async () => {
    const cwd = repositories.clone(repositories.bare('kube', content));
    const env = { ...repositories.env, KUBECONFIG: kubeconfig };
    const empty = await doctor(cwd, env, '--kube');
    expect(empty.code).toBe(1);
    expect(empty.of('settings')?.['detail']).toBe('there is no configmap argocd-notifications-cm in the cluster');
    expect(empty.of('controller')?.['state']).toBe('wrong');

    const generated = await runCli(['notifications', 'generate'], { cwd, env });
    const [cm] = readYaml(generated.stdout, { file: 'cm', duplicateKeys: 'error' });
    const encoded = Buffer.from(SECRET).toString('base64');
    objects.set(`${core}/configmaps/argocd-notifications-cm`, cm?.value);
    objects.set(`${core}/secrets/argocd-notifications-secret`, {
      data: { 'github-privateKey': encoded, other: encoded },
    });
    objects.set(component('notifications-controller'), pods('argocd-notifications-controller', 'argocd', 1));
    objects.set(component('repo-server'), pods('argocd-repo-server', 'argocd', 1));
    const half = await doctor(cwd, env, '--kube');
    expect(half.code).toBe(1);
    expect(half.of('settings')).toMatchObject({
      state: 'ok',
      detail: like(/^argocd-notifications-cm has service\.github\.acme and \d+ triggers of Waybill$/u),
    });
    expect(half.of('secret')).toMatchObject({
      state: 'wrong',
      detail: 'argocd-notifications-secret lacks github-appID: the settings name it',
    });
    expect(half.of('sidecar')).toMatchObject({ state: 'wrong', detail: 'argocd-repo-server has no container waybill' });

    const data = { 'github-privateKey': encoded, 'github-appID': encoded };
    objects.set(`${core}/secrets/argocd-notifications-secret`, { data });
    objects.set(component('repo-server'), pods('argocd-repo-server', 'ghcr.io/acme/waybill:0.1.0', 1));
    const well = await doctor(cwd, env, '--context', 'a');
    expect(well.code).toBe(0);
    expect(well.of('secret')?.['detail']).toBe('argocd-notifications-secret has github-appID, github-privateKey');
    expect(well.of('controller')?.['detail']).toBe('argocd-notifications-controller runs');
    expect(well.of('sidecar')?.['detail']).toBe('argocd-repo-server has ghcr.io/acme/waybill:0.1.0');

    forbidden.add(`${core}/secrets/argocd-notifications-secret`);
    objects.set(`${core}/configmaps/argocd-notifications-cm`, { data: { 'trigger.waybill-x': 'old' } });
    objects.set(component('repo-server'), pods('argocd-repo-server', 'ghcr.io/acme/waybill:0.1.0', 0));
    const changed = await doctor(cwd, env, '--kube');
    expect(changed.of('secret')).toMatchObject({
      state: 'missing',
      detail: like(/may not be read/u),
    });
    expect(changed.of('settings')).toMatchObject({
      state: 'missing',
      detail: like(/\d+ keys are not as/u),
    });
    expect(changed.of('sidecar')).toMatchObject({
      state: 'wrong',
      detail: like(/no pod of it is ready/u),
    });
    expect((await runCli(['doctor', '--kube', '--namespace', '../x'], { cwd, env })).code).toBe(2);
  });
});
