/**
 * `waybill init` where the repository says more than its folders: Applications and ApplicationSets, images that run now,
 * registries that know where an image comes from.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readApplications } from '../../plugin/applications/argocd/read.ts';
import { createMemoryTree } from '../../plugin/files/memory.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { argocdBinary } from '../tools/argocd.mjs';
import { startDirectoryReader } from '../tools/argocd-directory.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const deployment = (name: string, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { spec: { containers: [{ name: main, image: "${image}" }] } } }\n`;

const application = (name: string, path: string, namespace: string, more = ''): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name}, namespace: argocd }\nspec:\n  project: default\n  destination: { namespace: ${namespace} }\n  source:\n    repoURL: https://github.com/acme/deployments\n    path: ${path}\n${more}`;

const env = async () => ({
  PATH: process.env['PATH'],
  WAYBILL_HELM: await helm4Binary(),
  WAYBILL_KUSTOMIZE: await kustomizeBinary(),
});

const overlays = {
  'web/base/kustomization.yaml': 'resources: [a.yaml]\n',
  'web/base/a.yaml': deployment('web', 'ghcr.io/acme/web:1'),
  'web/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
  'web/overlays/production/kustomization.yaml':
    'resources: [../../base]\nimages: [{ name: ghcr.io/acme/web, newTag: "0.9" }]\n',
};

async function init(cwd: string, ...args: string[]) {
  return await runCli(['init', '--all', ...args], { cwd, env: await env() });
}

describe('Applications in the repository', () => {
  it('give names and namespaces, and locks hold the images that run', async () => {
    const cwd = createRepository({
      ...overlays,
      'argocd/staging.yaml': application('web-staging', 'web/overlays/staging', 'web-staging'),
      'argocd/production.yaml': application('web-prod', 'web/overlays/production', 'shop'),
    });
    const { code, stderr } = await init(cwd);
    expect({ code, stderr: stderr.split('\n') }).toEqual({
      code: 0,
      stderr: [
        'web/waybill.yaml is written: staging (1 object), production (1 object), each equal to what Argo CD renders today',
        'web/locks/staging.yaml, web/locks/production.yaml are written: ghcr.io/acme/web',
        '1 application, 2 renders; 2 objects of 2 equal to what Argo CD renders today, no pod restarts',
        'Next: waybill validate .',
        '',
      ],
    });
    const text = readFileSync(join(cwd, 'web/waybill.yaml'), 'utf8');
    expect(text).toMatch(/^# Deployed by the Argo CD Applications web-staging, web-prod\.\n/u);
    expect(text).toContain(
      'environments:\n  staging: { values: { namespace: web-staging } }\n  production: { values: { namespace: shop } }\nnamespace: "{{ values.namespace }}"\n',
    );
    expect(readFileSync(join(cwd, 'web/locks/production.yaml'), 'utf8')).toBe(
      'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n- name: ghcr.io/acme/web\n  tag: "0.9"\n',
    );
    // What CI does next needs no edit by hand.
    const set = ['images', 'set', 'ghcr.io/acme/web=:2', '-e', 'staging', '-C', 'web', '--source-repository'];
    set.push('https://github.com/acme/web', '--source-commit', '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706');
    expect(await runCli(set, { cwd, env: await env() })).toMatchObject({ code: 0 });
    const { stdout } = await runCli(['render', 'web', '-e', 'staging', '--app', 'web-staging'], {
      cwd,
      env: await env(),
    });
    expect(stdout).toContain('name: waybill.acme.web.staging.web-staging.8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706\n');
    expect(stdout).toContain('namespace: web-staging\n');
  });

  it('of an ApplicationSet, with one pattern for all namespaces', async () => {
    const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: all }
spec:
  goTemplate: true
  generators:
    - git: { directories: [{ path: "*/overlays/*" }, { path: web/overlays/old, exclude: true }] }
  template:
    metadata: { name: "{{ index .path.segments 0 }}-{{ .path.basename }}" }
    spec:
      source: { repoURL: https://github.com/acme/deployments, path: "{{ .path.path }}" }
      destination: { namespace: "acme-{{ .path.basename }}" }
`;
    const cwd = createRepository({ ...overlays, 'argocd/set.yaml': set });
    const { stdout } = await init(cwd, '--print', '--no-locks');
    expect(stdout).toContain('# Deployed by the Argo CD Applications web-staging, web-production.\n');
    expect(stdout).toContain('namespace: "acme-{{ environment }}"\n');
    expect(stdout).not.toContain('ImageLock');
  });

  it('made by a chart, which render another chart with values files and a release name', async () => {
    const values = '    helm: { releaseName: shop, valueFiles: [values-{{ . }}.yaml] }\n';
    const cwd = createRepository({
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 1.0.0\n',
      'apps/templates/all.yaml': `{{- range list "staging" "production" }}\n---\n${application('shop-{{ . }}', 'shop', 'shop', values)}{{- end }}\n`,
      'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'shop/templates/a.yaml': deployment('{{ .Release.Name }}', '{{ .Values.image }}'),
      'shop/values-staging.yaml': 'image: postgres:18\n',
      'shop/values-production.yaml': 'image: postgres:17\n',
    });
    const { code, stderr } = await init(cwd);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'shop/waybill.yaml is written: staging (1 object), production (1 object), each equal to what Argo CD renders today\n',
    );
    const text = readFileSync(join(cwd, 'shop/waybill.yaml'), 'utf8');
    expect(text).toContain('    releaseName: shop\n    valueFiles: ["values-{{ environment }}.yaml"]\n');
    expect(text).toContain('namespace: shop\n');
  });

  it('that add something to the directory keep it from being taken over, with the reason', async () => {
    const images = '    kustomize: { images: ["ghcr.io/acme/web:7"] }\n';
    const cwd = createRepository({
      ...overlays,
      'argocd/production.yaml': application('web-prod', 'web/overlays/production', 'shop', images),
    });
    const { code, stdout, stderr } = await init(cwd, '--print');
    expect(code).toBe(0);
    expect(stderr).toContain(
      'left out: web/overlays/production (does not render: the Application web-prod adds kustomize.images to what the directory has)',
    );
    expect(stdout).toContain('environments:\n  staging: {}\n');
  });

  it('read subfolders where they say so', async () => {
    const cwd = createRepository({
      'web/a.yaml': deployment('a', 'ghcr.io/acme/web:1'),
      'web/more/b.yaml': deployment('b', 'ghcr.io/acme/web:1'),
      'argocd/web.yaml': application('web', 'web', 'web', '    directory: { recurse: true }\n'),
    });
    const { stderr } = await init(cwd);
    expect(stderr).toContain('web/waybill.yaml is written: 2 objects, each equal to what Argo CD renders today\n');
    expect(readFileSync(join(cwd, 'web/waybill.yaml'), 'utf8')).toContain('  manifests: { path: ., recurse: true }\n');
  });

  it('read nothing that init wrote, by the code of Argo CD itself', async () => {
    const cwd = createRepository({
      'flat/a.yaml': deployment('a', 'ghcr.io/acme/web:1'),
      'all/web/staging/a.yaml': deployment('a', 'ghcr.io/acme/web:1'),
      'all/web/production/a.yaml': deployment('b', 'ghcr.io/acme/web:1'),
      'argocd/all.yaml': application('all', 'all', 'web', '    directory: { recurse: true }\n'),
    });
    expect(await init(cwd)).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, 'all/web/locks/staging.yaml'))).toBe(true);
    const reader = await startDirectoryReader();
    try {
      for (const [path, recurse, expected] of [
        ['flat', false, ['Deployment']],
        ['all', true, ['Deployment', 'Deployment']],
      ] as const) {
        const { manifests = [], error } = await reader.ask({ root: cwd, path, recurse });
        const kinds = manifests.map((text) => /"kind":"(\w+)"/u.exec(text)?.[1]);
        expect({ error, kinds }).toEqual({ error: undefined, kinds: expected });
      }
    } finally {
      reader.close();
    }
  });

  it('two of one directory are not mixed up, and what an unknown generator makes is said', async () => {
    const cwd = createRepository({
      'web/a.yaml': deployment('a', 'ghcr.io/acme/web:1'),
      'argocd/one.yaml': application('one', 'web', 'one'),
      'argocd/two.yaml': application('two', 'web', 'two'),
      'argocd/clusters.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: all }\nspec: { generators: [{ clusters: {} }], template: {} }\n',
    });
    const { stdout, stderr } = await init(cwd, '--print');
    expect(stdout).not.toContain('Deployed by');
    expect(stderr).toContain('argocd/clusters.yaml:1:1: warning[applicationset-unread]');
  });
});

describe('what ApplicationSets make', () => {
  it.each(['deployments', 'helm', 'kustomize', 'monorepo', 'plain', 'third-party'])(
    'is what Argo CD makes of it: examples/%s',
    async (example) => {
      const file = `examples/${example}/applicationset.yaml`;
      const made = execFileSync(await argocdBinary(), ['applicationset', file], { encoding: 'utf8' });
      const names = made
        .split(/^---\n/mu)
        .slice(1)
        .map((text) => {
          const [body] = readYaml(text, { file, duplicateKeys: 'error' });
          return readApplications(createMemoryTree({ 'a.yaml': JSON.stringify(body?.value) })).applications;
        });
      const read = readApplications(createMemoryTree({ 'a.yaml': readFileSync(file, 'utf8') }));
      const short = ({ name, path, namespace, project }: (typeof read.applications)[number]) =>
        [name, path, namespace, project].join(' ');
      expect(read.applications.map(short)).toEqual(names.flat().map(short));
      expect(read.applications.length).toBeGreaterThan(1);
    },
  );
});

describe('registries', () => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry({});
  });
  afterAll(() => server.close());

  it('say where an image comes from: the first record is true without an edit', async () => {
    const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
    await server.push({
      repository: 'acme/web',
      tag: '1',
      labels: {
        'org.opencontainers.image.source': 'https://github.com/acme/web',
        'org.opencontainers.image.revision': commit,
      },
    });
    const cwd = createRepository({
      'web/staging/a.yaml': deployment('web', `${server.host}/acme/web:1`),
      'web/production/a.yaml': deployment('web', `${server.host}/acme/web:missing`),
      'argocd/a.yaml': application('web-staging', 'web/staging', 'web'),
      'argocd/b.yaml': application('web-production', 'web/production', 'web'),
    });
    const environment = { ...(await env()), WAYBILL_REGISTRIES: server.hostsFile };
    const { code, stderr } = await runCli(['init', '--all', '--registries'], { cwd, env: environment });
    expect(code).toBe(0);
    expect(stderr).toContain('warning[registry-not-found]');
    expect(readFileSync(join(cwd, 'web/waybill.yaml'), 'utf8')).toContain(
      '    sourceRepository: https://github.com/acme/web\n',
    );
    const { stdout } = await runCli(['render', 'web', '-e', 'staging', '--app', 'web-staging'], {
      cwd,
      env: environment,
    });
    expect(stdout).toContain(`name: waybill.acme.web.staging.web-staging.${commit}\n`);
    expect(await runCli(['validate'], { cwd, env: environment })).toMatchObject({ code: 0 });
  });
});
