/**
 * Custom kinds with a known pod template are merged as kustomize merges them when it is given an OpenAPI schema of the
 * kind, and their pods as those of a Deployment.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject, type MutableJsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { podTemplatePath } from '../../plugin/resources/workload.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { kustomize, kustomizeMerge, overlayOf, waybill } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'main', image: 'web:1', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] },
      { name: 'side', image: 'side:1' },
    ],
    volumes: [{ name: 'cache', emptyDir: {} }],
  },
};
const patch = {
  spec: {
    containers: [
      { name: 'main', env: [{ name: 'B', value: '2' }] },
      { name: 'more', image: 'more:1' },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  },
};

function below(path: readonly (string | number)[], value: Json): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return isObject(value) ? value : {};
  return { [String(first)]: rest.length === 0 ? value : below(rest, value) };
}

const kinds = [
  ['argoproj.io/v1alpha1', 'Rollout'],
  ['apps.kruise.io/v1alpha1', 'CloneSet'],
  ['apps.kruise.io/v1beta1', 'StatefulSet'],
  ['apps.kruise.io/v1alpha1', 'DaemonSet'],
  ['apps.kruise.io/v1alpha1', 'BroadcastJob'],
  ['serving.knative.dev/v1', 'Service'],
  ['serving.knative.dev/v1', 'Configuration'],
  ['keda.sh/v1alpha1', 'ScaledJob'],
  ['apps.openshift.io/v1', 'DeploymentConfig'],
  ['agones.dev/v1', 'Fleet'],
  ['agones.dev/v1', 'GameServer'],
  ['actions.github.com/v1alpha1', 'AutoscalingRunnerSet'],
] as const;

describe.each(kinds)('%s %s', (apiVersion, kind) => {
  const path = podTemplatePath({ apiVersion, kind }) ?? [];
  const manifest = { apiVersion, kind, metadata: { name: 'm' }, ...below(path, template) };

  it('merges its pods as a Deployment does', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'm' }, spec: { template } };
    const expected = await kustomizeMerge(oracle, deployment, { spec: { template: patch } });
    const [made] = await waybill([manifest], overlayOf({ kind: 'merge', value: below(path, patch) }));
    expect(valueAt(made, path)).toEqual(
      typeof expected === 'string' ? expected : valueAt(expected, ['spec', 'template']),
    );
  });

  it('replaces its other lists', async () => {
    const given: MutableJsonObject = { ...manifest, rules: [{ name: 'a', x: 1 }] };
    const [made] = await waybill([given], overlayOf({ kind: 'merge', value: { rules: [{ name: 'a', y: 2 }] } }));
    expect(made?.['rules']).toEqual([{ name: 'a', y: 2 }]);
  });
});

it('is what kustomize makes of a Rollout with a schema', async () => {
  const merged = (key: string, items: JsonObject): JsonObject => ({
    type: 'array',
    items,
    'x-kubernetes-patch-merge-key': key,
    'x-kubernetes-patch-strategy': 'merge',
  });
  const object = (properties: JsonObject): JsonObject => ({ type: 'object', properties });
  const container = object({ env: merged('name', { type: 'object' }) });
  const pod = object({ containers: merged('name', container), volumes: merged('name', { type: 'object' }) });
  const schema = {
    definitions: {
      'io.argoproj.v1alpha1.Rollout': {
        ...object({ spec: object({ template: object({ spec: pod }) }) }),
        'x-kubernetes-group-version-kind': [{ group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout' }],
      },
    },
  };
  const manifest = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'm' }, spec: { template } };
  const built = await kustomize(
    oracle,
    [manifest],
    { openapi: { path: 'schema.json' }, patches: [{ path: 'p.yaml' }] },
    {
      '/schema.json': JSON.stringify(schema),
      '/p.yaml': JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'm' },
        spec: { template: patch },
      }),
    },
  );
  expect(await waybill([manifest], overlayOf({ kind: 'merge', value: { spec: { template: patch } } }))).toEqual(built);
});
