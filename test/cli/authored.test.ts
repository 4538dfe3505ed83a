/**
 * Identities, labels, selectors and images that YAML reads as something else than text, and containers whose image an
 * overlay takes away: refused where they are written, or where an overlay made them.
 */
import { describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

async function render(manifests: string, overlays = '[]'): Promise<{ code: number; stdout: string; stderr: string }> {
  const root = createRepository({
    'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
environments: { dev: {} }
overlays: ${overlays}
`,
    'app/base/m.yaml': manifests,
  });
  return runCli(['render', 'app', '-e', 'dev', '--no-stamp'], { cwd: root });
}

const config = (metadata: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`;
const workload = (spec: string, kind = 'Deployment', apiVersion = 'apps/v1'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web }\nspec:\n  ${spec}\n`;
const pods = 'template: { spec: { containers: [{ name: main, image: "a:1" }, { name: side, image: "b:1" }] } }';

describe('identities', () => {
  it.each([
    ['{ name: a, namespace: 2024 }', '3:33', 'metadata.namespace is the number 2024', '"2024"'],
    ['{ name: a, namespace: off }', '3:33', 'metadata.namespace is the boolean false', '"off"'],
    ['{ name: a, namespace: null }', '3:33', 'metadata.namespace is null', '"null"'],
    ['{ name: 1.10 }', '3:19', 'metadata.name is the number 1.1', '"1.10"'],
    ['{ name: 0x1F }', '3:19', 'metadata.name is the number 31', '"0x1F"'],
    ['{ name: yes }', '3:19', 'metadata.name is the boolean true', '"yes"'],
    ['{ generateName: 12 }', '3:27', 'metadata.generateName is the number 12', '"12"'],
  ])('metadata: %s', async (metadata, place, message, quoted) => {
    const { code, stdout, stderr } = await render(config(metadata));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`app/base/m.yaml:${place}: error[identity-not-text]`);
    expect(stderr).toContain(`${message}, not a text`);
    expect(stderr).toContain(`Write it in quotes: ${quoted}`);
  });

  it('lets an empty namespace pass, as charts print it, and texts that look like other types', async () => {
    const { code, stdout } = await render(`${config('\n  name: "12"\n  namespace:')}---\n${config('{ name: b-1 }')}`);
    expect(code).toBe(0);
    expect(stdout).toContain('name: "12"');
  });

  it('names the overlay that made them', async () => {
    const { code, stderr } = await render(
      config('{ name: a }'),
      '\n- name: place\n  target: { kind: ConfigMap }\n  set: { metadata.namespace: 7 }',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('app/waybill.yaml:8:30: error[identity-not-text]');
    expect(stderr).toContain('ConfigMap/a: metadata.namespace is the number 7, not a text (by overlay "place")');
  });
});

describe('labels, annotations and selectors', () => {
  it.each([
    ['metadata: { annotations: { a: 1.10 } }', 'annotation a of spec.template.metadata.annotations is the number 1.1'],
    ['metadata: { labels: { a: on } }', 'label a of spec.template.metadata.labels is the boolean true'],
    ['spec: { nodeSelector: { gpu: true } }', 'gpu of spec.template.spec.nodeSelector is the boolean true'],
  ])('template: %s', async (template, message) => {
    const { code, stderr } = await render(workload(`template: { ${template} }`));
    expect(code).toBe(1);
    expect(stderr).toContain('app/base/m.yaml:5:');
    expect(stderr).toContain(`error[metadata-not-string]: Deployment/web: ${message}`);
  });

  it.each([
    [workload('selector: { matchLabels: { v: 1 } }'), 'v of spec.selector.matchLabels'],
    [workload('selector: { app: 1 }', 'Service', 'v1'), 'app of spec.selector'],
    [
      workload('volumeClaimTemplates: [{ metadata: { name: d, labels: { v: 2 } } }]', 'StatefulSet'),
      'label v of spec.volumeClaimTemplates.0.metadata.labels',
    ],
    [
      workload('jobTemplate: { metadata: { labels: { v: 2 } } }', 'CronJob', 'batch/v1'),
      'label v of spec.jobTemplate.metadata.labels',
    ],
    [
      workload('podSelector: { matchLabels: { v: 2 } }', 'NetworkPolicy', 'networking.k8s.io/v1'),
      'v of spec.podSelector.matchLabels',
    ],
  ])('%s', async (manifest, message) => {
    expect((await render(manifest)).stderr).toContain(message);
  });

  it('lets the schemas of custom kinds pass, which have these words as keys', async () => {
    const schema = 'versions: [{ schema: { matchLabels: { type: object }, labels: { type: 1 } } }]';
    const { code } = await render(workload(schema, 'CustomResourceDefinition', 'apiextensions.k8s.io/v1'));
    expect(code).toBe(0);
  });

  it.each([
    ['set: { spec.template.metadata.labels.v: 2 }', '8:'],
    ['merge: { spec: { template: { metadata: { labels: { v: 2 } } } } }', '8:'],
    ['patch: [{ op: add, path: /metadata/labels, value: { v: 2 } }]', '8:'],
  ])('points at the overlay: %s', async (operation, place) => {
    const { stderr } = await render(
      workload('template: { metadata: { labels: { a: b } } }'),
      `\n- target: {}\n  optional: true\n  ${operation}`,
    );
    expect(stderr).toContain(`app/waybill.yaml:${place}`);
    expect(stderr).toContain('is the number 2 (by overlay)');
  });
});

describe('images', () => {
  it('are texts', async () => {
    const { code, stderr } = await render(workload('containers: [{ name: main, image: 1.10 }]', 'Pod', 'v1'));
    expect(code).toBe(1);
    expect(stderr).toContain(
      'm.yaml:5:37: error[image-not-text]: Pod/web: the image of containers main is the number 1.1',
    );
    expect(stderr).toContain('"1.10"');
  });

  it.each([
    [
      'a name is misspelled',
      workload(pods),
      'merge: { spec: { template: { spec: { containers: [{ name: mian, args: [-v] }] } } } }',
      'the new container mian has no image (by overlay "more")\n',
      'Containers of the manifest: main, side. Did you mean main?',
    ],
    [
      'a list without merge keys is replaced',
      workload(pods, 'Runner', 'acme.dev/v1'),
      'merge: { spec: { template: { spec: { containers: [{ name: main, args: [-v] }] } } } }',
      'container main loses its image (by overlay "more")\n',
      'its kind has no merge keys here',
    ],
    [
      'a patch removes it',
      workload(pods),
      'patch: [{ op: remove, path: /spec/template/spec/containers/0/image }]',
      'container main loses its image (by overlay "more")\n',
      '',
    ],
    [
      'an overlay empties it',
      workload(pods),
      'set: { spec.template.spec.containers.0.image: "" }',
      'container main has an empty image (by overlay "more")\n',
      'Write the image, or leave the field out.',
    ],
    [
      'an item is added whose image is a blank',
      workload(pods),
      'merge: { spec: { template: { spec: { containers: [{ name: more, image: " " }] } } } }',
      'the new container more has an empty image (by overlay "more")\n',
      'Write the image, or leave the field out.',
    ],
    [
      'an item is added without one',
      workload(pods, 'Rollout', 'argoproj.io/v1alpha1'),
      'patch: [{ op: add, path: /spec/template/spec/initContainers, value: [{ name: init }] }]',
      'the new container init has no image (by overlay "more")\n',
      '',
    ],
  ])('%s', async (_name, manifest, operation, message, help) => {
    const { code, stdout, stderr } = await render(manifest, `\n- name: more\n  target: {}\n  ${operation}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('app/waybill.yaml:8:');
    expect(stderr).toContain(`error[container-no-image]`);
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
  });

  it('may be missing where the manifest has none, and in patches that are values of a custom kind', async () => {
    const patch = 'containers: [{ name: reloader }]';
    const manifests = `${workload('template: { spec: { containers: [{ name: main }] } }')}---\n${workload(patch, 'Prometheus', 'monitoring.coreos.com/v1')}`;
    const { code } = await render(manifests, '\n- target: {}\n  set: { metadata.labels.a: b }');
    expect(code).toBe(0);
  });
});
