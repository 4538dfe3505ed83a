/**
 * What the other Git providers are sent: paths, bodies and states as their API descriptions have them, and every request
 * held against excerpts of these.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { startTestEngine } from '../tools/engine.ts';
import type { ProviderName } from '../conformance/provider-apis.ts';
import { githubProblems } from '../conformance/github-api.ts';
import { commitOf, deployments, disturbances, play, providerProblems, requestsTo } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const argocd = 'https://argocd.acme.dev/applications/argocd/web?operation=true';

/** Waits for its sync, deploys, fails with the next version, and is deleted. */
function life(repository: string): (builder: ScenarioBuilder) => void {
  return (builder) => {
    const app = builder.application('web', { automated: false }).compare('r1', [`${repository}@v1`]);
    app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
    app
      .compare('r2', [`${repository}@v2`])
      .ask('r2')
      .start('r2')
      .finish('Error', 'cannot reach the cluster')
      .reconcile();
    app.deleting();
  };
}

const v1 = commitOf('v1');
const v2 = commitOf('v2');

async function requests(yaml: string, api: readonly [ProviderName, string], tell: (builder: ScenarioBuilder) => void) {
  const report = await play(engine, yaml, tell);
  const [name, base] = api;
  const { host } = new URL(base);
  expect(disturbances(report)).toEqual([]);
  expect(providerProblems(report, host, name, base)).toEqual([]);
  return requestsTo(report, host);
}

describe('GitHub', () => {
  it('check runs and repository_dispatch, with IDs from the Secret', async () => {
    const yaml = [
      'github: [{ organization: acme, appID: $app, installationID: $installation, privateKey: $key }]',
      'report:',
      '  deployments: false',
      '  commitStatus: { context: "{{ environment }}/{{ application }}" }',
      '  checkRuns: true',
      '  repositoryDispatch: { eventType: "deployment-{{ state }}" }',
    ].join('\n');
    const report = await play(engine, yaml, life('acme/web'), undefined, { app: '12345', installation: '67890' });
    expect(disturbances(report)).toEqual([]);
    expect(githubProblems(report)).toEqual([]);
    const calls = requestsTo(report, 'api.github.com').filter(({ line }) => !line.endsWith('/access_tokens'));
    const checks = calls.filter(({ line }) => line === 'POST /repos/acme/web/check-runs').map(({ body }) => body);
    const check = { name: 'staging/web', head_sha: v1, details_url: argocd };
    expect(checks).toMatchObject([
      { ...check, status: 'queued' },
      { ...check, status: 'in_progress', output: { title: 'Syncing' } },
      { ...check, status: 'completed', conclusion: 'success' },
      { name: 'staging/web', head_sha: v2, status: 'queued' },
      { name: 'staging/web', head_sha: v2, status: 'in_progress' },
      { name: 'staging/web', head_sha: v2, status: 'completed', conclusion: 'failure' },
    ]);
    const dispatches = calls.filter(({ line }) => line === 'POST /repos/acme/web/dispatches').map(({ body }) => body);
    const payload = { environment: 'staging', application: 'web', repository: 'acme/web', logURL: argocd };
    expect(dispatches).toMatchObject([
      { event_type: 'deployment-success', client_payload: { ...payload, state: 'success', commit: v1 } },
      { event_type: 'deployment-error', client_payload: { ...payload, state: 'error', commit: v2 } },
    ]);
    expect(calls.some(({ line }) => line.includes('/deployments'))).toBe(false);
  });

  it('Enterprise Server: its own host', async () => {
    const yaml =
      'github: [{ organization: acme, appID: 12345, installationID: 67890, privateKey: $key, enterpriseURL: "https://github.acme.dev/api/v3" }]';
    const report = await play(engine, yaml, (builder) => {
      builder.given({ github: { enterpriseHosts: ['github.acme.dev'] } });
      builder.application('web').deploy('r1', ['v1']);
    });
    expect(disturbances(report)).toEqual([]);
    expect(deployments(report, 'v1')).toEqual(['acme/web@v1 staging in_progress', 'acme/web@v1 staging success']);
    expect(requestsTo(report, 'api.github.com')).toEqual([]);
    expect(requestsTo(report, 'github.acme.dev').length).toBeGreaterThan(0);
  });
});

describe('GitLab', () => {
  const yaml = 'gitlab: [{ group: platform, url: "https://gitlab.acme.dev/", token: $gitlab }]';

  it('commit statuses and deployments of a project in a subgroup', async () => {
    const name = 'deployment/web';
    const target_url = argocd;
    const statuses = '/api/v4/projects/platform%2Fweb/statuses';
    const status = (commit: string, state: string, description: string) => ({
      line: `POST ${statuses}/${commit}`,
      body: { state, name, target_url, description },
    });
    const deployment = (sha: string, to: string) => ({
      line: 'POST /api/v4/projects/platform%2Fweb/deployments',
      body: { environment: 'staging', sha, ref: sha, tag: false, status: to },
    });
    const sent = await requests(yaml, ['gitlab', 'https://gitlab.acme.dev/api/v4'], life('platform/web'));
    const lines = sent.map(({ line, body }) => ({ line, body }));
    expect(lines.filter(({ line }) => line.includes('/statuses/'))).toEqual([
      status(v1, 'pending', 'Waits for a sync in Argo CD'),
      status(v1, 'running', 'Syncing'),
      status(v1, 'success', 'Deployed and healthy'),
      status(v2, 'pending', 'Waits for a sync in Argo CD'),
      status(v2, 'running', 'Syncing'),
      status(v2, 'failed', 'cannot reach the cluster'),
    ]);
    expect(lines.filter(({ line }) => line.endsWith('/deployments'))).toEqual([
      deployment(v1, 'success'),
      deployment(v2, 'failed'),
    ]);
    expect(sent[0]?.headers).toMatchObject({ 'private-token': 'secret-of-gitlab', 'content-type': 'application/json' });
  });
});

describe('Bitbucket', () => {
  it('Cloud: build statuses', async () => {
    const yaml = 'bitbucket: [{ workspace: shop, token: $bb }]';
    const sent = await requests(yaml, ['bitbucket-cloud', 'https://api.bitbucket.org/2.0'], life('shop/web'));
    const key = commitOf('deployment/web');
    const status = (commit: string, state: string, description: string) => ({
      line: `POST /2.0/repositories/shop/web/commit/${commit}/statuses/build`,
      body: { key, name: 'deployment/web', state, url: argocd, description },
    });
    // Bitbucket takes keys of at most 40 characters.
    expect(key).toHaveLength(40);
    expect(sent.map(({ line, body }) => ({ line, body }))).toEqual([
      status(v1, 'INPROGRESS', 'Waits for a sync in Argo CD'),
      status(v1, 'INPROGRESS', 'Syncing'),
      status(v1, 'SUCCESSFUL', 'Deployed and healthy'),
      status(v2, 'INPROGRESS', 'Waits for a sync in Argo CD'),
      status(v2, 'INPROGRESS', 'Syncing'),
      status(v2, 'FAILED', 'cannot reach the cluster'),
    ]);
    expect(sent[0]?.headers).toMatchObject({ authorization: 'Bearer secret-of-bb' });
  });

  it('Data Center: build statuses of a project', async () => {
    const yaml = 'bitbucket: [{ project: LEGACY, url: "https://bitbucket.acme.dev", token: $bbs }]';
    const sent = await requests(
      yaml,
      ['bitbucket-data-center', 'https://bitbucket.acme.dev/rest/api/latest'],
      life('LEGACY/web'),
    );
    expect(sent.map(({ line, body }) => ({ line, body }))).toContainEqual({
      line: `POST /rest/api/latest/projects/legacy/repos/web/commits/${v2}/builds`,
      body: {
        key: 'deployment/web',
        name: 'deployment/web',
        state: 'FAILED',
        url: argocd,
        description: 'cannot reach the cluster',
      },
    });
    expect(sent).toHaveLength(6);
  });
});

describe('Gitea and Forgejo', () => {
  it('commit statuses', async () => {
    const yaml = 'gitea: [{ owner: tools, url: "https://git.acme.dev/forge", token: $gitea }]';
    const sent = await requests(yaml, ['gitea', 'https://git.acme.dev/forge/api/v1'], life('tools/web'));
    const states = ['pending', 'pending', 'success', 'pending', 'pending', 'error'];
    expect(sent.map(({ body }) => body)).toMatchObject(
      states.map((state) => ({ state, context: 'deployment/web', target_url: argocd })),
    );
    expect(sent[0]?.line).toBe(`POST /forge/api/v1/repos/tools/web/statuses/${v1}`);
    expect(sent[0]?.headers).toMatchObject({ authorization: 'token secret-of-gitea' });
  });
});

describe('Azure DevOps', () => {
  it('commit statuses of a project with a space in its name', async () => {
    const yaml = 'azureDevOps: [{ organization: acme, project: Data Platform, token: $azure }]';
    const sent = await requests(yaml, ['azure-devops', 'https://dev.azure.com'], (builder) => {
      builder.application('web').deploy('r1', ['acme/Data%20Platform/web@v1']);
    });
    expect(sent.map(({ line, body }) => ({ line, body }))).toEqual(
      [
        ['pending', 'Syncing'],
        ['succeeded', 'Deployed and healthy'],
      ].map(([state, description]) => ({
        line: `POST /acme/data%20platform/_apis/git/repositories/web/commits/${v1}/statuses?api-version=7.1`,
        body: { state, description, targetUrl: argocd, context: { genre: 'argocd', name: 'deployment/web' } },
      })),
    );
    const credentials = Buffer.from('waybill:secret-of-azure').toString('base64');
    expect(sent[0]?.headers).toMatchObject({ authorization: `Basic ${credentials}` });
  });
});

describe('owners', () => {
  it('each is told about its own repositories only, a group also about those below it', async () => {
    const yaml = [
      'gitlab: [{ group: platform, token: $gitlab }]',
      'gitea: [{ owner: platform-x, url: "https://git.acme.dev", token: $gitea }]',
    ].join('\n');
    const report = await play(engine, yaml, (builder) => {
      builder.application('a').deploy('r1', ['platform/web@v1']);
      builder.application('b').deploy('r1', ['platform-x/web@v1']);
      builder.application('c').deploy('r1', ['platform/sub.group/web@v1']);
      builder.application('d').deploy('r1', ['other/web@v1']);
    });
    const paths = (host: string): string[] => [
      ...new Set(requestsTo(report, host).map(({ line }) => line.replace(v1, 'v1'))),
    ];
    expect(paths('gitlab.com')).toEqual([
      'POST /api/v4/projects/platform%2Fweb/statuses/v1',
      'POST /api/v4/projects/platform%2Fweb/deployments',
      'POST /api/v4/projects/platform%2Fsub.group%2Fweb/statuses/v1',
      'POST /api/v4/projects/platform%2Fsub.group%2Fweb/deployments',
    ]);
    expect(paths('git.acme.dev')).toEqual(['POST /api/v1/repos/platform-x/web/statuses/v1']);
  });
});
