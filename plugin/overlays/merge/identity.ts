/**
 * A merge says what a resource has, not which resource it is. kustomize drops a name, namespace or kind that a patch
 * with a target has; here it is an error unless it is the resource's own, so that nobody waits for a change that never comes.
 */
import { equals, type Json, type JsonObject, type MutableJsonObject, getKey, isObject } from '../../resources/json.ts';
import { type Path, valueAt } from '../../resources/pointer.ts';
import { writeJson } from '../../yaml/write-json.ts';
import { type Attempt, problem } from '../attempt.ts';

const identity: readonly Path[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'generateName'],
  ['metadata', 'namespace'],
];

/** The merged manifest. Failure `overlay-identity` when the merge would change which resource it is. */
export function keepIdentity(attempt: Attempt, before: JsonObject, patch: JsonObject, after: JsonObject): JsonObject {
  for (const path of identity) {
    const [was, is] = [valueAt(before, path), valueAt(after, path)];
    if (equals(was, is)) continue;
    const message = `a merge cannot change ${path.join('.')} from ${describeValue(was)} to ${describeValue(is)}`;
    throw problem(attempt, 'overlay-identity', message, {
      at: ['merge', ...longestKnown(patch, path)],
      what: 'key',
      help: ['Omit it: the target selects the resources. To change it, use `set` or `patch`.'],
    });
  }
  return after;
}

function describeValue(value: Json | undefined): string {
  return value === undefined ? 'nothing' : writeJson(value);
}

/** The longest beginning of a path that the patch has. */
function longestKnown(patch: JsonObject, path: Path): Path {
  const known = path.findLastIndex((_, index) => valueAt(patch, path.slice(0, index + 1)) !== undefined);
  return path.slice(0, known + 1);
}

/** A patch that replaces the whole resource, with the identity that it does not mention; other patches as they are. */
export function withIdentity(before: JsonObject, patch: JsonObject): JsonObject {
  if (getKey(patch, '$patch') !== 'replace') return patch;
  const given = getKey(patch, 'metadata');
  const metadata: MutableJsonObject = {};
  const own = getKey(before, 'metadata');
  for (const key of ['name', 'generateName', 'namespace']) {
    const value = isObject(own) ? getKey(own, key) : undefined;
    if (value !== undefined) metadata[key] = value;
  }
  return {
    apiVersion: getKey(before, 'apiVersion'),
    kind: getKey(before, 'kind'),
    ...patch,
    metadata: isObject(given) || given === undefined ? { ...metadata, ...given } : given,
  };
}
