import { describe, expect, it } from 'vitest';
import { createMemoryTree } from '../files/memory.ts';
import { detectLayout } from './detect.ts';
import { byPromotion, environmentName } from './environments.ts';

const manifest = 'apiVersion: v1\nkind: ConfigMap\n';
const chart = 'apiVersion: v2\nname: a\n';

/** The source, environments (name or name=raw) and what is left out, in short. */
function detected(files: readonly string[], texts: Readonly<Record<string, string>> = {}): unknown {
  const usual = (file: string): string =>
    file.endsWith('Chart.yaml') ? chart : file.includes('values') ? 'replicas: 1\n' : manifest;
  const text = (file: string): string => texts[file] ?? usual(file);
  const tree = createMemoryTree(Object.fromEntries(files.map((file) => [file, text(file)])));
  const found = detectLayout(tree, '');
  if (!found) return undefined;
  const { source, environments, leftOut } = found;
  return [
    source.kind === 'helm' ? [source.chart, ...source.valueFiles].join(' ') : `${source.kind} ${source.path}`,
    environments.map(({ name, raw }) => (name === raw ? name : `${name}=${raw}`)).join(' '),
    leftOut.map(({ directory }) => directory).join(' '),
  ];
}

describe('detectLayout', () => {
  const k = 'kustomization.yaml';
  it.each<[string, readonly string[], unknown]>([
    ['overlays', [`base/${k}`, `overlays/prod/${k}`, `overlays/dev/${k}`], ['kustomize overlays/*', 'dev prod', '']],
    ['overlays in a folder', [`k8s/base/${k}`, `k8s/overlays/prod/${k}`], ['kustomize k8s/overlays/*', 'prod', '']],
    [
      'nested overlays',
      [`overlays/prod/eu/${k}`, `overlays/prod/us/${k}`],
      ['kustomize overlays/*', 'prod-eu=prod/eu prod-us=prod/us', ''],
    ],
    ['folders beside a base', [`base/${k}`, `blue/${k}`], ['kustomize *', 'blue', '']],
    ['folders of environments', [`dev/${k}`, `prod/${k}`, `other/${k}`], ['kustomize *', 'dev prod', 'other']],
    ['folders that are applications', [`api/${k}`, `web/${k}`], undefined],
    ['one kustomization', [k, 'a.yaml'], ['kustomize .', '', '']],
    ['values before', ['Chart.yaml', 'values-prod.yaml'], ['. values-*.yaml', 'prod', '']],
    [
      'values behind',
      ['Chart.yaml', 'prod-values.yaml', 'dev-values.yml'],
      ['. *-values.yaml', 'prod', 'dev-values.yml'],
    ],
    ['values with dots', ['Chart.yaml', 'values.prod.yaml'], ['. values.*.yaml', 'prod', '']],
    ['dots behind', ['Chart.yaml', 'prod.values.yaml'], ['. *.values.yaml', 'prod', '']],
    [
      'a folder of values',
      ['Chart.yaml', 'values/prod.yaml', 'values/Q A.yaml'],
      ['. values/*.yaml', 'q-a=Q A prod', ''],
    ],
    ['folders with values', ['Chart.yaml', 'envs/prod/values.yaml'], ['. envs/*/values.yaml', 'prod', '']],
    [
      'the usual words first',
      ['Chart.yaml', 'values-extra.yaml', 'prod-values.yaml'],
      ['. *-values.yaml', 'prod', 'values-extra.yaml'],
    ],
    ['values that are none', ['Chart.yaml', 'values-example.yaml', 'values.schema.json'], ['.', '', '']],
    ['values beside a chart', ['chart/Chart.yaml', 'values.yaml'], ['chart values.yaml', '', '']],
    ['manifests beside overlays', ['a.yaml', `overlays/prod/${k}`], ['kustomize overlays/*', 'prod', 'a.yaml']],
    ['manifests beside a base', ['a.yaml', 'base/b.yaml'], ['manifests base', '', 'a.yaml']],
    ['manifests beside a chart', ['a.yaml', 'chart/Chart.yaml'], ['chart', '', 'a.yaml']],
    ['plain manifests', ['a.yaml'], ['manifests .', '', '']],
    [
      'plain folders of environments',
      ['prod/a.yaml', 'dev/a.yaml', 'notes/a.yaml'],
      ['manifests *', 'dev prod', 'notes'],
    ],
    ['plain folders of applications', ['api/a.yaml', 'web/a.yaml'], undefined],
    [
      'applications of which two have a word of environments in their names',
      ['a', 'b', 'c', 'canary-one', 'canary-two'].map((name) => `${name}/a.yaml`),
      undefined,
    ],
    [
      'kustomizations of which two have a word of environments in their names',
      ['a', 'b', 'c', 'canary-one', 'canary-two'].map((name) => `${name}/${k}`),
      undefined,
    ],
    ['patches beside a chart', ['Chart.yaml', `overlays/${k}`, 'overlays/patch.yaml'], ['.', '', '']],
    ['nothing', ['readme.md'], undefined],
  ])('%s', (_name, files, expected) => {
    expect(detected(files)).toEqual(expected);
  });

  it('leaves out what others build on, unless it is an environment, too', () => {
    const files = ['prod', 'prod/eu', 'staging', 'canary-base'].map((name) => `overlays/${name}/kustomization.yaml`);
    const texts = {
      'overlays/prod/eu/kustomization.yaml': 'resources: [..]\n',
      'overlays/prod/kustomization.yaml': 'resources: [../staging]\n',
      'overlays/staging/kustomization.yaml': 'bases: ["../shared", "https://github.com/acme/x"]\n',
    };
    expect(detected([...files, 'overlays/shared/kustomization.yaml'], texts)).toEqual([
      'kustomize overlays/*',
      'canary-base staging prod-eu=prod/eu',
      'overlays/prod overlays/shared',
    ]);
  });

  it("takes Argo CD's own objects for no application, unless there is more", () => {
    const application = 'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n';
    expect(detected(['a.yaml'], { 'a.yaml': application })).toBeUndefined();
    expect(detected(['a.yaml'], { 'a.yaml': `${application}---\n${manifest}` })).toEqual(['manifests .', '', '']);
    const project =
      'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nspec:\n  clusterResourceWhitelist:\n    - kind: Namespace\n';
    expect(detected(['a.yaml'], { 'a.yaml': project })).toBeUndefined();
    expect(detected(['a.yaml'], { 'a.yaml': '{ apiVersion: v1, kind: Pod }' })).toEqual(['manifests .', '', '']);
    expect(detected(['a.json'], { 'a.json': '{\n  "apiVersion": "v1",\n  "kind": "Pod"\n}' })).toEqual([
      'manifests .',
      '',
      '',
    ]);
  });

  it('takes other YAML and JSON for no manifests', () => {
    expect(
      detected(['mkdocs.yml', 'package.json'], { 'mkdocs.yml': 'site_name: x\n', 'package.json': '{}' }),
    ).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    ['prod', 'prod'],
    ['Prod_EU', 'prod-eu'],
    ['stable-v1.1', 'stable-v1-1'],
    ['eu/prod', 'eu-prod'],
    ['_x_', 'x'],
    ['___', undefined],
    ['True', undefined],
    ['ä', undefined],
    [`${'a'.repeat(62)}_b`, 'a'.repeat(62)],
  ])('%j is the environment %j', (raw, expected) => {
    expect(environmentName(raw)).toBe(expected);
  });

  it('are ordered by promotion', () => {
    const names = ['live', 'zeta', 'prod-eu', 'pre-prod', 'dev', 'staging', 'qa', 'test', 'alpha-x', 'local'];
    expect(names.toSorted(byPromotion)).toEqual([
      'local',
      'dev',
      'test',
      'qa',
      'alpha-x',
      'zeta',
      'staging',
      'pre-prod',
      'live',
      'prod-eu',
    ]);
  });
});
