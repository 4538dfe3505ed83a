import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, type FolderContent, temporaryFolders } from '../../../test/tools/folder.ts';
import { serveGit } from '../../../test/tools/git-http.ts';
import { kustomizeBinary } from '../../../test/tools/renderers.mjs';
import { failureText, listing, sourceContext } from '../../../test/tools/source-context.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { defaultFileLimits } from '../../files/limits.ts';
import { createMemoryTree } from '../../files/memory.ts';
import type { FileTree } from '../../files/tree.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { SourceContext } from '../context.ts';
import { readSource } from '../read.ts';

const folder = temporaryFolders();
const onDisk = (root: string): FileTree => createDirectoryTree(root, defaultFileLimits);
const location = { file: 'app/waybill.yaml', line: 4, column: 14 };

async function read(tree: FileTree, path = 'app', more: Partial<SourceContext> = {}) {
  const context = await sourceContext(tree, more);
  const resources = await readSource({ kind: 'kustomize', directory: { path, location } }, context);
  return { resources, warnings: context.warnings };
}

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

/** An application with a base above it, a component, a generator, patches and a replacement: nothing unusual. */
const ordinary = {
  'app/kustomization.yaml': `
namespace: ecotrack
namePrefix: prod-
resources: [../base, extra.yaml]
components: [../components/limits]
configMapGenerator:
  - name: settings
    files: [greeting=greeting.txt]
patches:
  - path: replicas.yaml
`,
  'app/extra.yaml': configMap('extra'),
  'app/greeting.txt': 'hello\n',
  'app/replicas.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n',
  'base/kustomization.yaml': 'resources:\n- deployment.yaml\n- ../common\n',
  'base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: main, image: example/web}]
`,
  'common/Kustomization': 'resources: [service.yaml]\n',
  'common/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
  'components/limits/kustomization.yml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: {kind: Deployment}
    patch: |-
      - {op: add, path: /spec/template/spec/containers/0/resources, value: {limits: {memory: 1Gi}}}
`,
};

describe('a kustomize source', () => {
  it('is what kustomize build prints', async () => {
    const root = folder(ordinary);
    const expected = execFileSync(await kustomizeBinary(), ['build', 'app'], { cwd: root, encoding: 'utf8' });
    const before = contentOf(root);
    const { resources, warnings } = await read(onDisk(root));
    expect(resources.map(({ body }) => writeYaml(body)).join('---\n')).toBe(expected);
    expect(listing(resources)).toEqual([
      'ConfigMap/prod-extra app/kustomization.yaml',
      'ConfigMap/prod-settings-m4d2ddmcf8 app/kustomization.yaml',
      'Service/prod-web app/kustomization.yaml',
      'Deployment/prod-web app/kustomization.yaml',
    ]);
    expect(warnings).toEqual([]);
    expect(contentOf(root)).toEqual(before);
  });

  it('tells the file of each resource where it is asked to, and nothing else changes', async () => {
    const root = folder(ordinary);
    const plain = await read(onDisk(root));
    const told = await read(onDisk(root), 'app', { origins: true });
    expect(told.resources.map(({ body }) => body)).toEqual(plain.resources.map(({ body }) => body));
    expect(listing(told.resources)).toEqual([
      'ConfigMap/prod-extra app/extra.yaml',
      'ConfigMap/prod-settings-m4d2ddmcf8 app/kustomization.yaml',
      'Service/prod-web common/service.yaml',
      'Deployment/prod-web base/deployment.yaml',
    ]);
    expect(told.resources).toEqual((await read(createMemoryTree(ordinary), 'app', { origins: true })).resources);
  });

  it('needs no disk of its own', async () => {
    const fromDisk = await read(onDisk(folder(ordinary)));
    const fromMemory = await read(createMemoryTree(ordinary));
    expect(fromMemory.resources).toEqual(fromDisk.resources);
  });

  it('may be the root, and may be reached through a link inside it', async () => {
    expect(
      listing(
        (await read(createMemoryTree({ 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': configMap('a') }), ''))
          .resources,
      ),
    ).toEqual(['ConfigMap/a kustomization.yaml']);
    const root = folder({
      'app/kustomization.yaml': 'resources: [base]\n',
      'app/base': { link: '../shared/base' },
      'shared/base/kustomization.yaml': 'resources: [../more, a.yaml]\n',
      'shared/base/a.yaml': configMap('a'),
      'shared/more/kustomization.yaml': 'resources: [b.yaml]\n',
      'shared/more/b.yaml': configMap('b'),
    });
    expect(listing((await read(onDisk(root))).resources).map((line) => line.split(' ')[0])).toEqual([
      'ConfigMap/a',
      'ConfigMap/b',
    ]);
  });

  it("passes kustomize's warnings on", async () => {
    const files = {
      'app/kustomization.yaml': 'commonLabels: {a: b}\nresources: [a.yaml]\n',
      'app/a.yaml': configMap('a'),
    };
    const { warnings } = await read(createMemoryTree(files));
    expect(warnings).toEqual([
      {
        severity: 'warning',
        code: 'binary-warning',
        message:
          "kustomize: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
        location,
      },
    ]);
  });

  it.each<[string, FolderContent, string[]]>([
    [
      'a base outside the root',
      { 'app/kustomization.yaml': 'resources:\n- ../base\n- ../../outside\n', 'base/kustomization.yaml': '{}\n' },
      ['app/kustomization.yaml:3:3: error[path-escapes]', '"../../outside" leads outside the repository root'],
    ],
    [
      'a base outside the root, named by a base',
      {
        'app/kustomization.yaml': 'resources: [../base]\n',
        'base/kustomization.yaml': 'components: [../../outside]\n',
      },
      ['base/kustomization.yaml:1:14: error[path-escapes]'],
    ],
    [
      'a base outside the root through a link',
      { 'app/kustomization.yaml': 'resources: [base]\n', 'app/base': { link: '../../outside' } },
      ['app/base: error[path-escapes]'],
    ],
    [
      'a base outside the root seen from where a link leads',
      {
        'app/kustomization.yaml': 'resources: [deep/er/link]\n',
        'app/deep/er/link': { link: '../../../near' },
        'near/kustomization.yaml': 'resources: [../../outside]\n',
      },
      ['near/kustomization.yaml:1:13: error[path-escapes]'],
    ],
    [
      'an absolute base',
      { 'app/kustomization.yaml': 'resources: [/etc]\n' },
      ['error[path-escapes]: the path "/etc" is absolute'],
    ],
    [
      'a file outside its kustomization',
      { 'app/kustomization.yaml': 'resources: [../a.yaml]\n', 'a.yaml': configMap('a') },
      [
        'app/waybill.yaml:4:14: error[binary-failed]: kustomize failed:',
        "file 'a.yaml' is not in or below 'app'",
        'Command: kustomize build ./app --load-restrictor LoadRestrictionsRootOnly',
      ],
    ],
    [
      'everything remote at once',
      {
        'app/kustomization.yaml': `resources:
- https://example.com/a.yaml
- github.com/acme/app//deploy?ref=v1
- git@example.com:acme/app.git
- ssh://git@example.com/acme/app
components:
- git::https://example.com/acme/app//c
configMapGenerator:
- name: x
  files: [a=https://example.com/x]
patches:
- path: http://example.com/patch.yaml
openapi: {path: "https://example.com/schema.json"}
`,
      },
      [
        'app/kustomization.yaml:2:3: error[source-remote]: https://example.com/a.yaml would be fetched from the network',
        'app/kustomization.yaml:3:3: error[source-remote]: github.com/acme/app//deploy?ref=v1',
        'app/kustomization.yaml:4:3: error[source-remote]',
        'app/kustomization.yaml:5:3: error[source-remote]',
        'app/kustomization.yaml:7:3: error[source-remote]',
        'app/kustomization.yaml:10:11: error[source-remote]',
        'app/kustomization.yaml:12:9: error[source-remote]',
        'app/kustomization.yaml:13:17: error[source-remote]',
        'remote.kustomizeBases',
      ],
    ],
    [
      'a generator whose configuration is remote',
      {
        'app/kustomization.yaml': 'generators: [gen.yaml]\n',
        'app/gen.yaml':
          'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: ["x=http://127.0.0.1/"]\n',
      },
      ['app/gen.yaml:4:9: error[source-remote]: x=http://127.0.0.1/ would be fetched'],
    ],
    [
      'helm charts',
      { 'app/kustomization.yaml': 'helmCharts:\n- {name: redis, repo: "https://example.com"}\n' },
      ['app/kustomization.yaml:1:1: error[kustomize-helm]: helmCharts would make kustomize run helm'],
    ],
    [
      'an exec plugin',
      {
        'app/kustomization.yaml': 'transformers: [t.yaml]\nresources: [a.yaml]\n',
        'app/a.yaml': configMap('a'),
        'app/t.yaml': `apiVersion: acme.dev/v1
kind: Evil
metadata:
  name: x
  annotations: {config.kubernetes.io/function: "exec: {path: ./evil.sh}"}
`,
      },
      ['app/t.yaml:1:1: error[kustomize-plugin]: acme.dev/v1 Evil is not built into kustomize'],
    ],
    [
      'nothing there',
      { 'other/a.yaml': '' },
      ['app/waybill.yaml:4:14: error[file-missing]: the directory app does not exist'],
    ],
    ['no kustomization', { 'app/a.yaml': '' }, ['error[file-missing]: the directory app has no kustomization.yaml']],
    [
      'two kustomizations',
      { 'app/kustomization.yaml': '{}', 'app/Kustomization': '{}' },
      ['the directory app has kustomization.yaml and Kustomization; kustomize takes only one'],
    ],
    [
      'a missing resource, with what there is',
      { 'app/kustomization.yaml': 'resources: [deploymen.yaml]\n', 'app/deployment.yaml': '' },
      [
        'app/kustomization.yaml:1:13: error[file-missing]: deploymen.yaml does not exist',
        'In app: deployment.yaml, kustomization.yaml. Did you mean deployment.yaml?',
      ],
    ],
    [
      'broken YAML',
      { 'app/kustomization.yaml': 'resources: [\n' },
      ['app/kustomization.yaml:1:13: error[yaml-syntax]'],
    ],
    [
      'an empty kustomization',
      { 'app/kustomization.yaml': '# nothing\n' },
      ['app/kustomization.yaml: error[yaml-syntax]: the kustomization is empty'],
    ],
    [
      'bases in a circle, in the words of kustomize',
      { 'app/kustomization.yaml': 'resources: [../base]\n', 'base/kustomization.yaml': 'resources: [../app]\n' },
      ['error[binary-failed]: kustomize failed:', 'cycle'],
    ],
  ])('refuses %s', async (_name, files, messages) => {
    const root = folder(files);
    const text = await failureText(read(onDisk(root)));
    for (const message of messages) expect(text).toContain(message);
    expect(text).not.toContain(root);
  });

  it('fetches what the policy allows', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end(configMap('remote'));
    });
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    try {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const tree = createMemoryTree({ 'app/kustomization.yaml': `resources: ["http://127.0.0.1:${port}/a.yaml"]\n` });
      const { policy } = await sourceContext(tree);
      expect(await failureText(read(tree))).toContain('error[source-remote]');
      expect(asked).toEqual([]);
      const allowed = { ...policy, remote: { ...policy.remote, kustomizeBases: true } };
      expect(listing((await read(tree, 'app', { policy: allowed })).resources)).toEqual([
        'ConfigMap/remote app/kustomization.yaml',
      ]);
      expect(asked).toEqual(['/a.yaml']);
    } finally {
      server.close();
    }
  });

  it('fetches repositories that the policy allows, with git behind the boundary', async () => {
    const root = folder({
      'base.git/sub/kustomization.yaml': 'resources: [a.yaml]\n',
      'base.git/sub/a.yaml': configMap('a'),
    });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', join(root, 'base.git'), ...args], { encoding: 'utf8' });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'x');
    const server = await serveGit(root, 'secret');
    try {
      const url = `${server.url.replace('//', '//me:secret@')}/base.git//sub?ref=main`;
      const tree = createMemoryTree({ 'app/kustomization.yaml': `resources: ["${url}"]\n` });
      const { policy, binaries } = await sourceContext(tree);
      const allowed = {
        ...policy,
        confinement: 'required' as const,
        remote: { ...policy.remote, kustomizeBases: true },
      };
      const env = { ...binaries.env, PATH: process.env['PATH'] };
      expect(listing((await read(tree, 'app', { policy: allowed, binaries: { env } })).resources)).toEqual([
        'ConfigMap/a app/kustomization.yaml',
      ]);
    } finally {
      await server.close();
    }
  });

  it('inflates charts of the repository where the policy allows it', async () => {
    const files = {
      'app/kustomization.yaml': `helmGlobals: {chartHome: vendor}
helmCharts:
- {name: cache, releaseName: shop, valuesInline: {size: 3}}
`,
      'app/vendor/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
      'app/vendor/cache/values.yaml': 'size: 1\n',
      'app/vendor/cache/templates/a.yaml': configMap('{{ .Release.Name }}-{{ .Values.size }}'),
    };
    const root = folder(files);
    const tree = onDisk(root);
    const { policy } = await sourceContext(tree);
    const allowed = { ...policy, kustomize: { helmCharts: true, inProcess: true } };
    const { resources } = await read(tree, 'app', { policy: allowed });
    expect(listing(resources)).toEqual(['ConfigMap/shop-3 app/kustomization.yaml']);
    expect(contentOf(root)).toEqual(files);
  });

  it.each<[string, string, string]>([
    [
      'a chart that is not there',
      'helmCharts:\n- {name: redis, repo: "https://example.com", version: 1.0.0}\n',
      'app/kustomization.yaml:2:3: error[source-remote]: the chart redis is not at app/charts/redis-1.0.0/redis',
    ],
    [
      'a chart outside the root',
      'helmCharts:\n- {name: ../../x}\nhelmGlobals: {chartHome: ..}\n',
      'app/kustomization.yaml:2:3: error[path-escapes]',
    ],
    [
      'configuration of helm',
      'helmGlobals: {configHome: /root/.config/helm}\n',
      'app/kustomization.yaml:1:15: error[kustomize-helm]: helmGlobals.configHome is not supported',
    ],
    [
      'the deprecated generator',
      'helmChartInflationGenerator:\n- {chartName: x}\n',
      'app/kustomization.yaml:1:1: error[kustomize-helm]: helmChartInflationGenerator is not supported',
    ],
  ])('refuses %s also where the policy allows charts', async (_name, text, message) => {
    const tree = createMemoryTree({ 'app/kustomization.yaml': text });
    const { policy } = await sourceContext(tree);
    const allowed = { ...policy, kustomize: { helmCharts: true, inProcess: true } };
    expect(await failureText(read(tree, 'app', { policy: allowed }))).toContain(message);
  });

  it('says how to get kustomize when it is missing', async () => {
    const text = await failureText(
      read(createMemoryTree(ordinary), 'app', { binaries: { env: { PATH: '/nowhere' } } }),
    );
    expect(text).toContain('error[binary-missing]: kustomize is needed');
    expect(text).toContain('Install kustomize v5');
  });
});
