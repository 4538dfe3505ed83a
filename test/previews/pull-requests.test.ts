import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { slug } from '../../plugin/templates/slug.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { githubProblems } from '../conformance/github-api.ts';
import { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { disturbances, sent } from '../conformance/sent-requests.ts';
import { textAt } from '../handback/oracle.ts';
import { recordNames } from '../handback/end-to-end/life.ts';
import { useArgoCD } from '../tools/argocd-render.ts';
import { startTestEngine } from '../tools/engine.ts';
import { applicationSetFor, providers, type PullRequest, startProvider } from './pull-request-servers.ts';

// From a list of pull requests to the word on GitHub: the provider's list through Argo CD's own generator, its template
// code, its repo-server with the plugin, and its notifications controller.
const argocd = useArgoCD();
const folder = mkdtempSync(join(tmpdir(), 'waybill-previews-'));
let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => {
  engine.close();
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

async function rendered(applications: readonly JsonObject[]): Promise<JsonObject[][]> {
  const results = await argocd.renderAll(
    'examples/previews',
    applications.map((one) => JSON.stringify(one)),
  );
  return results.map(({ error, manifests }) => {
    expect(error).toBeUndefined();
    return manifests.flatMap((one) => {
      const [document] = readYaml(JSON.stringify(one), { file: 'manifest', duplicateKeys: 'error' });
      return isObject(document?.value) ? [document.value] : [];
    });
  });
}

function objectsIn(file: string): JsonObject[] {
  const documents = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
  return documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
}

const ofKind = (manifests: readonly JsonObject[], kind: string): JsonObject =>
  manifests.find((one) => one['kind'] === kind) ?? {};

describe('the ApplicationSets of previews', () => {
  it.each(Object.keys(providers))('%s: one Application for each labelled pull request', async (name) => {
    const asked = name.startsWith('bitbucket') ? 'preview/login' : 'login';
    const applications = await applicationsOf(name, [
      { number: 12, branch: asked, commit: commit('a'), labels },
      { number: 13, branch: 'other', commit: commit('b'), labels: ['bug'] },
    ]);
    expect(applications.map((one) => textAt(one, ['metadata', 'name']))).toEqual(['user-service-preview-12']);
    const [application = {}] = applications;
    expect(valueAt(application, ['spec', 'source', 'plugin', 'parameters', 1, 'map'])).toEqual({
      number: '12',
      branch: asked,
      commit: name === 'bitbucket-cloud' ? commit('a').slice(0, 12) : commit('a'),
    });
    const [manifests = []] = await rendered(applications);
    const container = ['spec', 'template', 'spec', 'containers', 0, 'image'];
    const tag = name === 'bitbucket-cloud' ? commit('a').slice(0, 12) : commit('a');
    expect(textAt(ofKind(manifests, 'Deployment'), container)).toBe(`ghcr.io/acme/user-service:sha-${tag}`);
    expect(await applicationsOf(name, [])).toEqual([]);
  });

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

describe('a preview from the label to the end', () => {
  it('is told at the head commit, in an environment of its own', async () => {
    const open = [{ number: 12, branch: 'feature/login', commit: commit('e'), labels }];
    const [application = {}] = await applicationsOf('github', open);
    const [first = []] = await rendered([application]);
    const [pushed = {}] = await applicationsOf(
      'github',
      open.map((one) => ({ ...one, commit: commit('f') })),
    );
    const [second = []] = await rendered([pushed]);
    const name = textAt(application, ['metadata', 'name']);
    const host = textAt(ofKind(first, 'Ingress'), ['spec', 'rules', 0, 'host']);
    const finalizers = valueAt(application, ['metadata', 'finalizers']);
    expect(finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);

    const builder = new ScenarioBuilder();
    const live = builder.application(name, {
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
    expect(
      await applicationsOf('github', [
        { ...open[0], number: 12, branch: 'feature/login', commit: commit('f'), labels: [] },
      ]),
    ).toEqual([]);
    live.deleting();
    live.gone();
    const { scenario } = builder.end();
    const file = 'examples/previews/argocd/notifications.yaml';
    const settings = generate(readNotificationsConfig(readFileSync(file, 'utf8'), file));
    const report = await engine.run({
      configMap: Object.fromEntries(settings),
      secret: { 'github-appID': '1', 'github-installationID': '2' },
      fillSecret: true,
      projects: objectsIn('examples/previews/argocd/project.yaml'),
      ...scenario,
    });
    expect(disturbances(report)).toEqual([]);
    expect(githubProblems(report)).toEqual([]);
    const told = sent(report).flatMap(({ request: { call, body } }) => {
      if (call?.kind !== 'deployment-status') return [];
      const url = isObject(body) ? textAt(body, ['environment_url']) : '';
      return [`${call.ref?.slice(0, 1)} ${call.environment} ${call.state} ${url}`];
    });
    expect(told).toEqual([
      `e preview/12 in_progress https://${host}`,
      `e preview/12 success https://${host}`,
      `f preview/12 in_progress https://${host}`,
      `f preview/12 success https://${host}`,
      `e preview/12 inactive https://${host}`,
      `f preview/12 inactive https://${host}`,
    ]);
    const created = sent(report).filter(({ request: { call } }) => call?.kind === 'deployment');
    expect(created.map(({ request: { body } }) => body)).toEqual([
      expect.objectContaining({ transient_environment: true, auto_merge: false, required_contexts: [] }),
      expect.objectContaining({ transient_environment: true, auto_merge: false, required_contexts: [] }),
    ]);
  });
});
