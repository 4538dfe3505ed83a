import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, type FolderContent, temporaryFolders } from '../../../test/tools/folder.ts';
import { helm3Binary, helm4Binary } from '../../../test/tools/renderers.mjs';
import { failureText, listing, programs, sourceContext } from '../../../test/tools/source-context.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { defaultFileLimits } from '../../files/limits.ts';
import { createMemoryTree } from '../../files/memory.ts';
import type { FileTree } from '../../files/tree.ts';
import { valueAt } from '../../resources/pointer.ts';
import type { Resource } from '../../resources/resource.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';
import { readSource } from '../read.ts';
import type { HelmSource } from './inputs.ts';

const folder = temporaryFolders();
const onDisk = (root: string): FileTree => createDirectoryTree(root, defaultFileLimits);
const location = { file: 'app/waybill.yaml', line: 4, column: 11 };
const entry = (path: string): { path: string; location: typeof location } => ({ path, location });

async function read(
  tree: FileTree,
  more: Partial<HelmSource> = {},
  context: Partial<SourceContext> = {},
): Promise<{ resources: Resource[]; warnings: Diagnostic[] }> {
  const made = await sourceContext(tree, context);
  const source: HelmSource = { kind: 'helm', chart: entry('app/chart'), valueFiles: [], values: {}, ...more };
  return { resources: await readSource(source, made), warnings: made.warnings };
}

const configMap = (name: string, data = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${data}`;
const chartYaml = (name: string, more = ''): string => `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n${more}`;

/** A chart with everything: a CRD file of two documents, a hook, a test, helpers, a vendored subchart, capabilities. */
const chart = {
  'app/chart/Chart.yaml': chartYaml('web'),
  'app/chart/values.yaml': 'image: {tag: "1"}\ngreeting: default\nlist: [1, 2]\n',
  'app/chart/crds/crds.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: a.acme.dev}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: b.acme.dev}
`,
  'app/chart/templates/_helpers.tpl': '{{- define "name" }}{{ .Release.Name }}-web{{ end }}',
  'app/chart/templates/NOTES.txt': 'Thank you for installing.',
  'app/chart/templates/settings.yaml': `${configMap('{{ include "name" . }}')}data:
  tag: {{ .Values.image.tag | quote }}
  greeting: {{ .Values.greeting }}
  list: {{ .Values.list | toJson | quote }}
  namespace: {{ .Release.Namespace }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  monitors: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor" | quote }}
`,
  'app/chart/templates/two.yaml': `---\n${configMap('two-a')}---\n${configMap('two-b')}---\n{{- if false }}\nnever: true\n{{- end }}\n`,
  'app/chart/templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "1"}
`,
  'app/chart/templates/tests/test.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: probe\n  annotations: {helm.sh/hook: test}\n',
  'app/chart/charts/cache/Chart.yaml': chartYaml('cache'),
  'app/chart/charts/cache/templates/c.yaml': configMap('cache'),
  'app/values-a.yaml': 'image: {tag: "2"}\ngreeting: from a\n',
  'app/values-b, really.yaml': 'greeting: from b\n',
};

function settings(resources: readonly Resource[]): unknown {
  return valueAt(resources.find(({ body }) => valueAt(body, ['data', 'greeting']) !== undefined)?.body, ['data']);
}

describe.each([
  ['3', helm3Binary],
  ['4', helm4Binary],
])('a helm source with helm %s', (_version, helmBinary) => {
  const binaries = async (): Promise<Partial<SourceContext>> => ({
    binaries: { env: await programs({ WAYBILL_HELM: await helmBinary() }) },
  });

  it('is what helm template prints, each resource with its template', async () => {
    const root = folder(chart);
    const before = contentOf(root);
    const args = ['template', 'shop', 'app/chart', '--include-crds', '--namespace', 'ecotrack'];
    const printed = execFileSync(await helmBinary(), args, { cwd: root, encoding: 'utf8' });
    const { resources, warnings } = await read(onDisk(root), {}, await binaries());
    const expected = readYaml(printed, { file: 'helm', duplicateKeys: 'error' });
    expect(resources.map(({ body }) => body)).toEqual(expected.map(({ value }) => value));
    expect(listing(resources).sort()).toEqual([
      'ConfigMap/cache app/chart/charts/cache/templates/c.yaml',
      'ConfigMap/shop-web app/chart/templates/settings.yaml',
      'ConfigMap/two-a app/chart/templates/two.yaml',
      'ConfigMap/two-b app/chart/templates/two.yaml',
      'CustomResourceDefinition/a.acme.dev app/chart/crds/crds.yaml',
      'CustomResourceDefinition/b.acme.dev app/chart/crds/crds.yaml',
      'Job/migrate app/chart/templates/hook.yaml',
      'Pod/probe app/chart/templates/tests/test.yaml',
    ]);
    expect(warnings).toEqual([]);
    expect(contentOf(root)).toEqual(before);
  });

  it("tells helm's comment on a template from the author's own", async () => {
    const own = '# Source: https://example.com/a/b.yaml\n# Source: ../../../../x\n';
    const files = {
      'app/chart/Chart.yaml': chartYaml('web'),
      'app/chart/crds/c.yaml': ['c', 'd', 'e']
        .map(
          (name) =>
            `${own}apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\n`,
        )
        .join('---\n# Source: web/templates/../../../../../etc/passwd\n'),
      'app/chart/templates/a.yaml': `${own}${configMap('a')}---\n${own}${configMap('b', 'data:\n  x: |\n    ---\n    # Source: web/templates/z.yaml\n')}`,
      'app/chart/templates/z.yaml': `---\n${own}---\n${own}\n${configMap('z')}`,
      'app/chart/charts/sub/Chart.yaml': chartYaml('sub'),
      'app/chart/charts/sub/templates/deep/s.yaml': `${own}${configMap('s')}`,
    };
    const { resources } = await read(createMemoryTree(files), {}, await binaries());
    expect(listing(resources).sort()).toEqual([
      'ConfigMap/a app/chart/templates/a.yaml',
      'ConfigMap/b app/chart/templates/a.yaml',
      'ConfigMap/s app/chart/charts/sub/templates/deep/s.yaml',
      'ConfigMap/z app/chart/templates/z.yaml',
      'CustomResourceDefinition/c app/chart/crds/c.yaml',
      'CustomResourceDefinition/d app/chart/Chart.yaml',
      'CustomResourceDefinition/e app/chart/Chart.yaml',
    ]);
  });

  it.each([
    '--set-file=a=/etc/passwd',
    '--post-renderer=./x',
    '--output-dir=/tmp',
    '-f',
    '-',
    '',
    'Shop',
    'a b',
    'a\n',
    'a_b',
    'a.',
    '.a',
    'a..b',
    'a'.repeat(54),
    'shop,x',
    '{shop}',
    'é',
    '$(id)',
  ])('refuses the release name %j before helm starts', async (releaseName) => {
    const source = { releaseName, releaseNameLocation: { file: 'app/waybill.yaml', line: 5, column: 18 } };
    // No helm: nothing may be started.
    const nowhere = { binaries: { env: { WAYBILL_HELM: '/bin/false' } } };
    expect(await failureText(read(createMemoryTree(chart), source, nowhere))).toContain(
      `app/waybill.yaml:5:18: error[helm-argument]: ${JSON.stringify(releaseName)} cannot be the name of a helm release`,
    );
  });

  it.each(['a', '0', 'a.b-c.1', 'a'.repeat(53)])('takes the release name %j as helm does', async (releaseName) => {
    const { resources } = await read(createMemoryTree(chart), { releaseName }, await binaries());
    expect(listing(resources)).toContain(`ConfigMap/${releaseName}-web app/chart/templates/settings.yaml`);
  });

  it.each([
    [{ kubeVersion: '--debug' }, '"--debug" is not a version of Kubernetes'],
    [{ kubeVersion: '1.30 --debug' }, 'is not a version of Kubernetes'],
    [{ apiVersions: ['v1', 'apps/v1,--debug'] }, '"apps/v1,--debug" is not an API version'],
    [{ apiVersions: ['"a'] }, 'is not an API version'],
    [{ name: '--debug' }, '"--debug" cannot be the name of a helm release'],
  ])('refuses %j', async (context, message) => {
    expect(await failureText(read(createMemoryTree(chart), {}, { ...context, ...(await binaries()) }))).toContain(
      message,
    );
  });

  it("passes Argo CD's facts and the values: files in order, then the inline ones", async () => {
    const source = {
      releaseName: 'renamed',
      valueFiles: [entry('app/values-a.yaml'), entry('app/values-b, really.yaml')],
      values: { list: [3], extra: { 'a,b': null } },
    };
    const facts = {
      namespace: 'prod',
      kubeVersion: '1.36.1',
      apiVersions: ['v1', 'monitoring.coreos.com/v1/ServiceMonitor'],
    };
    const { resources } = await read(createMemoryTree(chart), source, { ...facts, ...(await binaries()) });
    expect(listing(resources)).toContain('ConfigMap/renamed-web app/chart/templates/settings.yaml');
    expect(settings(resources)).toEqual({
      tag: '2',
      greeting: 'from b',
      list: '[3]',
      namespace: 'prod',
      kube: 'v1.36.1',
      monitors: 'true',
    });
  });

  it('needs no disk of its own', async () => {
    const fromDisk = await read(onDisk(folder(chart)), {}, await binaries());
    const fromMemory = await read(createMemoryTree(chart), {}, await binaries());
    expect(fromMemory.resources).toEqual(fromDisk.resources);
  });

  it('takes the last of duplicate keys, with a warning', async () => {
    const files = {
      'app/chart/Chart.yaml': chartYaml('web'),
      'app/chart/templates/a.yaml': configMap('a', '  labels: {x: "1"}\n  labels: {x: "2"}\n'),
    };
    const { resources, warnings } = await read(createMemoryTree(files), {}, await binaries());
    expect(resources[0]?.body['metadata']).toEqual({ name: 'a', labels: { x: '2' } });
    expect(warnings).toMatchObject([{ severity: 'warning', code: 'yaml-duplicate-key' }]);
  });

  it('puts charts of the same repository in place, on a copy', async () => {
    const dependency = (name: string, more = ''): string =>
      `- {name: ${name}, version: 1.2.3, repository: "file://../${name}"${more}}\n`;
    const root = folder({
      'app/web/Chart.yaml': chartYaml(
        'web',
        `dependencies:\n${dependency('common', ', alias: shared')}${dependency('vendored')}`,
      ),
      'app/web/charts/vendored/Chart.yaml': chartYaml('vendored'),
      'app/web/charts/vendored/templates/v.yaml': configMap('vendored'),
      'app/common/Chart.yaml': chartYaml('common', `dependencies:\n${dependency('lower')}`),
      'app/common/templates/c.yaml': configMap('{{ .Values.name }}'),
      'app/common/values.yaml': 'name: common\n',
      'app/lower/Chart.yaml': chartYaml('lower'),
      'app/lower/templates/l.yaml': configMap('lower'),
    });
    const before = contentOf(root);
    const source = { chart: entry('app/web'), values: { shared: { name: 'by-alias' } } };
    const { resources } = await read(onDisk(root), source, await binaries());
    expect(
      listing(resources)
        .toSorted()
        .map((line) => line.split(' ')[0]),
    ).toEqual(['ConfigMap/by-alias', 'ConfigMap/lower', 'ConfigMap/vendored']);
    expect(contentOf(root)).toEqual(before);
  });

  it('downloads dependencies only where the policy allows it', async () => {
    const repository = folder({ 'cache/Chart.yaml': chartYaml('cache'), 'cache/templates/c.yaml': configMap('cache') });
    execFileSync(await helmBinary(), ['package', 'cache'], { cwd: repository });
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end(readFileSync(join(repository, request.url ?? '')));
    });
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    try {
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
      execFileSync(await helmBinary(), ['repo', 'index', '.', '--url', url], { cwd: repository });
      const tree = createMemoryTree({
        'app/chart/Chart.yaml': chartYaml(
          'web',
          `dependencies:\n- {name: cache, version: ^1.0.0, repository: "${url}"}\n`,
        ),
        'app/chart/templates/a.yaml': configMap('a'),
      });
      const { policy } = await sourceContext(tree);
      expect(await failureText(read(tree, {}, await binaries()))).toContain('error[source-remote]');
      expect(asked).toEqual([]);
      const allowed = { ...policy, remote: { ...policy.remote, helmDependencies: true } };
      const { resources } = await read(tree, {}, { policy: allowed, ...(await binaries()) });
      // A packaged subchart has no files in the tree: its chart is the nearest that has.
      expect(listing(resources)).toEqual([
        'ConfigMap/cache app/chart/Chart.yaml',
        'ConfigMap/a app/chart/templates/a.yaml',
      ]);
      expect(asked).toContain('/cache-1.2.3.tgz');
    } finally {
      server.close();
    }
  });

  it('renders a packaged chart', async () => {
    const root = folder(chart);
    execFileSync(await helmBinary(), ['package', 'app/chart'], { cwd: root });
    mkdirSync(join(root, 'packages'));
    renameSync(join(root, 'web-1.2.3.tgz'), join(root, 'packages/web-1.2.3.tgz'));
    const { resources } = await read(onDisk(root), { chart: entry('packages/web-1.2.3.tgz') }, await binaries());
    expect(listing(resources)).toContain('ConfigMap/shop-web packages/web-1.2.3.tgz');
  });

  it.each<[string, FolderContent, Partial<HelmSource>, string[]]>([
    [
      'a template that fails, in the words of helm',
      { ...chart, 'app/chart/templates/bad.yaml': 'a: {{ .Values.none.deeper }}\n' },
      {},
      [
        'app/waybill.yaml:4:11: error[binary-failed]: helm failed: ',
        'web/templates/bad.yaml:1:13',
        'nil pointer evaluating interface {}.deeper',
        'Command: helm template --include-crds --namespace=ecotrack -- shop app/chart',
      ],
    ],
    [
      'a template that prints no YAML',
      { ...chart, 'app/chart/templates/bad.yaml': 'a: b: c\n' },
      {},
      ['error[binary-failed]: helm failed: YAML parse error on web/templates/bad.yaml'],
    ],
    [
      'values of the wrong type, named by their file',
      { ...chart, 'app/values.yaml': '- a list\n' },
      { valueFiles: [entry('app/values.yaml')] },
      ['error[binary-failed]: helm failed: failed to parse app/values.yaml'],
    ],
    ['no chart', {}, {}, ['app/waybill.yaml:4:11: error[file-missing]: the chart app/chart does not exist']],
    ['a directory that is no chart', { 'app/chart/x': '' }, {}, ['the directory app/chart has no Chart.yaml']],
    ['a file that is no chart', { 'app/chart': '' }, {}, ['error[file-missing]: app/chart is no chart']],
    [
      'missing values files, all of them, with what there is',
      chart,
      { valueFiles: [entry('app/values-c.yaml'), entry('app/none.yaml')] },
      [
        'error[file-missing]: the values file app/values-c.yaml does not exist',
        'Did you mean values-a.yaml?',
        'the values file app/none.yaml does not exist',
      ],
    ],
    [
      'a link out of the chart and the root',
      { ...chart, 'app/chart/files/secret': { link: '../../../../secret' } },
      {},
      ['app/chart/files/secret: error[path-escapes]'],
    ],
    [
      'a values file that is a link out of the root',
      { ...chart, 'app/values.yaml': { link: '../../secret' } },
      { valueFiles: [entry('app/values.yaml')] },
      ['app/values.yaml: error[path-escapes]'],
    ],
    [
      'schemas that refer to files and URLs',
      {
        ...chart,
        'app/chart/values.schema.json': '{"properties": {"a": {"$ref": "file:///etc/passwd"}}}',
        'app/chart/charts/cache/values.schema.json': '{"properties": {"a": {"$ref": "https://example.com/a.json#/x"}}}',
      },
      {},
      [
        'app/chart/values.schema.json:1:31: error[source-remote]: the schema refers to file:///etc/passwd',
        'app/chart/charts/cache/values.schema.json:1:31: error[source-remote]: the schema refers to https://example.com/a.json#/x',
      ],
    ],
    [
      'values that the schema refuses',
      {
        ...chart,
        'app/chart/values.schema.json':
          '{"$defs": {"n": {"type": "number"}}, "properties": {"greeting": {"$ref": "#/$defs/n"}}}',
      },
      {},
      ["error[binary-failed]: helm failed: values don't meet the specifications of the schema(s)", 'greeting'],
    ],
    [
      'dependencies that would be downloaded, all of them',
      {
        ...chart,
        'app/chart/Chart.yaml': chartYaml(
          'web',
          'dependencies:\n- {name: redis, version: 1.x, repository: "https://charts.example.com"}\n- {name: db, version: 1.x, repository: "oci://example.com/charts"}\n- {name: cache, version: 1.x, repository: "https://charts.example.com"}\n',
        ),
      },
      {},
      [
        'app/chart/Chart.yaml:5:3: error[source-remote]: the dependency redis is not in charts/ and would be downloaded',
        'Its repository is https://charts.example.com.',
        'Put it into the repository: waybill vendor (or helm dependency build), and commit the charts/ folder.',
        'app/chart/Chart.yaml:6:3: error[source-remote]: the dependency db',
      ],
    ],
    [
      'a dependency outside the root',
      {
        ...chart,
        'app/chart/Chart.yaml': chartYaml(
          'web',
          'dependencies:\n- {name: x, version: 1.x, repository: "file://../../../x"}\n',
        ),
      },
      {},
      ['app/chart/Chart.yaml:5:3: error[path-escapes]'],
    ],
    [
      'charts that depend on each other',
      {
        'app/chart/Chart.yaml': chartYaml(
          'web',
          'dependencies:\n- {name: x, version: 1.x, repository: "file://../x"}\n',
        ),
        'app/x/Chart.yaml': chartYaml(
          'x',
          'dependencies:\n- {name: web, version: 1.x, repository: "file://../chart"}\n',
        ),
      },
      {},
      ['error[source-cycle]: the charts app/chart -> app/x -> app/chart depend on each other'],
    ],
  ])('refuses %s', async (_name, files, source, messages) => {
    const root = folder(files);
    const text = await failureText(read(onDisk(root), source, await binaries()));
    for (const message of messages) expect(text).toContain(message);
    expect(text).not.toContain(root);
    expect(text).not.toContain('the dependency cache');
  });
});
