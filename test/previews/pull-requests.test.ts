import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { slug } from '../../plugin/templates/slug.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { githubProblems } from '../conformance/github-api.ts';
import type { ProviderName } from '../conformance/provider-apis.ts';
import { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { disturbances, sent } from '../conformance/sent-requests.ts';
import { textAt } from '../handback/oracle.ts';
import { recordNames } from '../handback/end-to-end/life.ts';
import { providerProblems } from '../notifications/harness.ts';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { useArgoCD } from '../tools/argocd-render.ts';
import { startTestEngine } from '../tools/engine.ts';
import { applicationSetFor, providers, type PullRequest, startProvider } from './pull-request-servers.ts';

// From a list of pull requests to the word on GitHub: the provider's list through Argo CD's own generator, its template
// code, its repo-server with the plugin, and its notifications controller.
const argocd = useArgoCD();
const folder = mkdtempSync(join(tmpdir(), 'waybill-previews-'));
let engine: Engine;
const registries: RegistryServer[] = [];
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => {
  engine.close();
  for (const one of registries) one.close();
  rmSync(folder, { recursive: true, force: true });
});

const commit = (digit: string): string => digit.repeat(40);
const labels = ['preview'];

/** Branches that people and attackers choose. */
const branches = [
  'feature/ABC-123_Add',
  'x'.repeat(250),
  `${'x'.repeat(249)}y`,
  'Crème-日本',
  'a--b',
  'release.1.',
  '{{ .number }}',
  '"quoted" $ARGOCD_APP_NAME \\ ${{ x }}',
  "it's: [a, {b: c}] # not a comment",
];

/** The Applications that the generator makes of open pull requests. */
async function applicationsOf(name: string, open: readonly PullRequest[]): Promise<JsonObject[]> {
  const provider = providers[name];
  if (!provider) throw new Error(name);
  const server = await startProvider(provider, () => open);
  try {
    const texts = await argocd.applications(applicationSetFor(name, server.url, folder));
    expect(server.seen).toEqual([`GET ${provider.path}`]);
    return texts.flatMap((text) => {
      const [document] = readYaml(text, { file: 'application', duplicateKeys: 'error' });
      return isObject(document?.value) ? [document.value] : [];
    });
  } finally {
    server.close();
  }
}

/** Renders Applications; where a registry is given, the policy lets renders ask it. */
async function rendered(
  applications: readonly JsonObject[],
  repository = 'examples/previews',
  registry?: RegistryServer,
): Promise<JsonObject[][]> {
  const policy = `apiVersion: waybill.dev/v1\nkind: Policy\nregistries: { ask: ["${registry?.host}"] }\n`;
  const results = await argocd.renderAll(
    repository,
    applications.map((one) => JSON.stringify(one)),
    registry ? { policy, flags: ['-cmp-env', `WAYBILL_REGISTRIES=${registry.hostsFile}`] } : {},
  );
  return results.map(({ error, manifests }) => {
    expect(error).toBeUndefined();
    return manifests.flatMap((one) => {
      const [document] = readYaml(JSON.stringify(one), { file: 'manifest', duplicateKeys: 'error' });
      return isObject(document?.value) ? [document.value] : [];
    });
  });
}

/** Bitbucket Cloud shortens commits in its lists: the label of the image has the whole one. */
async function bitbucketRegistry(): Promise<RegistryServer> {
  const registry = await startRegistry();
  registries.push(registry);
  await registry.push(
    ...['e', 'f'].map((digit) => ({
      repository: 'acme/user-service',
      tag: `sha-${commit(digit).slice(0, 12)}`,
      labels: {
        'org.opencontainers.image.revision': commit(digit),
        'org.opencontainers.image.source': 'https://bitbucket.org/acme/user-service',
      },
    })),
  );
  return registry;
}

function objectsIn(file: string): JsonObject[] {
  const documents = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
  return documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
}

const ofKind = (manifests: readonly JsonObject[], kind: string): JsonObject =>
  manifests.find((one) => one['kind'] === kind) ?? {};

describe('the ApplicationSets of previews', () => {
  it('render whatever the branches are called, each in a namespace of its own', async () => {
    const open = branches.map((branch, index) => ({ number: index + 1, branch, commit: commit('c'), labels }));
    const all = await rendered(await applicationsOf('github', open));
    expect(all).toHaveLength(branches.length);
    const hosts = all.map((manifests, index) => {
      const namespace = `user-service-preview-${index + 1}`;
      const places = manifests.map((one) =>
        textAt(one, ['metadata', one['kind'] === 'Namespace' ? 'name' : 'namespace']),
      );
      expect(new Set(places)).toEqual(new Set([namespace]));
      expect(manifests.map((one) => one['kind'])).toEqual(
        expect.arrayContaining(['Namespace', 'ResourceQuota', 'LimitRange', 'NetworkPolicy']),
      );
      const ref = textAt(ofKind(manifests, 'Deployment'), ['metadata', 'annotations', 'waybill.dev/source-ref']);
      expect(ref).toBe(`refs/heads/${branches[index]}`);
      return textAt(ofKind(manifests, 'Ingress'), ['spec', 'rules', 0, 'host']);
    });
    expect(hosts).toEqual(branches.map((branch) => `${slug(branch)}.preview.ecotrack.platform`));
    expect(hosts[0]).toBe('feature-abc-123-add.preview.ecotrack.platform');
    expect(new Set(hosts).size).toBe(branches.length);
  });

  it('keep two branches with one slug apart in all but the host', async () => {
    const open = ['feature/x', 'feature-x'].map((branch, index) => ({
      number: index + 1,
      branch,
      commit: commit('d'),
      labels,
    }));
    const all = await rendered(await applicationsOf('github', open));
    const identities = all.flatMap((manifests) =>
      manifests.map(
        (one) =>
          `${textAt(one, ['kind'])} ${textAt(one, ['metadata', 'namespace'])}/${textAt(one, ['metadata', 'name'])}`,
      ),
    );
    expect(new Set(identities).size).toBe(identities.length);
    expect(new Set(all.flatMap(recordNames)).size).toBe(2);
  });
});

/** What a variant says of the life below, to whom, and with which words. */
interface Variant {
  readonly sourceRepository: string;
  /** The API, as published, and where it is in the example. */
  readonly api: readonly [ProviderName, string];
  /** The paths of requests that report a state, with the commit. */
  readonly path: RegExp;
  /** The field that holds the state, and its words for in_progress and success. */
  readonly words: readonly [field: string, running: string, done: string];
}

const variants: Readonly<Record<string, Variant>> = {
  gitlab: {
    sourceRepository: 'https://gitlab.com/acme/user-service',
    api: ['gitlab', 'https://gitlab.com/api/v4'],
    path: /^\/api\/v4\/projects\/acme%2Fuser-service\/statuses\/(\w+)$/u,
    words: ['state', 'running', 'success'],
  },
  gitea: {
    sourceRepository: 'https://gitea.ecotrack.platform/acme/user-service',
    api: ['gitea', 'https://gitea.ecotrack.platform/api/v1'],
    path: /^\/api\/v1\/repos\/acme\/user-service\/statuses\/(\w+)$/u,
    words: ['state', 'pending', 'success'],
  },
  'bitbucket-cloud': {
    sourceRepository: 'https://bitbucket.org/acme/user-service',
    api: ['bitbucket-cloud', 'https://api.bitbucket.org/2.0'],
    path: /^\/2\.0\/repositories\/acme\/user-service\/commit\/(\w+)\/statuses\/build$/u,
    words: ['state', 'INPROGRESS', 'SUCCESSFUL'],
  },
  'bitbucket-data-center': {
    sourceRepository: 'https://bitbucket.ecotrack.platform/scm/acme/user-service',
    api: ['bitbucket-data-center', 'https://bitbucket.ecotrack.platform/rest/api/latest'],
    path: /^\/rest\/api\/latest\/projects\/acme\/repos\/user-service\/commits\/(\w+)\/builds$/u,
    words: ['state', 'INPROGRESS', 'SUCCESSFUL'],
  },
  'azure-devops': {
    sourceRepository: 'https://dev.azure.com/acme/ecotrack/_git/user-service',
    api: ['azure-devops', 'https://dev.azure.com'],
    path: /^\/acme\/ecotrack\/_apis\/git\/repositories\/user-service\/commits\/(\w+)\/statuses$/u,
    words: ['state', 'pending', 'succeeded'],
  },
};

/** Renders of two head commits, and what the Application is called. */
interface Life {
  readonly application: JsonObject;
  readonly first: readonly JsonObject[];
  readonly second: readonly JsonObject[];
}

/**
 * A labelled pull request beside one without the label, then a push, then the label goes: the Applications that the
 * generator makes, rendered from a repository whose source is at this provider.
 */
async function lifeOf(name: string): Promise<Life> {
  const branch = 'login';
  const open = { number: 12, branch, commit: commit('e'), labels };
  const other = { number: 13, branch: 'other', commit: commit('b'), labels: ['bug'] };
  const before = await applicationsOf(name, [open, other]);
  const after = await applicationsOf(name, [{ ...open, commit: commit('f') }]);
  expect(await applicationsOf(name, [{ ...open, labels: [] }])).toEqual([]);
  expect(before.map((one) => textAt(one, ['metadata', 'name']))).toEqual(['user-service-preview-12']);
  const short = name === 'bitbucket-cloud' ? 12 : 40;
  const parameters = ['spec', 'source', 'plugin', 'parameters', 1, 'map'];
  expect([...before, ...after].map((one) => valueAt(one, parameters))).toEqual(
    ['e', 'f'].map((digit) => ({ number: '12', branch, commit: commit(digit).slice(0, short) })),
  );
  const registry = name === 'bitbucket-cloud' ? await bitbucketRegistry() : undefined;
  const repository = join(folder, name);
  cpSync('examples/previews/user-service', join(repository, 'user-service'), { recursive: true });
  const moves: [string, string][] = [
    [
      'https://github.com/acme/user-service',
      variants[name]?.sourceRepository ?? 'https://github.com/acme/user-service',
    ],
    ['ghcr.io/acme', `${registry?.host ?? 'ghcr.io'}/acme`],
  ];
  for (const file of ['waybill.yaml', 'base/deployment.yaml']) {
    const path = join(repository, 'user-service', file);
    const text = moves.reduce((all, [from, to]) => all.replaceAll(from, to), readFileSync(path, 'utf8'));
    writeFileSync(path, text);
  }
  const [first = [], second = []] = await rendered([...before, ...after], repository, registry);
  const container = ['spec', 'template', 'spec', 'containers', 0, 'image'];
  const image = textAt(ofKind(first, 'Deployment'), container);
  expect(image).toContain(`/acme/user-service:sha-${commit('e').slice(0, short)}`);
  expect(valueAt(before[0] ?? {}, ['metadata', 'finalizers'])).toEqual(['resources-finalizer.argocd.argoproj.io']);
  return { application: before[0] ?? {}, first, second };
}

/** Argo CD deploys, sees a push without an image, then with one, and deletes; what its notifications sent. */
async function play(name: string, { application, first, second }: Life): Promise<EngineReport> {
  const host = textAt(ofKind(first, 'Ingress'), ['spec', 'rules', 0, 'host']);
  const builder = new ScenarioBuilder();
  const live = builder.application(textAt(application, ['metadata', 'name']), {
    project: textAt(application, ['spec', 'project']),
    externalURLs: [`https://${host}`],
  });
  live.deploy('r1', recordNames(first));
  // The next push has no image yet: the render fails, Argo CD keeps what runs, and nothing is told, however long.
  live.renderError();
  builder.wait(600);
  live.renderError();
  live.deploy('r2', recordNames(second));
  // The label goes: the generator lists nothing, and Argo CD deletes the Application with its finalizer.
  live.deleting();
  live.gone();
  const { scenario } = builder.end();
  const file = `examples/previews/argocd/notifications/${name}.yaml`;
  const report = await engine.run({
    configMap: Object.fromEntries(generate(readNotificationsConfig(readFileSync(file, 'utf8'), file))),
    secret: { 'github-appID': '1', 'github-installationID': '2' },
    fillSecret: true,
    projects: objectsIn('examples/previews/argocd/project.yaml'),
    ...scenario,
  });
  expect(disturbances(report)).toEqual([]);
  return report;
}

describe('a preview from the label to the end', () => {
  it('GitHub: is reported at the head commit, in an environment of its own', async () => {
    const life = await lifeOf('github');
    const report = await play('github', life);
    expect(githubProblems(report)).toEqual([]);
    const told = sent(report).flatMap(({ request: { call, body } }) => {
      if (call?.kind !== 'deployment-status') return [];
      const url = isObject(body) ? textAt(body, ['environment_url']) : '';
      return [`${call.ref?.slice(0, 1)} ${call.environment} ${call.state} ${url}`];
    });
    const url = 'https://login.preview.ecotrack.platform';
    expect(told).toEqual([
      `e preview/12 in_progress ${url}`,
      `e preview/12 success ${url}`,
      `f preview/12 in_progress ${url}`,
      `f preview/12 success ${url}`,
      `e preview/12 inactive ${url}`,
      `f preview/12 inactive ${url}`,
    ]);
    const created = sent(report).filter(({ request: { call } }) => call?.kind === 'deployment');
    expect(created.map(({ request: { body } }) => body)).toEqual([
      expect.objectContaining({ transient_environment: true, auto_merge: false, required_contexts: [] }),
      expect.objectContaining({ transient_environment: true, auto_merge: false, required_contexts: [] }),
    ]);
  });

  // Commit statuses have no word for inactive: nothing is sent when the Application goes, and success stays.
  it.each(Object.entries(variants))('%s: is reported at the head commit', async (name, variant) => {
    const report = await play(name, await lifeOf(name));
    const [provider, base] = variant.api;
    const { host } = new URL(base);
    expect(providerProblems(report, host, provider, base)).toEqual([]);
    const all = sent(report).map(({ request }) => ({ url: new URL(request.url), body: request.body ?? {} }));
    // The controller marks what it has reported at its own metrics; nobody else hears of it.
    const requests = all.filter(({ url }) => url.pathname !== '/metrics');
    expect(requests.filter(({ url }) => url.host !== host)).toEqual([]);
    const [field, running, done] = variant.words;
    const told = requests.flatMap(({ url, body }) => {
      const [, at] = variant.path.exec(url.pathname) ?? [];
      return at === undefined ? [] : [`${at} ${textAt(body, [field])}`];
    });
    expect(told).toEqual(['e', 'f'].flatMap((digit) => [`${commit(digit)} ${running}`, `${commit(digit)} ${done}`]));
    const others = requests.filter(({ url }) => !variant.path.test(url.pathname));
    const deployment = (sha: string): Json => ({
      environment: 'preview/12',
      sha,
      ref: sha,
      tag: false,
      status: 'success',
    });
    expect(others.map(({ body }) => body)).toEqual(
      name === 'gitlab' ? [deployment(commit('e')), deployment(commit('f'))] : [],
    );
  });
});
