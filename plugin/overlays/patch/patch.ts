/**
 * `patch`: the operations of RFC 6902, each checked before it is applied, so that a wrong one says what exists instead
 * of adding something. Either all of them are applied or none.
 */
import { equals, getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { isSecretPath } from '../../resources/secret.ts';
import { writeJson } from '../../yaml/write-json.ts';
import { type Attempt, problem, step, writeLeaves } from '../attempt.ts';
import { Draft, type Node } from './draft.ts';
import { parsePointer, PointerError, resolvePointer } from './resolve.ts';

/** One operation on its way. */
interface Running {
  readonly attempt: Attempt;
  readonly operation: JsonObject;
  readonly index: number;
  readonly draft: Draft;
}

/** The manifest after all operations. Failure `overlay-patch` with the place of the first that cannot be done, `limit-nodes`. */
export function applyPatch(attempt: Attempt, body: JsonObject, operations: readonly JsonObject[]): JsonObject {
  if (attempt.write === undefined) return applyAll(attempt, body, operations, 0);
  // Each write is told with the manifest in which its path is to be read.
  let current = body;
  for (const [index, operation] of operations.entries()) {
    const before = current;
    current = step(attempt, before, (inner) => applyAll(inner, before, [operation], index));
  }
  return current;
}

/** `first` is the index of the first of these operations in the patch. */
function applyAll(attempt: Attempt, body: JsonObject, operations: readonly JsonObject[], first: number): JsonObject {
  const draft = new Draft(body);
  for (const [index, operation] of operations.entries()) {
    const running = { attempt, operation, index: first + index, draft };
    applyOne(running);
    if (draft.view().kind === 'mapping') continue;
    throw fails(running, 'path', 'it would leave no resource', ['To remove a resource, use `remove: true`.']);
  }
  const after = draft.value();
  return isObject(after) && operations.length > 0 ? after : body;
}

function applyOne(running: Running): void {
  const { operation } = running;
  const written = getKey(operation, 'op');
  const op = typeof written === 'string' ? written : writeJson(written ?? null);
  switch (op) {
    case 'add':
      add(running, place(running, 'path', true), given(running));
      return;
    case 'replace':
      replace(running, place(running, 'path'), given(running));
      return;
    case 'remove':
      remove(running, place(running, 'path'));
      return;
    case 'copy':
      copy(running);
      return;
    case 'move':
      move(running);
      return;
    case 'test':
      test(running);
      return;
    default:
      throw fails(running, 'op', `there is no operation ${op}`, [
        'Operations: add, remove, replace, move, copy, test.',
      ]);
  }
}

/** Tells of a change, when somebody listens. */
function told(running: Running, path: Path, before: () => Json | undefined, after: Json | undefined): void {
  const { attempt, index } = running;
  if (attempt.write === undefined) return;
  const at: Path = ['patch', index, after === undefined ? 'path' : 'value'];
  writeLeaves(attempt, { from: path, to: path, at }, before(), after);
}

function add(running: Running, path: Path, value: Json): void {
  const { attempt, draft, index } = running;
  attempt.growth.add(attempt, value, path.length, ['patch', index]);
  // Adding to a list moves what is there, adding to a mapping replaces it.
  told(running, path, () => (typeof path.at(-1) === 'number' ? undefined : draft.valueAt(path)), value);
  draft.add(path, value);
}

function replace(running: Running, path: Path, value: Json): void {
  const { attempt, draft, index } = running;
  attempt.growth.add(attempt, value, path.length, ['patch', index]);
  told(running, path, () => draft.valueAt(path), value);
  draft.replace(path, value);
}

function remove(running: Running, path: Path): Node {
  told(running, path, () => running.draft.valueAt(path), undefined);
  return running.draft.remove(path);
}

function copy(running: Running): void {
  const from = place(running, 'from');
  add(running, place(running, 'path', true), running.draft.valueAt(from) ?? null);
}

/** RFC 6902 defines move as remove and add. */
function move(running: Running): void {
  const { attempt, draft, index } = running;
  const from = place(running, 'from');
  const [source, target] = [pointer(running, 'from'), pointer(running, 'path')];
  if (source === target) return;
  if (`${target}/`.startsWith(`${source}/`)) throw fails(running, 'path', 'a value cannot be moved into itself');
  const value = attempt.write === undefined ? undefined : draft.valueAt(from);
  const taken = remove(running, from);
  // The target is read in what is left: removing an item moves those behind it.
  const path = place(running, 'path', true);
  told(running, path, () => (typeof path.at(-1) === 'number' ? undefined : draft.valueAt(path)), value);
  attempt.growth.deepen(attempt, path.length, ['patch', index]);
  draft.add(path, taken);
}

function test(running: Running): void {
  const { draft } = running;
  const path = place(running, 'path');
  const [wanted, found] = [given(running), draft.valueAt(path)];
  if (equals(found, wanted)) return;
  const isSecret = isSecretPath({ kind: draft.valueAt(['kind']), apiVersion: draft.valueAt(['apiVersion']) }, path);
  throw fails(running, 'value', `the value is ${isSecret ? 'another value' : short(found ?? null)}`);
}

function short(value: Json): string {
  const text = writeJson(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function pointer(running: Running, field: 'path' | 'from'): string {
  const text = getKey(running.operation, field);
  if (typeof text === 'string') return text;
  throw fails(running, 'op', `it has no ${field}`);
}

function given(running: Running): Json {
  const value = getKey(running.operation, 'value');
  if (value === undefined) throw fails(running, 'op', 'it has no value');
  return value;
}

function place(running: Running, field: 'path' | 'from', adds = false): Path {
  try {
    return resolvePointer(running.draft.view(), parsePointer(pointer(running, field)), adds);
  } catch (error) {
    if (error instanceof PointerError) throw fails(running, field, error.message, error.help);
    throw error;
  }
}

function fails(running: Running, field: string, message: string, help: readonly string[] = []): Error {
  const { attempt, operation, index } = running;
  const path = getKey(operation, 'path');
  const what = [getKey(operation, 'op'), path].filter((part) => typeof part === 'string').join(' ');
  const at = getKey(operation, field) === undefined ? ['patch', index] : ['patch', index, field];
  return problem(attempt, 'overlay-patch', `patch[${index}] (${what}) fails: ${message}`, { at, help });
}
