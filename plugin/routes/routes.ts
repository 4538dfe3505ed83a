/**
 * The routes of a partial preview, in the terms of the Gateway API: requests for the preview's host get
 * `baggage: preview=<slug>`, and each Service of the base that the preview runs, too, gives requests with that member to
 * the preview's. Applications only pass the header on.
 *
 * A route for a Service counts for requests from all namespaces only in the Service's own namespace (GAMMA: producer
 * routes). So the routes are in the namespace of the base, and the preview's namespace grants them its Services.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { PartialPreview } from '../config/environment.ts';
import type { Recorder } from '../provenance/change.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { identify, type Resource } from '../resources/resource.ts';
import { valueAt } from '../resources/pointer.ts';
import { slug } from '../templates/slug.ts';
import { baggagePattern, MEMBER } from './baggage.ts';

/** What the stage needs to know. */
export interface RoutesContext {
  readonly partial: PartialPreview;
  readonly record?: Recorder | undefined;
}

/** A port of a Service that speaks HTTP. */
interface Port {
  readonly service: string;
  readonly port: number;
}

const HTTP_PROTOCOLS = new Set(['http', 'http2', 'grpc', 'grpc-web', 'kubernetes.io/h2c', 'kubernetes.io/ws']);

/** Whether a port speaks HTTP: by `appProtocol`, else by the first part of its name, as Istio reads it. */
function isHTTP(port: JsonObject): boolean {
  const protocol = getKey(port, 'appProtocol');
  if (typeof protocol === 'string') return HTTP_PROTOCOLS.has(protocol.toLowerCase());
  const name = getKey(port, 'name');
  return typeof name === 'string' && /^(?:http2?|grpc(?:-web)?)(?:-.*)?$/u.test(name);
}

/** The ports of a Service that routes may have. A Service without an address of its own has none. */
function portsOf({ body }: Resource): readonly Port[] {
  const { group, kind, name } = identify(body);
  if (group !== '' || kind !== 'Service') return [];
  if (valueAt(body, ['spec', 'clusterIP']) === 'None' || valueAt(body, ['spec', 'type']) === 'ExternalName') return [];
  const ports = valueAt(body, ['spec', 'ports']);
  return (isArray(ports) ? ports : []).flatMap((port) => {
    const number = isObject(port) && isHTTP(port) ? getKey(port, 'port') : undefined;
    return typeof number === 'number' ? [{ service: name, port: number }] : [];
  });
}

// The API server fills in what is left out of a list's items, and Argo CD then compares lists as wholes: a route that
// leaves out a default is OutOfSync for ever. So defaults are written.
const anyPath = { path: { type: 'PathPrefix', value: '/' } };

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

function backend(name: string, namespace: string, port: number): JsonObject {
  return { group: '', kind: 'Service', name, namespace, port, weight: 1 };
}

function route(name: string, partial: PartialPreview, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: slug(`${name}-preview-${partial.number}`),
      namespace: partial.baseNamespace,
      labels: { 'app.kubernetes.io/managed-by': 'waybill', 'waybill.dev/preview': partial.slug },
    },
    spec,
  };
}

/**
 * Requests with the preview's member go to its Service, all others where they went before. A Service with a route gets
 * nothing else, so the others are a rule of their own; it is the same in all previews, and whatever has a match for a
 * header comes before it.
 */
function meshRoute({ service, port }: Port, partial: PartialPreview): JsonObject {
  const header = { type: 'RegularExpression', name: 'baggage', value: baggagePattern(partial.slug) };
  return route(`${service}-${port}`, partial, {
    parentRefs: [{ group: '', kind: 'Service', name: service, namespace: partial.baseNamespace, port }],
    rules: [
      {
        matches: [{ ...anyPath, headers: [header] }],
        backendRefs: [backend(service, partial.namespace, port)],
      },
      { matches: [anyPath], backendRefs: [backend(service, partial.baseNamespace, port)] },
    ],
  });
}

/**
 * The preview's host. `add` appends to the header: a client's own members stay.
 *
 * Previews of one branch, each of another repository, share a host. The one that runs the entry has to win over those
 * that send requests to the base's, however old they are: matches by method come before those without.
 */
function hostRoute(application: string, isEntry: boolean, partial: PartialPreview): JsonObject {
  const { entry, gateway, host, namespace, baseNamespace } = partial;
  const matches = isEntry ? METHODS.map((method) => ({ path: anyPath.path, method })) : [anyPath];
  const member = { name: 'baggage', value: `${MEMBER}=${partial.slug}` };
  return route(`${application}-host`, partial, {
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway }],
    hostnames: [host],
    rules: [
      {
        matches,
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { add: [member] } }],
        backendRefs: [backend(entry.service, isEntry ? namespace : baseNamespace, entry.port)],
      },
    ],
  });
}

/** Lets the base's routes have Services of the preview, and nothing else of it. */
function grant(services: readonly string[], partial: PartialPreview): JsonObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: {
      name: 'preview-routes',
      namespace: partial.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'waybill' },
    },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: partial.baseNamespace }],
      to: services.map((name): Json => ({ group: '', kind: 'Service', name })),
    },
  };
}

/**
 * The resources, followed by the routes of a partial preview.
 * @throws Failure `preview-no-service` when no Service of the preview speaks HTTP, or the entry is not one of its ports
 */
export function addRoutes(resources: readonly Resource[], context: RoutesContext): readonly Resource[] {
  const { partial, record } = context;
  const own = resources.filter(({ body }) => {
    const { namespace } = identify(body);
    return namespace === '' || namespace === partial.namespace;
  });
  const ports = own.flatMap(portsOf);
  const { entry, location } = partial;
  const routed = ports.map(({ service, port }) => `${service}:${port}`);
  const isEntry = ports.some(({ service }) => service === entry.service);
  if (ports.length === 0 || (isEntry && !routed.includes(`${entry.service}:${entry.port}`))) {
    throw noService(partial, routed, location);
  }
  const services = [...new Set(ports.map(({ service }) => service))];
  const [first = ''] = services;
  const bodies = [
    ...ports.map((port) => meshRoute(port, partial)),
    hostRoute(isEntry ? entry.service : first, isEntry, partial),
    grant(services, partial),
  ];
  const made = bodies.map((body) => ({ body, origin: { location } }));
  for (const { origin, body } of made) {
    record?.({ origin, path: [], body, before: undefined, after: body, cause: { kind: 'stamp', label: 'partial' } });
  }
  return [...resources, ...made];
}

function noService({ entry }: PartialPreview, routed: readonly string[], location: Location): Error {
  return failure(
    'preview-no-service',
    routed.length === 0
      ? 'no Service of this preview can be routed to'
      : `the entry ${entry.service} has no HTTP port ${entry.port}`,
    {
      location,
      help: [
        'A port is an HTTP port if its appProtocol is http, or its name begins with http or grpc. Headless Services and those of type ExternalName have no routes.',
        ...(routed.length === 0 ? [] : [`Services and ports: ${routed.join(', ')}.`]),
      ],
    },
  );
}
