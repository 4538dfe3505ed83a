// images set --write with real kustomize and helm: what is reported is what comes out, or nothing is written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const folder = temporaryFolders();
let env: Record<string, string | undefined>;
beforeAll(async () => {
  env = { PATH: process.env['PATH'], WAYBILL_KUSTOMIZE: await kustomizeBinary(), WAYBILL_HELM: await helm4Binary() };
});

const pod = (...images: string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n${images.map((image, index) => `  - name: c${index}\n    image: ${image}\n`).join('')}`;

interface Case {
  readonly files: Record<string, string>;
  readonly args: string[];
}

async function run({ files, args }: Case) {
  const cwd = folder(files);
  const result = await runCli(['images', 'set', ...args], { cwd, env });
  return { ...result, read: (file: string) => readFileSync(join(cwd, file), 'utf8'), cwd };
}

const kustomization = (images: string, more = ''): string => `resources: [pod.yaml]\n${more}images:\n${images}`;
const write = ['--write', 'kustomization'];

describe('--write kustomization', () => {
  it.each<[string, string, string, string[], string, string]>([
    [
      'changes all entries of an image: the last counts',
      'nginx:1.0',
      '- { name: nginx, newTag: "1.25" }\n- { name: nginx, newTag: "1.26" }\n',
      ['nginx=:1.27'],
      'nginx: 1.26 -> 1.27\n',
      '- { name: nginx, newTag: "1.27" }\n- { name: nginx, newTag: "1.27" }\n',
    ],
    [
      'finds the entry by the name that runs',
      'front',
      '- name: front\n  newName: gcr.io/acme/front\n  newTag: v1.0.1\n',
      ['gcr.io/acme/front=:v1.0.2'],
      'gcr.io/acme/front: gcr.io/acme/front:v1.0.1 -> gcr.io/acme/front:v1.0.2\n',
      '- name: front\n  newName: gcr.io/acme/front\n  newTag: v1.0.2\n',
    ],
    [
      'changes the entry that finds what another one made',
      'front',
      '- name: front\n  newName: gcr.io/acme/front\n  newTag: v1\n- name: gcr.io/acme/front\n  newTag: v2\n',
      ['front=:v3'],
      'front: v2 -> v3\n',
      '- name: front\n  newName: gcr.io/acme/front\n  newTag: v3\n- name: gcr.io/acme/front\n  newTag: v3\n',
    ],
    [
      'writes a new entry as the manifests write the name',
      'nginx:1.0',
      '- name: other\n  newTag: "1"\n',
      ['docker.io/library/nginx=:1.27'],
      'docker.io/library/nginx: 1.0 -> 1.27 (new)\n',
      '- name: other\n  newTag: "1"\n- name: nginx\n  newTag: "1.27"\n',
    ],
    [
      'adds an entry where the one that is there finds nothing, for it is spelled otherwise',
      'nginx:1.0',
      '- name: docker.io/library/nginx\n  newTag: "1.26"\n',
      ['nginx=:1.27'],
      'nginx: 1.0 -> 1.27\n',
      '- name: docker.io/library/nginx\n  newTag: "1.27"\n- name: nginx\n  newTag: "1.27"\n',
    ],
    [
      'says what ran by an entry whose name is a pattern',
      'acme/web:1',
      '- name: acme/.*\n  newTag: "3"\n',
      ['acme/web=:4'],
      'acme/web: 3 -> 4 (new)\n',
      '- name: acme/.*\n  newTag: "3"\n- name: acme/web\n  newTag: "4"\n',
    ],
  ])('%s', async (_name, image, images, args, stdout, after) => {
    const files = { 'pod.yaml': pod(image), 'kustomization.yaml': kustomization(images) };
    const result = await run({ files, args: [...args, ...write] });
    expect({ stderr: result.stderr, code: result.code, stdout: result.stdout }).toMatchObject({ code: 0, stdout });
    expect(result.read('kustomization.yaml')).toBe(kustomization(after));
  });

  it.each<[string, Record<string, string>, string[], string]>([
    [
      'a patch that has the last word',
      {
        'pod.yaml': pod('nginx:1.0'),
        'kustomization.yaml': kustomization('- name: nginx\n  newTag: "1.26"\n').replace(
          'resources: [pod.yaml]',
          'resources: [inner]',
        ),
        'inner/kustomization.yaml': 'resources: [pod.yaml]\nimages: [{ name: nginx, newName: r.dev/nginx }]\n',
        'inner/pod.yaml': pod('nginx:1.0'),
      },
      ['nginx=:1.27'],
      'image-not-rendered',
    ],
    [
      'an image that kustomize does not give',
      {
        'pod.yaml': `${pod('nginx:1.0')}# redis\n`,
        'kustomization.yaml': kustomization('- name: nginx\n  newTag: "1.26"\n'),
      },
      ['redis=:7'],
      'kustomize build gives no image redis',
    ],
    [
      'several documents',
      {
        'pod.yaml': pod('nginx:1.0'),
        'kustomization.yaml': `${kustomization('- name: nginx\n  newTag: "1.26"\n')}---\nimages: []\n`,
      },
      ['nginx=:1.27'],
      'kustomization.yaml:6: error[yaml-edit]: a kustomization is one YAML document',
    ],
    [
      'a list that another key shares by an anchor',
      {
        'pod.yaml': pod('nginx:1.0', 'redis:1'),
        'kustomization.yaml':
          'resources: [pod.yaml]\nimages:\n- &one { name: nginx, newTag: "1" }\n- <<: *one\n  name: redis\n',
      },
      ['nginx=:1.27'],
      'error[yaml-edit]',
    ],
  ])('refuses %s, and writes nothing', async (_name, files, args, message) => {
    const result = await run({ files, args: [...args, ...write] });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(result.read('kustomization.yaml')).toBe(files['kustomization.yaml']);
  });

  it('writes a Component, which nobody can build alone, and what cannot be built before either', async () => {
    const component =
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: nginx\n  newTag: "1"\n';
    expect(await run({ files: { 'kustomization.yaml': component }, args: ['nginx=:2', ...write] })).toMatchObject({
      code: 0,
    });
    const broken = 'resources: [missing.yaml]\nimages:\n- name: nginx\n  newTag: "1"\n';
    const result = await run({ files: { 'kustomization.yaml': broken }, args: ['nginx=:2', ...write] });
    expect(result).toMatchObject({ code: 0, stdout: 'nginx: 1 -> 2\n' });
    expect(result.stderr).toContain('not held against kustomize build, which fails without the change, too');
  });
});

const chart = 'apiVersion: v2\nname: c\nversion: 1.0.0\n';
const helm = ['--write', 'helm-values'];
const template = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "${image}" }] }\n`;

describe('--write helm-values', () => {
  it.each<[string, string, string, string[], string]>([
    [
      'image beside tag',
      '{{ .Values.image }}:{{ .Values.tag }}',
      'image: ghcr.io/acme/web\ntag: "1.0.0"\n',
      ['ghcr.io/acme/web=:1.1.0'],
      'image: ghcr.io/acme/web\ntag: "1.1.0"\n',
    ],
    [
      'the same one level down',
      '{{ .Values.web.image.image }}:{{ .Values.web.image.tag }}',
      'web:\n  image:\n    image: ghcr.io/acme/web\n    tag: 1.0\n',
      ['ghcr.io/acme/web=:1.1.0'],
      'web:\n  image:\n    image: ghcr.io/acme/web\n    tag: 1.1.0\n',
    ],
    [
      'imageName and imageTag',
      '{{ .Values.imageName }}:{{ .Values.imageTag }}',
      'imageName: ghcr.io/acme/web\nimageTag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'imageName: ghcr.io/acme/web\nimageTag: v2\n',
    ],
    [
      'a registry of its own',
      '{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}',
      'image:\n  registry: ghcr.io\n  repository: acme/web\n  tag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'image:\n  registry: ghcr.io\n  repository: acme/web\n  tag: v2\n',
    ],
    [
      'a registry for all',
      '{{ .Values.global.imageRegistry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}',
      'global: { imageRegistry: ghcr.io }\nimage:\n  repository: acme/web\n  tag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'global: { imageRegistry: ghcr.io }\nimage:\n  repository: acme/web\n  tag: v2\n',
    ],
    [
      'a list of scalars',
      '{{ (index .Values.containers 0).image }}',
      'containers:\n- image: ghcr.io/acme/web:v1\n',
      ['ghcr.io/acme/web=:v2'],
      'containers:\n- image: ghcr.io/acme/web:v2\n',
    ],
    [
      'the tag that --values-path names',
      'ghcr.io/acme/web:{{ .Values.web.version.tag }}',
      'web: { version: { tag: v1 } }\n',
      ['ghcr.io/acme/web=:v2', '--values-path', 'web.version.tag'],
      'web: { version: { tag: v2 } }\n',
    ],
  ])('changes %s, as the chart reads it', async (_name, image, values, args, after) => {
    const files = { 'Chart.yaml': chart, 'templates/p.yaml': template(image), 'values.yaml': values };
    const result = await run({ files, args: [...args, ...helm] });
    expect(result).toMatchObject({ code: 0 });
    expect(result.read('values.yaml')).toBe(after);
  });

  it.each<[string, string, string, string[], string]>([
    [
      'a path whose repository is another image',
      '{{ .Values.redis.image.repository }}:{{ .Values.redis.image.tag }}',
      'redis:\n  image:\n    repository: redis\n    tag: "7"\n',
      ['ghcr.io/acme/web=:2', '--values-path', 'redis.image'],
      'values.yaml:3:17: error[image-unmatched]: redis.image is of the image redis, not of ghcr.io/acme/web',
    ],
    [
      'a tag whose neighbour is another image',
      '{{ .Values.image }}:{{ .Values.tag }}',
      'image: redis\ntag: "7"\n',
      ['ghcr.io/acme/web=:2', '--values-path', 'tag'],
      'is of the image redis',
    ],
    [
      'a key that the chart does not read',
      'ghcr.io/acme/web:{{ .Values.tag }}',
      'tag: v1\nimage:\n  repository: ghcr.io/acme/web\n  tag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'helm template still gives ghcr.io/acme/web:v1 after the change, not ghcr.io/acme/web:v2',
    ],
    [
      'a key that changes nothing at all',
      'fixed:1',
      'image:\n  repository: ghcr.io/acme/web\n  tag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'helm template gives the same with and without the change',
    ],
    [
      'a change that the chart does not take',
      '{{ required "no tag" (regexFind "^v1" .Values.image.tag) }}',
      'image:\n  repository: ghcr.io/acme/web\n  tag: v1\n',
      ['ghcr.io/acme/web=:v2'],
      'helm template fails after the change',
    ],
    [
      'several documents',
      '{{ .Values.image }}',
      'image: ghcr.io/acme/web:v1\n---\nimage: x\n',
      ['ghcr.io/acme/web=:v2'],
      'helm reads one YAML document of a values file',
    ],
    [
      'a mapping that another shares by an anchor',
      '{{ .Values.a.image.repository }}:{{ .Values.b.image.tag }}',
      'a: { image: &it { repository: ghcr.io/acme/web, tag: v1 } }\nb: { image: *it }\n',
      ['ghcr.io/acme/web=:v2'],
      'error[yaml-edit]',
    ],
  ])('refuses %s, and writes nothing', async (_name, image, values, args, message) => {
    const files = { 'Chart.yaml': chart, 'templates/p.yaml': template(image), 'values.yaml': values };
    const result = await run({ files, args: [...args, ...helm] });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(result.read('values.yaml')).toBe(values);
  });

  it('says what else comes out, and holds no chart against values that lie beside none', async () => {
    const files = {
      'Chart.yaml': chart,
      'templates/p.yaml': `${template('{{ .Values.image.repository }}:{{ .Values.image.tag }}')}---\n${template('ghcr.io/acme/web:old').replace('name: a }', 'name: b }')}`,
      'values.yaml': 'image:\n  repository: ghcr.io/acme/web\n  tag: v1\n',
    };
    const result = await run({ files, args: ['ghcr.io/acme/web=:v2', ...helm] });
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain('helm template also gives ghcr.io/acme/web:old');
    const alone = await run({
      files: { 'values.yaml': files['values.yaml'] },
      args: ['ghcr.io/acme/web=:v2', ...helm],
    });
    expect(alone).toMatchObject({ code: 0, stderr: 'wrote values.yaml\n' });
  });
});

describe('in an application of Waybill', () => {
  const waybill = (more: string): string => `apiVersion: waybill.dev/v1\nkind: Waybill\n${more}`;
  const lock =
    'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n- name: nginx\n  tag: "5"\n';
  const environments = 'source: { manifests: base }\nenvironments: { staging: {}, production: {} }\n';
  it.each<[string, Record<string, string>, string[], readonly string[]]>([
    [
      'a lock has the last word',
      { 'waybill.yaml': waybill(environments), 'locks/production.yaml': lock, 'base/pod.yaml': pod('nginx:1') },
      ['-e', 'production', '--write', 'manifests'],
      [
        'locks/production.yaml:6:8: error[image-not-rendered]: waybill render -e production still gives nginx:5 after',
        'Change it there (leave --write out).',
      ],
    ],
    [
      'an overlay has the last word',
      {
        'waybill.yaml': waybill(
          'source: { manifests: base }\noverlays:\n- name: pin\n  target: {}\n  set: { spec.containers.0.image: "nginx:7" }\n',
        ),
        'base/pod.yaml': pod('nginx:1'),
      },
      ['--write', 'manifests'],
      ['waybill.yaml:7:35: error[image-not-rendered]: waybill render still gives nginx:7', 'overlay "pin" decides'],
    ],
    [
      'an overlay has the last word after kustomize',
      {
        'waybill.yaml': waybill(
          'source: { kustomize: . }\noverlays: [{ target: {}, set: { spec.containers.0.image: "nginx:7" } }]\n',
        ),
        'kustomization.yaml': kustomization('- name: nginx\n  newTag: "1"\n'),
        'pod.yaml': pod('nginx:1'),
      },
      write,
      ['waybill render still gives nginx:7'],
    ],
    [
      'the source does not read the file',
      {
        'waybill.yaml': waybill('source: { manifests: { path: base, exclude: old.yaml } }\n'),
        'base/pod.yaml': pod('redis:1'),
        'base/old.yaml': pod('nginx:1'),
      },
      ['--write', 'manifests'],
      ['waybill render has no nginx after the change', 'does not read what was changed'],
    ],
    [
      'the result does not render',
      {
        'waybill.yaml': waybill(
          'source: { manifests: base }\noverlays: [{ target: {}, patch: [{ op: test, path: /spec/containers/0/image, value: "nginx:1" }] }]\n',
        ),
        'base/pod.yaml': pod('nginx:1'),
      },
      ['--write', 'manifests'],
      ['waybill render fails after the change'],
    ],
  ])('nothing is written when %s', async (_name, files, args, messages) => {
    const result = await run({ files, args: ['nginx=:2', ...args] });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    for (const message of messages) expect(result.stderr).toContain(message);
    for (const [file, text] of Object.entries(files)) expect(result.read(file)).toBe(text);
  });

  it.each([[[]], [['--file', 'base/pod.yaml']]])(
    'is said, where all environments or named files are meant, that a lock has the last word: %s',
    async (more) => {
      const files = {
        'waybill.yaml': waybill(environments),
        'locks/production.yaml': lock,
        'base/pod.yaml': pod('nginx:1'),
      };
      const result = await run({ files, args: ['nginx=:2', '--write', 'manifests', ...more] });
      expect(result).toMatchObject({ code: 0, stdout: 'nginx: 1 -> 2\n' });
      expect(result.stderr).toContain(
        'waybill render -e production still gives nginx:5 after the change: locks/production.yaml decides',
      );
      expect(result.stderr).not.toContain('-e staging');
    },
  );

  it('is written what renders, and what rendered in no way before', async () => {
    const files = { 'waybill.yaml': waybill(environments), 'base/pod.yaml': pod('nginx:1') };
    expect(await run({ files, args: ['nginx=:2', '-e', 'production', '--write', 'manifests'] })).toMatchObject({
      code: 0,
      stdout: 'nginx: 1 -> 2\n',
      stderr: 'wrote base/pod.yaml\n',
    });
    const broken = { ...files, 'base/more.yaml': 'kind: [\n' };
    const result = await run({ files: broken, args: ['nginx=:2', '-e', 'production', '--write', 'manifests'] });
    expect(result).toMatchObject({ code: 0, stdout: 'nginx: 1 -> 2\n' });
    expect(result.stderr).toContain(
      'not held against waybill render -e production, which fails without the change, too',
    );
  });
});
