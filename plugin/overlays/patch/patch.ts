/**
 * `patch`: the operations of RFC 6902, each checked before it is applied, so that a wrong one says what exists instead
 * of adding something. Either all of them are applied or none.
 */
import { equals, getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { formatPointer, type Path, valueAt } from '../../resources/pointer.ts';
import { isSecretPath } from '../../resources/secret.ts';
import { writeJson } from '../../yaml/write-json.ts';
import { type Attempt, problem, step, writeLeaves } from '../attempt.ts';
import { applyStep, type Step } from './json-patch.ts';
import { parsePointer, PointerError, resolvePointer } from './resolve.ts';

/** One operation on its way. */
interface Running {
  readonly attempt: Attempt;
  readonly operation: JsonObject;
  readonly index: number;
}

/** The manifest after all operations. Failure `overlay-patch` with the place of the first that cannot be done. */
export function applyPatch(attempt: Attempt, body: JsonObject, operations: readonly JsonObject[]): JsonObject {
  let current = body;
  for (const [index, operation] of operations.entries()) {
    const before = current;
    current = step(attempt, before, (inner) => applyOne({ attempt: inner, operation, index }, before));
  }
  return current;
}

function applyOne(running: Running, body: JsonObject): JsonObject {
  const { attempt, index } = running;
  const at: Path = ['patch', index];
  let current: Json = body;
  for (const one of stepsOf(running, body)) {
    const before = valueAt(current, one.path);
    // Adding to a list moves what is there, adding to a mapping replaces it.
    const isInserted = one.op === 'add' && typeof one.path.at(-1) === 'number';
    const place = { from: one.path, to: one.path, at: [...at, one.op === 'remove' ? 'path' : 'value'] };
    writeLeaves(attempt, place, isInserted ? undefined : before, one.op === 'remove' ? undefined : one.value);
    current = applied(running, current, one);
  }
  if (isObject(current)) return current;
  throw fails(running, 'path', 'it would leave no resource', ['To remove a resource, use `remove: true`.']);
}

function applied(running: Running, value: Json, one: Step): Json {
  try {
    return applyStep(value, one);
  } catch (error) {
    if (error instanceof TypeError) throw fails(running, 'path', `${formatPointer(one.path)} is a forbidden key`);
    throw error;
  }
}

/** The changes that an operation makes, all of whose places exist. */
function stepsOf(running: Running, body: JsonObject): readonly Step[] {
  const { operation } = running;
  const written = getKey(operation, 'op');
  const op = typeof written === 'string' ? written : writeJson(written ?? null);
  switch (op) {
    case 'add':
      return [{ op, path: place(running, body, 'path', true), value: given(running) }];
    case 'replace':
      return [{ op, path: place(running, body, 'path'), value: given(running) }];
    case 'remove':
      return [{ op, path: place(running, body, 'path') }];
    case 'copy':
      return [{ op: 'add', path: place(running, body, 'path', true), value: moved(running, body).value }];
    case 'move':
      return move(running, body);
    case 'test':
      test(running, body);
      return [];
    default:
      throw fails(running, 'op', `there is no operation ${op}`, [
        'Operations: add, remove, replace, move, copy, test.',
      ]);
  }
}

function moved(running: Running, body: JsonObject): { readonly from: Path; readonly value: Json } {
  const from = place(running, body, 'from');
  return { from, value: valueAt(body, from) ?? null };
}

function move(running: Running, body: JsonObject): readonly Step[] {
  const { from, value } = moved(running, body);
  const [source, target] = [pointer(running, 'from'), pointer(running, 'path')];
  if (source === target) return [];
  if (`${target}/`.startsWith(`${source}/`)) throw fails(running, 'path', 'a value cannot be moved into itself');
  const removal: Step = { op: 'remove', path: from };
  // The target is read in what is left: removing an item moves those behind it.
  const left = applied(running, body, removal);
  return [removal, { op: 'add', path: place(running, left, 'path', true), value }];
}

function test(running: Running, body: JsonObject): void {
  const path = place(running, body, 'path');
  const [wanted, found] = [given(running), valueAt(body, path)];
  if (equals(found, wanted)) return;
  const shown = isSecretPath(body, path) ? 'another value' : short(found ?? null);
  throw fails(running, 'value', `the value is ${shown}`);
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

function place(running: Running, body: Json, field: 'path' | 'from', adds = false): Path {
  try {
    return resolvePointer(body, parsePointer(pointer(running, field)), adds);
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
