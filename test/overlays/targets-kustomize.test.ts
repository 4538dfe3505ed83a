import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import type { Target } from '../../plugin/resources/overlay.ts';
import { identify } from '../../plugin/resources/resource.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { kustomize, overlayOf, waybill } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const mark = [{ op: 'add', path: '/marked', value: true }];

function marked(bodies: readonly JsonObject[] | string): readonly boolean[] | 'error' {
  return typeof bodies === 'string' ? 'error' : bodies.map((body) => body['marked'] === true);
}

/** Which of the manifests kustomize patches, and which we do. */
async function both(manifests: readonly JsonObject[], target: Target): Promise<{ ours: unknown; theirs: unknown }> {
  const patches = [{ target: { ...target }, patch: JSON.stringify(mark) }];
  const theirs = marked(await kustomize(oracle, manifests, { patches }));
  const overlay = { ...overlayOf({ kind: 'patch', operations: mark }, target), optional: true };
  const ours = await waybill(manifests, overlay).then(marked, (error: unknown) => {
    if (error instanceof Failure && error.diagnostics.every(({ code }) => code === 'overlay-target')) return 'error';
    throw error;
  });
  return { ours, theirs };
}

const kinds = fc.constantFrom(
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['v1', 'ConfigMap'],
  ['v1', 'Namespace'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['acme.dev/v1beta1', 'Runner'],
);
const names = fc.constantFrom('web', 'web-1', 'worker', 'a.b', 'axb', 'WEB');
const texts = fc.dictionary(fc.constantFrom('a', 'b', 'app', 'acme.dev/c'), fc.constantFrom('x', '1', '10', '-3', ''));

const manifests = fc.uniqueArray(
  fc
    .record({
      kind: kinds,
      name: names,
      namespace: fc.constantFrom(undefined, 'default', 'ecotrack'),
      labels: texts,
      annotations: texts,
    })
    .map(({ kind: [apiVersion = '', kind = ''], name, namespace, labels, annotations }): JsonObject => {
      const place = namespace === undefined ? {} : { namespace };
      return { apiVersion, kind, metadata: { name, ...place, labels, annotations } };
    }),
  {
    minLength: 1,
    maxLength: 8,
    // kustomize refuses two of one identity, and takes no namespace for `default`.
    selector: (body) => {
      const { kind, name, namespace } = identify(body);
      return `${kind} ${name} ${['Namespace', 'ClusterRole'].includes(kind) ? '' : namespace || 'default'}`;
    },
  },
);

const expressions = fc.oneof(
  fc.constantFrom('web', 'Deployment', 'ecotrack', 'default', 'v1', 'apps', 'ConfigMap', '_non_namespaceable_'),
  fc.constantFrom(
    'web|worker',
    'w.*',
    '.*',
    '.+',
    'a.b',
    'Deployment|StatefulSet',
    'rbac.authorization.k8s.io',
    '|web',
  ),
  fc.constantFrom(
    'w[eo]b?',
    '^web$',
    '(?i)web',
    'web-\\d+',
    '[[:alpha:]]+',
    '\\pL+',
    '(?P<n>web)',
    '\\Aweb\\z',
    'web\\b.*',
    'a\\.b',
  ),
  fc.constantFrom(
    '[',
    '(',
    'a{2,1}',
    '*',
    '+',
    'a**',
    '(?=a)',
    '\\1',
    'web)',
    '\\',
    '(?<n>web)',
    'x*',
    '\\Qa.b\\E',
    'w(eb|orker)+',
  ),
  fc
    .array(fc.constantFrom('w', 'e', 'b', '.', '*', '+', '?', '|', '(', ')', '[', ']', '^', '$', '-', '\\d', '{1,2}'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
);

const selectors = fc.oneof(
  fc.constantFrom(
    'a',
    '!a',
    'a=x',
    'a==x',
    'a!=x',
    'a in (x,1)',
    'a notin (x)',
    'a>1',
    'a<10',
    'acme.dev/c',
    'a=',
    'a in (,x)',
    'app in ()',
    'a in (x,)',
    'a=x,b',
  ),
  fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        'app',
        'acme.dev/c',
        '=',
        '==',
        '!=',
        '!',
        'in',
        'notin',
        '(',
        ')',
        ',',
        '>',
        '<',
        '1',
        'x',
        ' ',
        '\t',
        '-3',
        'a_',
        '/',
        'é',
        '+5',
      ),
      { minLength: 1, maxLength: 7 },
    )
    .map((parts) => parts.join('')),
);

// An empty term is no condition for kustomize; here it is an error, but for the core group's.
describe('a target means the resources that kustomize means', () => {
  it('by regular expressions', async () => {
    const targets = fc.record(
      { group: expressions, version: expressions, kind: expressions, name: expressions, namespace: expressions },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(manifests, targets, async (bodies, target) => {
        const { ours, theirs } = await both(bodies, target);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 1500 },
    );
  });

  it.each(['labelSelector', 'annotationSelector'])('by %s', async (term) => {
    await fc.assert(
      fc.asyncProperty(manifests, selectors, async (bodies, selector) => {
        const { ours, theirs } = await both(bodies, { [term]: selector });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 1000 },
    );
  });

  it('by the names before and after an overlay renamed them', async () => {
    const web = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } };
    const rename = {
      target: { kind: 'ConfigMap' },
      patch: JSON.stringify([{ op: 'replace', path: '/metadata/name', value: 'new' }]),
    };
    for (const name of ['web', 'new']) {
      const built = await kustomize(oracle, [web], {
        patches: [rename, { target: { name }, patch: JSON.stringify(mark) }],
      });
      expect(built).toMatchObject([{ metadata: { name: 'new' }, marked: true }]);
    }
  });
});
