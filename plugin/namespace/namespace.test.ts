import { describe, expect, it } from 'vitest';
import type { Change } from '../provenance/change.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import { fillNamespace } from './namespace.ts';

const of = (body: JsonObject): Resource => ({ body, origin: { location: { file: 'a.yaml', line: 1 } } });
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'zones.acme.dev' },
  spec: { group: 'acme.dev', scope: 'Cluster', names: { kind: 'Zone' } },
};

describe('fillNamespace', () => {
  it.each<[string, JsonObject, string | undefined]>([
    ['fills it in', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }, 'ecotrack'],
    ['keeps its own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'x' } }, 'x'],
    [
      'leaves a ClusterRole',
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'a' } },
      undefined,
    ],
    ['leaves a Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }, undefined],
    [
      'leaves a custom kind whose definition is cluster-scoped',
      { apiVersion: 'acme.dev/v1', kind: 'Zone', metadata: { name: 'a' } },
      undefined,
    ],
    ['fills in an unknown kind', { apiVersion: 'acme.dev/v1', kind: 'Runner', metadata: { name: 'a' } }, 'ecotrack'],
    [
      'fills in a namespaced namesake of a built-in kind',
      { apiVersion: 'acme.dev/v1', kind: 'Node', metadata: { name: 'a' } },
      'ecotrack',
    ],
  ])('%s', (_name, body, expected) => {
    const [filled] = fillNamespace([of(body), of(crd)], { namespace: 'ecotrack' });
    expect(filled?.body['metadata']).toEqual({ name: 'a', ...(expected === undefined ? {} : { namespace: expected }) });
  });

  it('passes everything on when there is no namespace', () => {
    const resources = [of({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } })];
    expect(fillNamespace(resources, { namespace: undefined })).toBe(resources);
  });

  it('tells the recorder', () => {
    const changes: Change[] = [];
    const resource = of({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } });
    const location = { file: 'waybill.yaml', line: 3, column: 12 };
    fillNamespace([resource], { namespace: 'ecotrack', location, record: (change) => changes.push(change) });
    expect(changes).toEqual([
      {
        origin: resource.origin,
        path: ['metadata', 'namespace'],
        body: resource.body,
        before: undefined,
        after: 'ecotrack',
        cause: { kind: 'namespace', label: 'namespace', location },
      },
    ]);
  });
});
