/**
 * `merge`: a strategic merge patch with kustomize's meaning (kyaml/yaml/merge2), for all kinds: where the schema
 * knows no merge keys, as for custom kinds, lists are replaced and the rest is JSON merge.
 *
 * What a patch does not mention is passed on as the same object. docs/overlays.md lists every difference to kustomize
 * and to kubectl; test/overlays holds them.
 */
import {
  equals,
  getKey,
  isArray,
  isObject,
  isScalar,
  type Json,
  type JsonObject,
  type MutableJsonObject,
  setKey,
} from '../../resources/json.ts';
import { type Attempt, below, type Target, problem, writeLeaves } from '../attempt.ts';
import { type Merge, quietly } from './context.ts';
import { type PatchMap, readPatchMap, refuseBeside, refuseDirectives } from './directives.ts';
import { keepIdentity, withIdentity } from './identity.ts';
import { mergeList } from './list.ts';
import { type Field, fieldOf, type Type, typeOf, typeOfKind, typeOfWorkload } from './schema.ts';

/**
 * The manifest with a merge applied; undefined when the merge says `$patch: delete`.
 * Failures `overlay-directive`, `overlay-identity`, `overlay-merge-key`, `overlay-type`.
 */
export function applyMerge(attempt: Attempt, body: JsonObject, patch: JsonObject): JsonObject | undefined {
  const place: Target = { from: [], to: [], at: ['merge'] };
  attempt.growth.add(attempt, patch, 0, place.at);
  const type = typeOfKind(body);
  const isBuiltIn = type !== undefined;
  const known = type ?? typeOfWorkload(body);
  const merged = mergeMap({ attempt, isBuiltIn }, body, withIdentity(body, patch), known, place);
  if (merged !== undefined) return keepIdentity(attempt, body, patch, merged);
  attempt.write?.({ path: [], before: body, after: undefined, at: ['merge', '$patch'] });
  return undefined;
}

/** A mapping with a patch applied; undefined when the patch deletes it. Equal to `base` when nothing changed. */
function mergeMap(
  merge: Merge,
  base: JsonObject,
  patch: JsonObject,
  type: Type | undefined,
  place: Target,
): JsonObject | undefined {
  // A custom kind may hold a manifest of a built-in one.
  const embedded = type === undefined && !merge.isBuiltIn ? (typeOfKind(base) ?? typeOfKind(patch)) : undefined;
  const inner = embedded ? { ...merge, isBuiltIn: true } : merge;
  const read = readPatchMap(inner, patch, place.at);
  if (read.strategy === 'delete') return undefined;
  if (read.strategy === 'replace') {
    const replaced = mergeFields(quietly(inner), {}, read, type ?? embedded, place);
    writeLeaves(merge.attempt, place, base, replaced);
    return replaced;
  }
  return mergeFields(inner, base, read, type ?? embedded, place);
}

function mergeFields(
  merge: Merge,
  base: JsonObject,
  patch: PatchMap,
  type: Type | undefined,
  place: Target,
): JsonObject {
  const { attempt } = merge;
  const made: MutableJsonObject = {};
  const patched = new Map(patch.fields);
  // A directive may speak of a list that the patch itself does not change.
  const directed = new Map([...patch.directed].filter(([key]) => !patched.has(key) && getKey(base, key) !== undefined));
  for (const key of directed.keys()) patched.set(key, []);
  const retained = retainedKeys(merge, patch, place);
  let changed = false;
  for (const [key, before] of Object.entries(base)) {
    if (before === undefined) continue;
    const value = patched.get(key);
    const isDropped = retained !== undefined && !retained.has(key);
    if (value === undefined && !isDropped) {
      setKey(made, key, before);
      continue;
    }
    patched.delete(key);
    const authored = isDropped ? '$retainKeys' : (directed.get(key) ?? key);
    const at = { ...below(place, key), at: [...place.at, authored] };
    const after = isDropped ? undefined : mergeField(merge, before, value ?? null, fieldOf(type, key), at, patch, key);
    if (after === undefined) writeLeaves(attempt, at, before, undefined);
    else setKey(made, key, after);
    changed ||= after !== before;
  }
  for (const [key, value] of patched) {
    const at = below(place, key);
    const after = mergeField(quietly(merge), undefined, value, fieldOf(type, key), at, patch, key);
    if (after === undefined) continue;
    writeLeaves(attempt, at, undefined, after);
    setKey(made, key, after);
    changed = true;
  }
  return changed ? made : base;
}

function retainedKeys(merge: Merge, patch: PatchMap, place: Target): ReadonlySet<string> | undefined {
  if (patch.retainKeys === undefined) return undefined;
  const retained = new Set(patch.retainKeys);
  for (const [key, value] of patch.fields) {
    if (value === null || retained.has(key)) continue;
    throw problem(merge.attempt, 'overlay-directive', `$retainKeys does not have ${key}, which the merge sets`, {
      at: [...place.at, key],
      what: 'key',
      help: ['$retainKeys lists every field that stays, those of the merge included.'],
    });
  }
  return retained;
}

/** The value of one field after the merge; undefined when it is removed. */
function mergeField(
  merge: Merge,
  base: Json | undefined,
  patch: Json,
  field: Field | undefined,
  place: Target,
  directives: PatchMap,
  key: string,
): Json | undefined {
  if (patch === null) return undefined;
  if (base !== undefined && base !== null && shapeOf(base) !== shapeOf(patch))
    throw shapesDiffer(merge, base, patch, place);
  if (isObject(patch)) {
    // Below the pod template of a custom kind everything is Kubernetes' own.
    const inner = field?.of !== undefined && !merge.isBuiltIn ? { ...merge, isBuiltIn: true } : merge;
    if (isObject(base)) return mergeMap(inner, base, patch, typeOf(field), place);
    const added = mergeMap(quietly(inner), {}, patch, typeOf(field), place);
    if (added !== undefined) writeLeaves(merge.attempt, place, base, added);
    return added;
  }
  if (isArray(patch))
    return mergeListField(merge, isArray(base) ? base : undefined, patch, field, place, directives, key);
  writeLeaves(merge.attempt, place, base, patch);
  return patch;
}

function mergeListField(
  merge: Merge,
  base: readonly Json[] | undefined,
  patch: readonly Json[],
  field: Field | undefined,
  place: Target,
  directives: PatchMap,
  key: string,
): Json | undefined {
  const deleted = directives.deleteFrom.get(key);
  const order = directives.order.get(key);
  const isPatched = directives.fields.some(([name]) => name === key);
  if (field?.merged !== true) refuseBeside(merge, directives, key, isPatched, place.at.slice(0, -1));
  if (field?.merged === true || !isPatched) {
    return mergeList(merge, { base, patch, field: field ?? { merged: true }, place, deleted, order }, mergeMap);
  }
  refuseDirectives(merge, patch, place.at);
  writeLeaves(merge.attempt, place, base, patch);
  return equals(base, patch) && base !== undefined ? base : patch;
}

type Shape = 'a mapping' | 'a list' | 'a single value';

function shapeOf(value: Json): Shape {
  if (isScalar(value)) return 'a single value';
  return isArray(value) ? 'a list' : 'a mapping';
}

function shapesDiffer(merge: Merge, base: Json, patch: Json, place: Target): Error {
  const field = place.to.join('.');
  return problem(merge.attempt, 'overlay-type', `${field} is ${shapeOf(base)}, and the merge has ${shapeOf(patch)}`, {
    at: place.at,
    help: ['Write it as the manifest does. To replace it by something else, use `set`.'],
  });
}
