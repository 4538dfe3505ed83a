/**
 * Patches by JSON Patch (RFC 6902), as kustomize applies them: a patch that could fail is left to kustomize, and so are
 * operations that are rare.
 */
import { getKey, isArray, isObject, type Json, type MutableJsonObject } from '../../../resources/json.ts';
import { unescapePointerKey } from '../../../resources/pointer.ts';
import { asMutable } from './field-spec.ts';
import { idOf, type Item, keyOfId, metadataOf, mutableCopy, rememberId } from './item.ts';
import { outside } from './outside.ts';

/** One operation. */
interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: readonly string[];
  /** Undefined for `remove`. */
  readonly value: Json | undefined;
}

function pathOf(value: Json | undefined): readonly string[] {
  if (typeof value !== 'string' || !value.startsWith('/') || /~(?![01])/u.test(value))
    outside('an unusual path in a patch');
  return value.slice(1).split('/').map(unescapePointerKey);
}

function operationOf(value: Json): Operation {
  if (!isObject(value)) outside('a patch that is no list of operations');
  const op = getKey(value, 'op');
  if (op !== 'add' && op !== 'remove' && op !== 'replace') outside('an operation in a patch that is rare');
  const keys = Object.keys(value).sort().join();
  if (keys !== (op === 'remove' ? 'op,path' : 'op,path,value')) outside('an operation with unusual keys');
  const given = getKey(value, 'value');
  if (given === null) outside('an empty value in a patch');
  return { op, path: pathOf(getKey(value, 'path')), value: given };
}

/** The operations of a patch. `document` is its only document. */
export function readOperations(document: readonly Json[]): readonly Operation[] {
  if (document.length === 0) outside('an empty patch');
  return document.map(operationOf);
}

function indexOf(step: string, most: number): number {
  const index = /^(?:0|[1-9]\d{0,8})$/u.test(step) ? Number(step) : outside('an unusual index in a patch');
  return index <= most ? index : outside('an index in a patch that the list does not have');
}

function parentOf(body: MutableJsonObject, path: readonly string[]): Json {
  return path.slice(0, -1).reduce<Json>((value, step) => {
    const next = isArray(value) ? value[indexOf(step, value.length - 1)] : isObject(value) && getKey(value, step);
    return isArray(next) || isObject(next) ? next : outside('a patch of what is not there');
  }, body);
}

function applyToList(list: Json[], step: string, { op, value }: Operation): void {
  if (op === 'add') {
    const index = step === '-' ? list.length : indexOf(step, list.length);
    list.splice(index, 0, mutableCopy(value ?? null));
    return;
  }
  const index = indexOf(step, list.length - 1);
  if (op === 'remove') list.splice(index, 1);
  else if (list[index] === null) outside('a patch of an empty value');
  else list[index] = mutableCopy(value ?? null);
}

function apply(body: MutableJsonObject, operation: Operation): void {
  const { op, path, value } = operation;
  const step = path.at(-1) ?? '';
  if (step === '__proto__') outside('a key named __proto__');
  const parent = parentOf(body, path);
  if (isArray(parent)) {
    // Nothing of a resource is shared, so it may be changed.
    if (!isMutable(parent)) outside('a list');
    applyToList(parent, step, operation);
    return;
  }
  const object = asMutable(parent) ?? outside('a patch of what is not there');
  if (op !== 'add' && (getKey(object, step) ?? null) === null) outside('a patch of what is not there');
  if (op === 'remove') delete object[step];
  else object[step] = mutableCopy(value ?? null);
}

function isMutable(list: readonly Json[]): list is Json[] {
  return !Object.isFrozen(list);
}

/** Applies the operations to a resource. */
export function applyOperations(item: Item, operations: readonly Operation[]): void {
  const before = keyOfId(idOf(item));
  rememberId(item);
  // kustomize has notes of its own there, so a patch always finds annotations.
  const metadata = metadataOf(item.body);
  metadata['annotations'] ??= {};
  for (const operation of operations) apply(item.body, operation);
  if (keyOfId(idOf(item)) !== before) outside('a patch that changes an identity');
}
