import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../plugin/yaml/read.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { identify, shortName } from '../../plugin/resources/resource.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { argocdModule } from '../tools/argocd-module.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';

// Argo CD's own manifests, the component and the values file: what an operator puts together.
const folder = temporaryFolders();

function objectsIn(text: string, file: string): JsonObject[] {
  return readYaml(text, { file, duplicateKeys: 'error' }).flatMap(({ value }) => (isObject(value) ? [value] : []));
}

function find(objects: readonly JsonObject[], name: RegExp): JsonObject {
  const found = objects.filter((one) => name.test(shortName(identify(one))));
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

function list(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter((item) => isObject(item)) : [];
}

const podSpec = ['spec', 'template', 'spec'];
const containersOf = (deployment: JsonObject): readonly JsonObject[] =>
  list(valueAt(deployment, [...podSpec, 'containers']));
const volumesOf = (deployment: JsonObject): readonly JsonObject[] => list(valueAt(deployment, [...podSpec, 'volumes']));
const nameOf = (item: JsonObject): string => {
  const name = getKey(item, 'name');
  return typeof name === 'string' ? name : '';
};
const named = (items: readonly JsonObject[], name: string): JsonObject =>
  items.find((item) => nameOf(item) === name) ?? {};

let manifests = '';
beforeAll(async () => {
  manifests = join(await argocdModule(), 'manifests/base/repo-server');
});

async function build(kustomization: string, more: Record<string, string> = {}): Promise<JsonObject[]> {
  const root = folder({ 'kustomization.yaml': kustomization, ...more });
  cpSync(manifests, join(root, 'argocd'), { recursive: true });
  cpSync('sidecar', join(root, 'sidecar'), { recursive: true });
  return objectsIn(execFileSync(await kustomizeBinary(), ['build', root], { encoding: 'utf8' }), 'kustomize');
}

const install = `namespace: argocd
resources: [argocd]
components: [sidecar]
images: [{ name: waybill, newName: ghcr.io/waybill-dev/waybill, newTag: 0.1.0 }]
`;

describe('the kustomize component', () => {
  it("adds one container and its volumes to Argo CD's own repo-server, and changes nothing else", async () => {
    const before = find(await build('namespace: argocd\nresources: [argocd]\n'), /^Deployment\//u);
    const after = find(await build(install), /^Deployment\//u);
    expect(containersOf(after).map(nameOf)).toEqual(['argocd-repo-server', 'waybill']);
    const added = new Set(['waybill', 'waybill-policy', 'waybill-tmp']);
    const isOld = (one: JsonObject): boolean => !added.has(nameOf(one));
    expect(containersOf(after).filter(isOld)).toEqual(containersOf(before));
    expect(volumesOf(after).filter(isOld)).toEqual(volumesOf(before));
    expect(valueAt(after, [...podSpec, 'initContainers'])).toEqual(valueAt(before, [...podSpec, 'initContainers']));
    expect(valueAt(after, ['metadata'])).toEqual(valueAt(before, ['metadata']));
  });

  it('mounts only volumes that the pod has, and takes the image that the operator names', async () => {
    const objects = await build(install);
    const deployment = find(objects, /^Deployment\//u);
    const container = named(containersOf(deployment), 'waybill');
    const volumes = volumesOf(deployment).map(nameOf);
    const mounts = list(getKey(container, 'volumeMounts')).map(nameOf);
    expect(mounts).toEqual(['var-files', 'plugins', 'waybill-policy', 'waybill-tmp']);
    expect(volumes).toEqual(expect.arrayContaining(mounts));
    expect(getKey(container, 'image')).toBe('ghcr.io/waybill-dev/waybill:0.1.0');
    const policy = find(objects, /^ConfigMap\/waybill-policy/u);
    expect(valueAt(named(volumesOf(deployment), 'waybill-policy'), ['configMap', 'name'])).toBe(identify(policy).name);
    expect(valueAt(policy, ['data', 'policy.yaml'])).toBe(readFileSync('sidecar/policy.yaml', 'utf8'));
  });

  it('has probes that say the same of either server, and a switch of one line', async () => {
    const container = named(containersOf(find(await build(install), /^Deployment\//u)), 'waybill');
    const probes = ['readinessProbe', 'livenessProbe'].map((probe) => valueAt(container, [probe, 'exec', 'command']));
    expect(probes).toEqual([
      ['test', '-S', '/home/argocd/cmp-server/plugins/waybill.sock'],
      ['waybill', 'serve', '--check'],
    ]);
    const text = readFileSync('sidecar/repo-server.yaml', 'utf8');
    expect(text.split('\n').filter((line) => /^ +command: \[waybill-confine/u.test(line))).toHaveLength(1);
  });

  it('opens the port of the metrics to one namespace, where the operator adds that', async () => {
    const objects = await build(install.replace('[sidecar]', '[sidecar, sidecar/metrics]'));
    const container = named(containersOf(find(objects, /^Deployment\//u)), 'waybill');
    expect(getKey(container, 'ports')).toEqual([{ name: 'waybill-metrics', containerPort: 9095 }]);
    expect(getKey(container, 'command')).toEqual(expect.arrayContaining(['serve', '--metrics', ':9095']));
    expect(list(getKey(container, 'volumeMounts'))).toHaveLength(4);
    const policy = find(objects, /^NetworkPolicy\/waybill-metrics/u);
    expect(valueAt(policy, ['spec', 'ingress'])).toHaveLength(1);
  });

  it('gives the container no more rights than the repo-server has', async () => {
    const containers = containersOf(find(await build(install), /^Deployment\//u));
    const own = getKey(named(containers, 'argocd-repo-server'), 'securityContext');
    expect(isObject(own) && Object.keys(own).length).toBeGreaterThan(3);
    expect(getKey(named(containers, 'waybill'), 'securityContext')).toEqual({
      ...(isObject(own) ? own : {}),
      runAsUser: 999,
    });
  });

  it("takes the operator's own policy in place of the sample", async () => {
    const own = 'apiVersion: waybill.dev/v1\nkind: Policy\nsources: [manifests]\n';
    const component = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator:
  - { name: waybill-policy, behavior: replace, files: [policy.yaml] }
`;
    const objects = await build(install.replace('[sidecar]', '[sidecar, policy]'), {
      'policy/kustomization.yaml': component,
      'policy/policy.yaml': own,
    });
    const policy = find(objects, /^ConfigMap\/waybill-policy/u);
    expect(getKey(policy, 'data')).toEqual({ 'policy.yaml': own });
    const volume = named(volumesOf(find(objects, /^Deployment\//u)), 'waybill-policy');
    expect(valueAt(volume, ['configMap', 'name'])).toBe(identify(policy).name);
  });
});

describe('the values for the argo-cd chart', () => {
  const [values = {}] = objectsIn(readFileSync('sidecar/argo-helm-values.yaml', 'utf8'), 'argo-helm-values.yaml');
  const repoServer = getKey(values, 'repoServer');
  const fields = isObject(repoServer) ? repoServer : {};

  it('use the keys that the chart documents', () => {
    expect(Object.keys(values)).toEqual(['repoServer', 'extraObjects']);
    expect(Object.keys(fields)).toEqual(['extraContainers', 'volumes']);
  });

  it('are the same sidecar as the component', () => {
    const [patch] = readYaml(readFileSync('sidecar/repo-server.yaml', 'utf8'), {
      file: 'repo-server.yaml',
      duplicateKeys: 'error',
    });
    const [container, ...volumes] = list(patch?.value).map((operation) => getKey(operation, 'value'));
    const [own] = list(getKey(fields, 'extraContainers'));
    expect({ ...own, image: 'waybill' }).toEqual(container);
    expect(getKey(fields, 'volumes')).toEqual(volumes);
  });

  it('bring the policy that they mount', () => {
    const [policy = {}] = list(getKey(values, 'extraObjects'));
    expect(shortName(identify(policy))).toBe('ConfigMap/waybill-policy');
    expect(isObject(getKey(policy, 'data')) && Object.keys(getKey(policy, 'data') ?? {})).toEqual(['policy.yaml']);
  });
});
