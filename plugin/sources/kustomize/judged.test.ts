import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type FolderContent, temporaryFolders } from '../../../test/tools/folder.ts';
import { kustomizeBinary } from '../../../test/tools/renderers.mjs';
import { failureText, sourceContext } from '../../../test/tools/source-context.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { defaultFileLimits } from '../../files/limits.ts';
import type { Policy } from '../../policy/policy.ts';
import { readYaml } from '../../yaml/read.ts';
import { readSource } from '../read.ts';

// What is judged is what kustomize reads: each way to say something that kustomize understands and a reader may not.
const folder = temporaryFolders();
const location = { file: 'app/waybill.yaml', line: 4, column: 14 };
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

async function read(files: FolderContent, policy: Partial<Policy> = {}) {
  const context = await sourceContext(createDirectoryTree(folder(files), defaultFileLimits));
  const allowed = { ...context.policy, ...policy };
  return readSource({ kind: 'kustomize', directory: { path: 'app', location } }, { ...context, policy: allowed });
}

const generator = (more: string, kind = 'ConfigMapGenerator'): string =>
  `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: x}\n${more}\n`;

describe('what kustomize takes is taken', () => {
  const base = { 'app/a.yaml': configMap('a'), 'app/b.txt': 'b\n', 'app/.env': 'K=v\n' };
  const label =
    'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {x: "1"}\nfieldSpecs: [{path: metadata/labels, create: true}]\n';
  it.each<[string, FolderContent]>([
    [
      'generators of every form',
      {
        'app/kustomization.yaml':
          'configMapGenerator:\n- {name: m, files: [b.txt, c=b.txt], envs: [.env], literals: [u=https://example.com]}\n- {name: second, env: .env}\nsecretGenerator:\n- {name: s, files: [b.txt], type: Opaque, options: {disableNameSuffixHash: true, labels: {a: b}}}\ngeneratorOptions: {annotations: {Resources: x}}\n',
      },
    ],
    [
      'patches of every form',
      {
        'app/kustomization.yaml':
          'resources: [a.yaml]\npatches:\n- {path: p.yaml}\n- {target: {kind: ConfigMap}, patch: \'[{"op":"add","path":"/data","value":{"u":"http://x"}}]\'}\npatchesStrategicMerge:\n- p.yaml\n- |-\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a, labels: {inline: "1"}}\npatchesJson6902:\n- {target: {version: v1, kind: ConfigMap, name: a}, path: j.json}\n',
        'app/p.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {p: "1"}}\n',
        'app/j.json': '[{"op": "add", "path": "/metadata/labels/j", "value": "1"}]',
      },
    ],
    [
      'plugins in files, inline, in lists, and in directories',
      {
        'app/kustomization.yaml': `resources: [a.yaml]\ngenerators:\n- g/gen.yaml\n- |\n  ${generator('literals: [a=b]').trim().replaceAll('\n', '\n  ').replace('name: x', 'name: inline')}\n- '{"apiVersion":"builtin","kind":"ConfigMapGenerator","metadata":{"name":"flow"},"files":["b.txt"]}'\ntransformers: [t.yaml, ../more]\nvalidators: [none.yaml]\n`,
        'app/g/gen.yaml': `${generator('files: [b.txt]\nenvs: [.env]')}---\n${generator('literals: [x=y]', 'SecretGenerator')}`,
        'app/t.yaml': `apiVersion: v1\nkind: PluginList\nitems:\n- ${label.trim().replaceAll('\n', '\n  ')}\n`,
        'app/none.yaml': '# nothing\n',
        'more/kustomization.yaml': 'resources: [t.yaml, deeper]\n',
        'more/t.yaml':
          'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n',
        'more/deeper/kustomization.yml': 'resources: [s.yaml]\n',
        'more/deeper/s.yaml':
          'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: s}\npath: patch.yaml\ntarget: {kind: Secret}\n',
        'app/patch.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: any, annotations: {patched: "1"}}\n',
      },
    ],
    [
      'configurations, crds, openapi, replacements, vars',
      {
        'app/kustomization.yaml':
          'resources: [a.yaml]\nconfigurations: [c.yaml]\ncrds: [crd.json]\nopenapi: {path: schema.json}\nnamePrefix: x-\nreplacements:\n- path: r.yaml\n- source: {kind: ConfigMap, name: a, fieldPath: metadata.name}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.labels.n], options: {create: true}}]\nvars:\n- {name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldPath: metadata.name}}\n',
        'app/c.yaml': 'namePrefix: [{path: metadata/name}]\n',
        'app/crd.json': '{}',
        'app/schema.json': '{"definitions": {}}',
        'app/r.yaml':
          'source: {kind: ConfigMap, name: a, fieldPath: metadata.name}\ntargets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.labels.m], options: {create: true}}]\n',
      },
    ],
    [
      'odd YAML',
      {
        'app/kustomization.yaml':
          '%YAML 1.1\n---\nresources: &r !!seq [a.yaml]\n' +
          'labels:\n- &l {pairs: {a: "1"}}\n- <<: *l\n  includeSelectors: true\n',
      },
    ],
    [
      'links inside the root',
      {
        'app/kustomization.yaml':
          'resources: [link/, file.yaml]\nconfigMapGenerator: [{name: m, files: [deep/link/b2.txt]}]\n',
        'app/link': { link: '../shared/git@host' },
        'app/file.yaml': { link: 'a.yaml' },
        'app/deep/link': { link: '../files' },
        'app/files/b2.txt': 'b',
        'shared/git@host/kustomization.yaml': 'resources: [d.yaml]\n',
        'shared/git@host/d.yaml': configMap('d'),
      },
    ],
  ])('%s', async (_name, files) => {
    const all = { ...base, ...files };
    const root = folder(all);
    const printed = execFileSync(await kustomizeBinary(), ['build', 'app'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const expected = readYaml(printed, { file: 'kustomize', duplicateKeys: 'error' });
    const resources = await read(all);
    expect(expected.length).toBeGreaterThan(0);
    expect(resources.map(({ body }) => body)).toEqual(expected.map(({ value }) => value));
  });
});

describe('keys in another spelling than kustomize has them', () => {
  it.each([
    ['Resources: [a.yaml]', 'Write resources.'],
    ['RESOURCES: [../../outside]', 'Write resources.'],
    ['re\u017Fources: [../../outside]', 'Write resources.'],
    ['"\\u017Fecret\\u212AGenerator": []', 'Keys: '],
    ['"configMapGenerator": [{name: x, file\u017F: ["http://127.0.0.1/"]}]', 'Write files.'],
    ['Bases: [../../outside]', 'Write bases.'],
    ['components: []\nComponents: [../../outside]', 'Write components.'],
    ['configMapGenerator: [{name: x, Files: [a=http://127.0.0.1/]}]', 'Write files.'],
    ['secretGenerator: [{name: x, Envs: [http://127.0.0.1/]}]', 'Write envs.'],
    ['secretGenerator: [{name: x, eNv: "http://127.0.0.1/"}]', 'Write env.'],
    ['patches: [{Path: http://127.0.0.1/}]', 'Write path.'],
    ['patchesJson6902: [{PATH: http://127.0.0.1/}]', 'Write path.'],
    ['replacements: [{Path: http://127.0.0.1/}]', 'Write path.'],
    ['OpenAPI: {path: http://127.0.0.1/}', 'Write openapi.'],
    ['Generators: [g.yaml]', 'Write generators.'],
    ['HelmCharts: [{name: x}]', 'Write helmCharts.'],
    ['helmcharts: [{name: x}]', 'Write helmCharts.'],
    ['HelmGlobals: {chartHome: /etc}', 'Write helmGlobals.'],
    ['metadata: {Name: x}', 'Write name.'],
    ['images: [{name: a, newtag: "1"}]', 'Write newTag.'],
    ['labels: [{pairs: {A: "1"}, fields: [{Path: a/b}]}]', 'Write path.'],
    ['unknown: [../../outside]', 'Keys: '],
  ])('%s', async (text, help) => {
    const message = await failureText(read({ 'app/kustomization.yaml': `${text}\n` }));
    expect(message).toContain('error[kustomize-key]');
    expect(message).toContain(help);
  });

  it.each([
    ['Files: ["a=http://127.0.0.1/"]', 'ConfigMapGenerator', 'Write files.'],
    ['Envs: ["http://127.0.0.1/"]', 'SecretGenerator', 'Write envs.'],
    ['Path: http://127.0.0.1/', 'PatchTransformer', 'Write path.'],
    ['PATHS: [http://127.0.0.1/]', 'PatchStrategicMergeTransformer', 'Write paths.'],
    ['TargetFilePath: http://127.0.0.1/', 'ValueAddTransformer', 'Write targetFilePath.'],
    ['Replacements: [{path: http://127.0.0.1/}]', 'ReplacementTransformer', 'Write replacements.'],
  ])('%s of a %s', async (text, kind, help) => {
    for (const place of ['generators', 'transformers', 'validators']) {
      const files = { 'app/kustomization.yaml': `${place}: [g.yaml]\n`, 'app/g.yaml': generator(text, kind) };
      const message = await failureText(read(files));
      expect(message).toContain('app/g.yaml:4:');
      expect(message).toContain('error[kustomize-key]');
      expect(message).toContain(help);
    }
  });

  it('are duplicates in any spelling', async () => {
    const twice = 'resources: []\nresources: [../../outside]\n';
    expect(await failureText(read({ 'app/kustomization.yaml': twice }))).toContain('error[yaml-duplicate-key]');
  });
});

const url = 'http://127.0.0.1:9/x';
describe('URLs are refused wherever kustomize would open one', () => {
  const one = (text: string): FolderContent => ({ 'app/kustomization.yaml': text });
  const plugin = (more: string, kind: string): [string, FolderContent][] => [
    [`${kind}: ${more} in a file`, { ...one('transformers: [t.yaml]\n'), 'app/t.yaml': generator(more, kind) }],
    [`${kind}: ${more} inline`, one(JSON.stringify({ generators: [generator(more, kind)] }))],
    [
      `${kind}: ${more} in a directory`,
      {
        ...one('validators: [../dir]\n'),
        'dir/kustomization.yaml': 'bases: [b]\n',
        'dir/b/kustomization.yaml': 'resources: [t.yaml]\n',
        'dir/b/t.yaml': generator(more, kind),
      },
    ],
    [
      `${kind}: ${more} in a list`,
      one(
        JSON.stringify({
          transformers: [`kind: AnyList\nitems:\n- ${generator(more, kind).trim().replaceAll('\n', '\n  ')}\n`],
        }),
      ),
    ],
  ];
  it.each<[string, FolderContent]>([
    ...[
      'resources',
      'bases',
      'components',
      'generators',
      'transformers',
      'validators',
      'crds',
      'configurations',
      'patchesStrategicMerge',
    ].flatMap((field): [string, FolderContent][] =>
      [url, 'HTTPS://example.com', 'http:example.com', `${url}?a: b`, `${url}?a: {b: c}`].map((text) => [
        `${field}: ${text}`,
        one(JSON.stringify({ [field]: [text] })),
      ]),
    ),
    ...['resources', 'components', 'transformers'].flatMap((field): [string, FolderContent][] =>
      [
        'github.com/acme/app',
        'GitHub.com:acme/app',
        'git@host:a/b',
        'me@host/a/b',
        'ssh://host/a',
        'file:///etc',
        'git::github.com/a/b',
        'GIT::https://a/b',
        'github.com/a/b?x: {y: z}',
        'git@host:a/b?x: {y: z}',
      ].map((text) => [`${field}: ${text}`, one(JSON.stringify({ [field]: [text] }))]),
    ),
    [
      'a directory of a name that kustomize would clone',
      { ...one('resources: [github.com/acme/app]\n'), 'app/github.com/acme/app/kustomization.yaml': '{}' },
    ],
    [
      'a file of a name that kustomize would clone',
      { ...one('resources: [github.com/acme/app]\n'), 'app/github.com/acme/app': 'a: {' },
    ],
    ['patches', one(`patches: [{path: "${url}"}]\n`)],
    ['patchesJson6902', one(`patchesJson6902: [{path: "${url}"}]\n`)],
    ['replacements', one(`replacements: [{path: "${url}"}]\n`)],
    ['openapi', one(`openapi: {path: "${url}"}\n`)],
    ...['configMapGenerator', 'secretGenerator'].flatMap((field): [string, FolderContent][] => [
      [`${field} files`, one(`${field}: [{name: x, files: ["${url}"]}]\n`)],
      [`${field} files with a key`, one(`${field}: [{name: x, files: ["a/b=${url}"]}]\n`)],
      [`${field} files with two equal signs`, one(`${field}: [{name: x, files: ["a=b=${url}"]}]\n`)],
      [`${field} envs`, one(`${field}: [{name: x, envs: ["${url}"]}]\n`)],
      [`${field} env`, one(`${field}: [{name: x, env: "${url}"}]\n`)],
    ]),
    ...plugin(`files: ["a/b=${url}"]`, 'ConfigMapGenerator'),
    ...plugin(`envs: ["${url}"]`, 'SecretGenerator'),
    ...plugin(`env: "${url}"`, 'ConfigMapGenerator'),
    ...plugin(`path: "${url}"`, 'PatchTransformer'),
    ...plugin(`path: "${url}"`, 'PatchJson6902Transformer'),
    ...plugin(`paths: ["${url}"]`, 'PatchStrategicMergeTransformer'),
    ...plugin(`replacements: [{path: "${url}"}]`, 'ReplacementTransformer'),
    ...plugin(`targetFilePath: "${url}"`, 'ValueAddTransformer'),
  ])('%s', async (_name, files) => {
    // No kustomize: nothing may be started.
    expect(await failureText(read(files))).toContain('error[source-remote]');
  });
});

describe('configuration of plugins that cannot be checked is refused', () => {
  const t = generator('prefix: a', 'PrefixTransformer');
  const fn = (annotation: string): string =>
    `apiVersion: acme.dev/v1\nkind: Fn\nmetadata:\n  name: x\n  annotations: {config.kubernetes.io/function: "${annotation}"}\n`;
  it.each<[string, FolderContent, string]>([
    [
      'a container',
      { 'app/t.yaml': fn('container: {image: example.com/x, network: true}') },
      'acme.dev/v1 Fn is not built into',
    ],
    ['a program', { 'app/t.yaml': fn('exec: {path: ./x.sh}') }, 'acme.dev/v1 Fn is not built into'],
    ['a script', { 'app/t.yaml': fn('starlark: {path: x.star}') }, 'acme.dev/v1 Fn is not built into'],
    [
      'an exec plugin of an old form',
      { 'app/t.yaml': 'apiVersion: someteam.example.com/v1\nkind: Chart\nargsFromFile: http://x\n' },
      'is not built into',
    ],
    [
      'a group before builtin',
      { 'app/t.yaml': t.replace('builtin', 'a/builtin') },
      'a/builtin PrefixTransformer is not',
    ],
    ['an unknown kind', { 'app/t.yaml': generator('', 'constructor') }, 'builtin constructor is not built into'],
    ['no kind', { 'app/t.yaml': 'a: b\n' }, 'a plugin without a kind is not built into'],
    ['a text', { 'app/t.yaml': 'hello\n' }, 'the configuration of a plugin is a mapping'],
    [
      'a chart',
      { 'app/t.yaml': generator('name: c\nchartHome: charts', 'HelmChartInflationGenerator') },
      'would make kustomize run helm',
    ],
    [
      'patches of configuration',
      {
        'app/t.yaml/kustomization.yaml':
          'resources: [g.yaml]\npatches: [{target: {kind: ConfigMapGenerator}, patch: "[]"}]\n',
        'app/t.yaml/g.yaml': t,
      },
      'a directory of plugin configuration cannot have patches',
    ],
    [
      'generated configuration',
      {
        'app/t.yaml/kustomization.yaml': 'resources: [a]\n',
        'app/t.yaml/a/kustomization.yaml': 'generators: [g.yaml]\n',
        'app/t.yaml/a/g.yaml': t,
      },
      'a directory of plugin configuration cannot have generators',
    ],
  ])('%s', async (_name, files, message) => {
    const text = await failureText(read({ 'app/kustomization.yaml': 'transformers: [t.yaml]\n', ...files }));
    expect(text).toContain(message);
    expect(text).toMatch(/error\[kustomize-(?:plugin|helm)\]/u);
  });
});

describe('charts that the policy lets kustomize inflate', () => {
  const chart = {
    'app/charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'app/charts/c/values.yaml': 'a: 1\n',
    'app/a,b': '',
    'app/v.yaml': '',
  };
  const policy: Partial<Policy> = { kustomize: { helmCharts: true, inProcess: true } };
  it.each([
    ['releaseName: "--post-renderer=/bin/sh"', 'cannot be the name of a helm release'],
    ['nameTemplate: \'{{ env "HOME" }}\'', 'cannot be the name of a helm release'],
    ['releaseName: "--set-file=a=/etc/passwd"', 'cannot be the name'],
    ['namespace: "--debug"', 'cannot be namespace of a chart'],
    ['kubeVersion: "--debug"', 'is not a version of Kubernetes'],
    ['apiVersions: ["v1,--debug"]', 'is not an API version'],
    ['version: "--debug"', 'cannot be version of a chart'],
    ['repo: "--debug"', 'cannot be repo of a chart'],
    ['repo: "file:///etc"', 'cannot be repo of a chart'],
    ['valuesFile: "a,b"', 'cannot be valuesFile of a chart'],
    ['additionalValuesFiles: ["a,/etc/passwd"]', 'cannot be additionalValuesFiles of a chart'],
    ['additionalValuesFiles: ["http://127.0.0.1/"]', 'would be fetched from the network'],
    ['valuesFile: "http://127.0.0.1/"', 'would be fetched from the network'],
    ['valuesFile: "../../x"', 'leads outside the repository root'],
    ['chartHome: /etc', 'error['],
    ['Name: d', 'error[kustomize-key]'],
    ['configHome: /root', 'configHome'],
  ])('%s', async (more, message) => {
    const inline = `helmCharts:\n- name: c\n  ${more}\n`;
    const plugin = {
      'app/kustomization.yaml': 'generators: [g.yaml]\n',
      'app/g.yaml': generator(`name: c\n${more}`, 'HelmChartInflationGenerator'),
    };
    for (const files of [{ 'app/kustomization.yaml': inline }, plugin]) {
      expect(await failureText(read({ ...chart, ...files }, policy))).toContain(
        more.includes('Home') && files !== plugin ? 'error[kustomize-key]' : message,
      );
    }
  });
});
