/**
 * The stage that fills in `metadata.namespace` where a manifest has none. It never overrides: a manifest that names
 * its namespace means it. Cluster-scoped kinds stay without.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Recorder } from '../provenance/change.ts';
import { getKey, isObject } from '../resources/json.ts';
import { identify, type Resource } from '../resources/resource.ts';
import { clusterScopeOf } from '../resources/cluster-scoped.ts';

/** What the stage needs besides the resources. */
export interface NamespaceContext {
  /** The namespace of waybill.yaml; undefined leaves everything as it is (Argo CD then uses its destination's). */
  readonly namespace: string | undefined;
  /** Where it is written. */
  readonly location?: Location | undefined;
  readonly record?: Recorder | undefined;
}

/** The resources with `metadata.namespace` filled in; those that have one or need none are passed on as they are. */
export function fillNamespace(resources: readonly Resource[], context: NamespaceContext): readonly Resource[] {
  const { namespace, location, record } = context;
  if (namespace === undefined) return resources;
  const isClusterScoped = clusterScopeOf(resources.map((resource) => resource.body));
  return resources.map((resource) => {
    const { body, origin } = resource;
    if (identify(body).namespace !== '' || isClusterScoped(body)) return resource;
    const metadata = getKey(body, 'metadata');
    if (!isObject(metadata)) return resource;
    record?.({
      origin,
      path: ['metadata', 'namespace'],
      body,
      before: getKey(metadata, 'namespace'),
      after: namespace,
      cause: { kind: 'namespace', label: 'namespace', ...(location ? { location } : {}) },
    });
    return { origin, body: { ...body, metadata: { ...metadata, namespace } } };
  });
}
