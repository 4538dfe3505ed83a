// validate of native sources: what comes out of the real kustomize is held against the lock and the record.
import { beforeAll, describe, expect, it } from 'vitest';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const older = '1111111111111111111111111111111111111111';
const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';

let env: Record<string, string | undefined>;
beforeAll(async () => {
  env = { PATH: process.env['PATH'], WAYBILL_KUSTOMIZE: await kustomizeBinary() };
});

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1.4.2" }] } } }
`;
const lock = (of: string = commit, tag = '1.4.2'): string =>
  `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n  - { name: ghcr.io/acme/web, tag: ${tag}, source: { repository: https://github.com/acme/web, commit: ${of} } }\n`;
const record = (application: string, { environment = 'production', of = commit, namespace = '' } = {}): string =>
  `apiVersion: v1
kind: ConfigMap
metadata:
  name: waybill.acme.web.${environment}.${application}.${of}
${namespace === '' ? '' : `  namespace: ${namespace}\n`}data:
  deployment.json: |
    {
      "apiVersion": "waybill.dev/v1",
      "kind": "DeploymentRecord",
      "application": "${application}",
      "environment": "${environment}",
      "source": {
        "repository": "https://github.com/acme/web",
        "commit": "${of}"
      },
      "images": [
        {
          "reference": "ghcr.io/acme/web:1.4.2"
        }
      ]
    }
`;
const waybill = (more = ''): string =>
  `${HEAD}source: native\nrecord: record.yaml\nenvironments: { production: }\n${more}`;
const kustomization = 'resources: [deployment.yaml, record.yaml]\n';

type Files = Readonly<Record<string, string>>;

/** One application in `apps/NAME`, by kustomize. */
function application(name: string, files: Files = {}): Files {
  const all: Files = {
    'waybill.yaml': waybill(),
    'kustomization.yaml': kustomization,
    'deployment.yaml': deployment,
    'record.yaml': record(name),
    'locks/production.yaml': lock(),
    ...files,
  };
  return Object.fromEntries(Object.entries(all).map(([path, text]) => [`apps/${name}/${path}`, text]));
}

const declared = (name: string, more: { path?: string; project?: string; source?: string } = {}): string =>
  `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name} }
spec:
  project: ${more.project ?? 'default'}
  destination: { namespace: shop }
  sources:
    - { repoURL: https://github.com/acme/deployments, path: ${more.path ?? 'apps/web'} }
${more.source ?? ''}`;

async function validate(files: Files) {
  return await runCli(['validate', '--strict'], { cwd: createRepository(files), env });
}

describe('validate of a native source', () => {
  it('is content when files, lock and record agree', async () => {
    expect(await validate({ ...application('web'), 'argocd/web.yaml': declared('web') })).toEqual({
      code: 0,
      stdout: 'apps/web: production (2 resources)\n',
      stderr: '',
    });
  });

  it.each<[string, Files, string]>([
    [
      'a record that nothing renders',
      { 'kustomization.yaml': 'resources: [deployment.yaml]\n' },
      `apps/web/record.yaml: error[record-missing]: nothing renders the record waybill.acme.web.production.web.${commit}`,
    ],
    [
      'no file of a record',
      { 'kustomization.yaml': 'resources: [deployment.yaml]\n', 'record.yaml': '' },
      'apps/web/record.yaml: error[record-missing]',
    ],
    [
      'an older record',
      { 'record.yaml': record('web', { of: older }) },
      'apps/web/record.yaml: error[record-stale]: the record names commit 111111111111, the lock 8f3c0e7b6a5d',
    ],
    [
      'a record that says something else',
      { 'record.yaml': record('web').replace('web:1.4.2', 'web:1.4.1') },
      'apps/web/record.yaml: error[record-stale]',
    ],
    [
      'another image than the lock has',
      { 'deployment.yaml': deployment.replace('1.4.2', '1.4.1') },
      'apps/web/kustomization.yaml: error[record-image]: ghcr.io/acme/web:1.4.1 is in the rendered files, but the lock has ghcr.io/acme/web:1.4.2',
    ],
    [
      'a record of another application',
      { 'record.yaml': record('api') },
      'apps/web/record.yaml: error[record-foreign]: the record waybill.acme.web.production.api.8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706 is of the application api, not of web',
    ],
    [
      'a record of another environment',
      { 'record.yaml': record('web', { environment: 'staging' }) },
      'is of the environment staging, not of production',
    ],
    [
      'a record in a namespace of its own',
      { 'waybill.yaml': waybill('namespace: shop\n'), 'record.yaml': record('web', { namespace: 'elsewhere' }) },
      'apps/web/record.yaml: error[record-elsewhere]: the record is rendered into the namespace elsewhere',
    ],
    [
      'two records',
      {
        'kustomization.yaml': 'resources: [deployment.yaml, record.yaml, old.yaml]\n',
        'old.yaml': record('web', { of: older }),
      },
      'error[record-twice]: besides the record of production the source renders',
    ],
    [
      'a record left over',
      { 'old.yaml': record('web', { of: older }) },
      'apps/web/old.yaml: warning[record-unrendered]',
    ],
    [
      'a lock of an image that is not there',
      { 'deployment.yaml': deployment.replace('acme/web', 'acme/api') },
      'error[image-unmatched]',
    ],
  ])('reports %s', async (_what, files, expected) => {
    const { code, stdout, stderr } = await validate(application('web', files));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it.each<[string, string, Files, string]>([
    [
      'a directory that has waybill.yaml in it',
      'source: native\nrecord: record.yaml\n',
      {},
      'apps/web/waybill.yaml: error[source-reads-waybill]: Argo CD would read apps/web/waybill.yaml as a manifest and fail',
    ],
    ['one with the comment', '# +argocd:skip-file-rendering\nsource: native\nrecord: record.yaml\n', {}, ''],
    [
      'one that excludes it',
      'source: { manifests: { exclude: "waybill.yaml" }, native: true }\nrecord: record.yaml\n',
      {},
      '',
    ],
    [
      'one with the locks',
      'source: { manifests: { exclude: "waybill.yaml", recurse: true }, native: true }\nrecord: record.yaml\n',
      {},
      'apps/web/locks/production.yaml: error[source-reads-waybill]',
    ],
    [
      'an extra source',
      'source: { manifests: { path: k8s }, native: true }\nrecord: record.yaml\n',
      { 'k8s/a.yaml': deployment, 'deployment.yaml': '' },
      '',
    ],
  ])('reads a directory as Argo CD does: %s', async (_what, text, more, expected) => {
    const { 'kustomization.yaml': _, ...files } = { 'kustomization.yaml': '', ...more };
    const all = application('web', { ...files, 'waybill.yaml': `${HEAD}${text}environments: { production: }\n` });
    const { 'apps/web/kustomization.yaml': __, ...plain } = all;
    const { code, stderr } = await validate(plain);
    expect(stderr).toContain(expected);
    expect(code).toBe(expected === '' ? 0 : 1);
  });
});

describe('validate of what the repository says about Argo CD', () => {
  const project = (spec: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: shop }\nspec:\n  destinations: [{ namespace: shop, server: "*" }]\n${spec}`;

  it.each<[string, Files, string]>([
    [
      'an Application of another name',
      { 'argocd/a.yaml': declared('web-production') },
      'argocd/a.yaml:1:1: error[record-foreign]: the Application web-production would deploy the record of web',
    ],
    [
      'two Applications that share a record',
      { 'argocd/a.yaml': declared('web'), 'argocd/b.yaml': declared('web-eu') },
      'argocd/b.yaml:1:1: error[record-shared]: 2 Applications would deploy the record of web: web, web-eu',
    ],
    [
      'a project without ConfigMaps',
      {
        'argocd/a.yaml': declared('web', { project: 'shop' }),
        'argocd/p.yaml': project('  namespaceResourceWhitelist: [{ group: apps, kind: "*" }]\n'),
      },
      'argocd/a.yaml:1:1: error[record-forbidden]: the project shop of the Application web allows no ConfigMaps',
    ],
    [
      'a project that forbids them',
      {
        'argocd/a.yaml': declared('web', { project: 'shop' }),
        'argocd/p.yaml': project('  namespaceResourceBlacklist: [{ group: "", kind: "Config*" }]\n'),
      },
      'error[record-forbidden]',
    ],
    [
      'a project without the namespace',
      {
        'argocd/a.yaml': declared('web', { project: 'shop' }),
        'argocd/p.yaml': project('').replace('namespace: shop', 'namespace: "other-*"'),
      },
      'allows nothing in the namespace shop',
    ],
    [
      'a project that allows all of it',
      {
        'argocd/a.yaml': declared('web', { project: 'shop' }),
        'argocd/p.yaml': project('  namespaceResourceWhitelist: [{ group: "", kind: ConfigMap }]\n'),
      },
      '',
    ],
    [
      'the sidecar’s Application of the same path',
      { 'argocd/a.yaml': declared('web-old').replace('apps/web }', 'apps/web, plugin: { name: waybill } }') },
      '',
    ],
  ])('%s', async (_what, files, expected) => {
    const { code, stderr } = await validate({ ...application('web'), ...files });
    expect(stderr).toContain(expected);
    expect(code).toBe(expected === '' ? 0 : 1);
  });

  it('two directories that have one record', async () => {
    const copy = Object.entries(application('web')).map(([path, text]): [string, string] => [
      path.replace('apps/web', 'apps/copy'),
      text,
    ]);
    const text = waybill().replace('record: record.yaml', 'record: { file: record.yaml, application: web }');
    const files: Files = { ...application('web'), ...Object.fromEntries(copy), 'apps/copy/waybill.yaml': text };
    const { code, stderr } = await validate(files);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'apps/web/record.yaml: error[record-shared]: apps/copy (production) and apps/web (production) have the same record',
    );
  });

  it('an Application that does not read its extra source, and one that does', async () => {
    const external = (argocd: string): Files => ({
      'apps/web/waybill.yaml': `${HEAD}source: { external: {} }\nrecord: records/production.yaml\nenvironments: { production: }\n`,
      'apps/web/locks/production.yaml': lock(),
      'apps/web/records/production.yaml': record('web'),
      'argocd/web.yaml': argocd,
    });
    const extra =
      '    - { repoURL: https://github.com/acme/deployments, path: apps/web/records, directory: { include: production.yaml } }\n';
    const without = await validate(external(declared('web', { path: 'elsewhere' })));
    expect(without.code).toBe(1);
    expect(without.stderr).toContain(
      'argocd/web.yaml:1:1: error[record-missing]: the Application web does not read apps/web/records/production.yaml',
    );
    const { code, stderr } = await validate(external(declared('web', { path: 'elsewhere', source: extra })));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'left out: apps/web (production is not in this repository; its record was looked at)\n',
    });
  });
});
