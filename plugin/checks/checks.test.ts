import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { completePolicy } from '../policy/policy.ts';
import type { JsonObject } from '../resources/json.ts';
import { checkResources } from './checks.ts';

function problems(bodies: readonly JsonObject[], context: { allowEmpty?: boolean; namespace?: string } = {}): string[] {
  try {
    checkResources(
      bodies.map((body, index) => ({ body, origin: { location: { file: 'all.yaml', line: index * 10 + 1 } } })),
      {
        policy: completePolicy({}, undefined, 'cli'),
        environment: undefined,
        speaker: { project: undefined, namespace: undefined },
        imagePaths: [],
        declared: [],
        lock: undefined,
        resolved: [],
        made: new Set(),
        allowEmpty: context.allowEmpty ?? false,
        destinationNamespace: context.namespace,
        location: { file: 'waybill.yaml' },
      },
    );
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      (one) => `${one.location?.file}:${one.location?.line ?? 0} ${one.code}: ${one.message}`,
    );
  }
}

const service = (metadata: JsonObject, apiVersion = 'v1'): JsonObject => ({ apiVersion, kind: 'Service', metadata });

const role = (metadata: JsonObject): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata,
});

describe('checkResources', () => {
  it('lets ordinary resources pass', () => {
    expect(problems([service({ name: 'a', labels: { a: '1' }, annotations: { b: 'x' } })])).toEqual([]);
  });

  it('refuses an empty result unless it is meant', () => {
    expect(problems([])).toEqual(['waybill.yaml:0 empty-result: the application renders no resource at all']);
    expect(problems([], { allowEmpty: true })).toEqual([]);
  });

  it.each<[string, JsonObject[], string[]]>([
    [
      'same name twice, whatever the version',
      [service({ name: 'a' }), service({ name: 'a' }, 'v2')],
      ['all.yaml:11 resource-duplicate: Service/a is rendered twice'],
    ],
    ['other group', [service({ name: 'a' }), service({ name: 'a' }, 'serving.knative.dev/v1')], []],
    ['other namespace', [service({ name: 'a', namespace: 'x' }), service({ name: 'a', namespace: 'y' })], []],
    ['generated names', [service({ generateName: 'a-' }), service({ generateName: 'a-' })], []],
    [
      'three of them are two errors',
      [service({ name: 'a' }), service({ name: 'a' }), service({ name: 'a' })],
      [
        'all.yaml:11 resource-duplicate: Service/a is rendered twice',
        'all.yaml:21 resource-duplicate: Service/a is rendered twice',
      ],
    ],
  ])('identity: %s', (_name, bodies, expected) => {
    expect(problems(bodies)).toEqual(expected);
  });

  it("counts a resource without a namespace as one of Argo CD's destination", () => {
    const bodies = [service({ name: 'a' }), service({ name: 'a', namespace: 'x' })];
    expect(problems(bodies)).toEqual([]);
    expect(problems(bodies, { namespace: 'x' })).toEqual([
      'all.yaml:11 resource-duplicate: Service/a in namespace x is rendered twice',
    ]);
    expect(problems([role({ name: 'a' }), role({ name: 'a', namespace: 'y' })])).toEqual([
      'all.yaml:11 resource-duplicate: ClusterRole/a is rendered twice',
    ]);
  });

  it('says of its own files that they are none', () => {
    const own = (kind: string) => ({ apiVersion: 'waybill.dev/v1', kind });
    expect(problems([own('ImageLock'), own('Notifications')])).toEqual([
      'all.yaml:1 manifest-own-file: this is a file of Waybill (kind ImageLock), and no manifest',
      'all.yaml:11 manifest-own-file: this is a file of Waybill (kind Notifications), and no manifest',
    ]);
  });

  it('reports everything that is wrong, of all manifests', () => {
    expect(
      problems([
        { metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'Service' },
        service({ name: 'b', annotations: { build: 7, on: true, none: null, ok: 'x' }, labels: ['a'] }),
      ]),
    ).toEqual([
      'all.yaml:1 resource-no-kind: the manifest named a has no kind',
      'all.yaml:1 resource-no-api-version: the manifest named a has no apiVersion',
      'all.yaml:11 resource-no-name: a Service has no metadata.name',
      'all.yaml:21 metadata-not-string: Service/b: metadata.labels is not a mapping',
      'all.yaml:21 metadata-not-string: Service/b: annotation build is the number 7',
      'all.yaml:21 metadata-not-string: Service/b: annotation on is the boolean true',
      'all.yaml:21 metadata-not-string: Service/b: annotation none is null',
    ]);
  });
});
