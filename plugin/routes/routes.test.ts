import { describe, expect, it } from 'vitest';
import type { PartialPreview } from '../config/environment.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { JsonObject } from '../resources/json.ts';
import { identify } from '../resources/resource.ts';
import { valueAt } from '../resources/pointer.ts';
import { baggagePattern } from './baggage.ts';
import { addRoutes } from './routes.ts';

const location = { file: 'waybill.yaml' };
const partial: PartialPreview = {
  number: 12,
  slug: 'foo',
  host: 'foo.acme.inc',
  namespace: 'orders-preview-12',
  baseNamespace: 'sandbox',
  gateway: { name: 'public', namespace: 'gateways' },
  entry: { service: 'web', port: 80 },
  location,
};

const service = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec,
});
const http = (name: string): JsonObject => service(name, { ports: [{ name: 'http', port: 80 }] });

function added(bodies: readonly JsonObject[], settings: Partial<PartialPreview> = {}): JsonObject[] {
  const resources = bodies.map((body) => ({ body, origin: { location } }));
  return addRoutes(resources, { partial: { ...partial, ...settings } })
    .slice(bodies.length)
    .map(({ body }) => body);
}

const names = (bodies: readonly JsonObject[]): string[] =>
  bodies.map((body) => {
    const { kind, namespace, name } = identify(body);
    return `${kind} ${namespace}/${name}`;
  });

describe('the routes of a partial preview', () => {
  it('are one for each port that speaks HTTP, one for the host, and a grant', () => {
    const orders = service('orders', {
      ports: [
        { name: 'http-api', port: 80 },
        { name: 'rpc', appProtocol: 'kubernetes.io/h2c', port: 9000 },
        { name: 'metrics', port: 9090 },
        { port: 5432 },
      ],
    });
    const headless = service('orders-db', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] });
    const routes = added([orders, headless, service('far', { type: 'ExternalName', externalName: 'x.acme.inc' })]);
    expect(names(routes)).toEqual([
      'HTTPRoute sandbox/orders-80-preview-12',
      'HTTPRoute sandbox/orders-9000-preview-12',
      'HTTPRoute sandbox/orders-host-preview-12',
      'ReferenceGrant orders-preview-12/preview-routes',
    ]);
    expect(valueAt(routes[0], ['spec'])).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'orders', namespace: 'sandbox', port: 80 }],
      rules: [
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/' },
              headers: [{ type: 'RegularExpression', name: 'baggage', value: baggagePattern('foo') }],
            },
          ],
          backendRefs: [
            { group: '', kind: 'Service', name: 'orders', namespace: 'orders-preview-12', port: 80, weight: 1 },
          ],
        },
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 'orders', namespace: 'sandbox', port: 80, weight: 1 }],
        },
      ],
    });
    expect(valueAt(routes[3], ['spec', 'to'])).toEqual([{ group: '', kind: 'Service', name: 'orders' }]);
  });

  it('send the host to the base, or to the preview that has the entry, which wins over the others', () => {
    const host = (bodies: JsonObject[]): readonly unknown[] =>
      [
        ['hostnames', 0],
        ['rules', 0, 'backendRefs', 0, 'namespace'],
        ['rules', 0, 'matches', 0, 'method'],
        ['rules', 0, 'filters', 0, 'requestHeaderModifier', 'add', 0, 'value'],
      ].map((path) => valueAt(bodies.at(-2), ['spec', ...path]));
    expect(host(added([http('orders')]))).toEqual(['foo.acme.inc', 'sandbox', undefined, 'preview=foo']);
    expect(host(added([http('web')]))).toEqual(['foo.acme.inc', 'orders-preview-12', 'GET', 'preview=foo']);
  });

  it('have names that Kubernetes takes, and no two of them the same', () => {
    const long = 'o'.repeat(63);
    const routes = added([http(long), http(`${'o'.repeat(62)}p`)], { number: 999_999_999_999_999 });
    const found = names(routes);
    expect(new Set(found).size).toBe(found.length);
    for (const one of routes) expect(identify(one).name.length).toBeLessThanOrEqual(63);
  });

  it.each<[string, JsonObject[], string]>([
    ['no Service', [], 'no Service of this preview can be routed to'],
    ['none that speaks HTTP', [service('db', { ports: [{ name: 'tcp', port: 5432 }] })], 'no Service of this'],
    [
      'an entry without its port',
      [service('web', { ports: [{ name: 'http', port: 8080 }] })],
      'the entry web has no HTTP port 80',
    ],
    [
      'Services of another namespace',
      [{ ...http('web'), metadata: { name: 'web', namespace: 'other' } }],
      'no Service',
    ],
    ['ports that are none', [service('web', { ports: 'http' })], 'no Service'],
  ])('are refused for %s', (_what, bodies, message) => {
    const work = (): unknown => added(bodies);
    expect(work).toThrow(Failure);
    expect(work).toThrow(message);
  });
});
