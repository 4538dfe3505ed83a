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

/**
 * The merged manifest, its identity as it was: a `$patch: replace` of the whole gets it back.
 * Failure `overlay-identity` when the patch would change it.
 */
export function keepIdentity(attempt: Attempt, before: JsonObject, patch: JsonObject, merged: JsonObject): JsonObject {
  const after = getKey(patch, '$patch') === 'replace' ? withIdentity(before, merged) : merged;
  for (const path of identity) {
    const [was, is] = [valueAt(before, path), valueAt(after, path)];
    if (equals(was, is)) continue;
    const at = longestKnown(patch, path);
    throw problem(
      attempt,
      'overlay-identity',
      `a merge cannot change ${path.join('.')} from ${text(was)} to ${text(is)}`,
      {
        at: ['merge', ...at],
        what: 'key',
        help: [
          'Leave it out: the target says which resources are meant. To change it on purpose, use `set` or `patch`.',
        ],
      },
    );
  }
  return after;
}

function text(value: Json | undefined): string {
  return value === undefined ? 'nothing' : writeJson(value);
}

/** The longest beginning of a path that the patch has. */
function longestKnown(patch: JsonObject, path: Path): Path {
  const known = path.findLastIndex((_, index) => valueAt(patch, path.slice(0, index + 1)) !== undefined);
  return path.slice(0, known + 1);
}

function withIdentity(before: JsonObject, merged: JsonObject): JsonObject {
  const given = getKey(merged, 'metadata');
  const metadata: MutableJsonObject = {};
  const own = getKey(before, 'metadata');
  for (const key of ['name', 'generateName', 'namespace']) {
    const value = isObject(own) ? getKey(own, key) : undefined;
    if (value !== undefined) metadata[key] = value;
  }
  return {
    apiVersion: getKey(before, 'apiVersion'),
    kind: getKey(before, 'kind'),
    ...merged,
    metadata: { ...metadata, ...(isObject(given) ? given : {}) },
  };
}
