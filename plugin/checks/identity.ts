/**
 * Two resources with one identity. Argo CD keeps the last and only leaves a RepeatedResourceWarning on the Application
 * (controller/state.go, DeduplicateTargetObjects): one of the two is lost without anybody noticing.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { clusterScopeOf } from '../resources/cluster-scoped.ts';
import { getKey, isObject } from '../resources/json.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';

function place({ file, line }: Location): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** A manifest with only `generateName` gets a new name at each creation and meets nobody. */
function hasName(resource: Resource): boolean {
  const metadata = getKey(resource.body, 'metadata');
  return isObject(metadata) && typeof getKey(metadata, 'name') === 'string';
}

/**
 * Failure `resource-duplicate` for every resource whose group, kind, namespace and name an earlier one has. The version
 * does not matter. A resource without a namespace counts as one of `destinationNamespace`.
 */
export function checkIdentities(resources: readonly Resource[], destinationNamespace: string | undefined): void {
  const isClusterScoped = clusterScopeOf(resources.map((resource) => resource.body));
  const first = new Map<string, Resource>();
  attemptAll(resources, (resource) => {
    if (!hasName(resource)) return;
    const id = identify(resource.body);
    const namespace = isClusterScoped(resource.body) ? '' : id.namespace || (destinationNamespace ?? '');
    const key = [id.group, id.kind, namespace, id.name].join('\0');
    const other = first.get(key);
    if (!other) {
      first.set(key, resource);
      return;
    }
    const where = namespace === '' ? '' : ` in namespace ${namespace}`;
    throw failure('resource-duplicate', `${shortName(id)}${where} is rendered twice`, {
      location: resource.origin.location,
      help: [
        `The other one comes from ${place(other.origin.location)}.`,
        'Argo CD would keep only the last. Remove or rename one.',
      ],
    });
  });
}
