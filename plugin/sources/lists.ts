/**
 * Lists of resources, taken apart as Argo CD does (reposerver/repository, `GenerateManifests`; gitops-engine's
 * `IsList`): whatever its kind, an object whose `items` is a list stands for its items, and one whose `items` is null
 * (and that has neither `spec` nor `status`) stands for nothing.
 *
 * One difference: a list inside a list is taken apart too. Argo CD would pass it on as an object, which no cluster
 * accepts, and would drop all but one of several.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import type { Origin, Resource } from '../resources/resource.ts';

function isNullList(body: JsonObject): boolean {
  return getKey(body, 'items') === null && !Object.hasOwn(body, 'spec') && !Object.hasOwn(body, 'status');
}

function typeName(value: Json): string {
  if (isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return value === null ? 'null' : `the ${typeof value} ${JSON.stringify(String(value).slice(0, 40))}`;
}

function requireKind(body: JsonObject, origin: Origin): void {
  const kind = getKey(body, 'kind');
  if (typeof kind === 'string' && kind !== '') return;
  throw failure('resource-no-kind', 'this is no Kubernetes manifest: it has no kind', {
    location: origin.location,
    help: ['Files that are no manifests have no place in a source of manifests: move them, or list what to read.'],
  });
}

/**
 * The resources that one document of a manifest stands for: itself, or the items of a list. Failure
 * `manifest-not-object`, `resource-no-kind`.
 */
export function takeApart(value: Json, origin: Origin): Resource[] {
  const { location } = origin;
  if (!isObject(value)) {
    throw failure('manifest-not-object', `a manifest is a mapping, but this is ${typeName(value)}`, { location });
  }
  requireKind(value, origin);
  if (isNullList(value)) return [];
  const items = getKey(value, 'items');
  if (!isArray(items)) return [{ body: value, origin }];
  return attemptAll(items, (item, index) => {
    if (!isObject(item)) {
      const message = `item ${index} of the list is ${typeName(item)}, not a manifest`;
      throw failure('manifest-not-object', message, { location });
    }
    // Where a nested item came from is told by its place in the outermost list.
    return takeApart(item, { item: index, ...origin });
  }).flat();
}
