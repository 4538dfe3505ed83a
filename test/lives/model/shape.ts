/**
 * The shape of an Application's state: what expressions can tell apart, without names, hashes and times. The recorded
 * shapes are what the model is held against.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((found, key) => (isObject(found) ? getKey(found, key) : undefined), value);
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Absent, empty or there. */
function presence(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  return value === '' || (isArray(value) && value.length === 0) ? 'empty' : 'set';
}

function revisions(of: Json | undefined): string {
  return JSON.stringify(at(of, 'revisions') ?? at(of, 'revision') ?? '');
}

/** One line. */
export function shapeOf(application: JsonObject): string {
  const status = at(application, 'status');
  const operation = at(status, 'operationState');
  const sync = at(operation, 'operation', 'sync');
  const result = at(operation, 'syncResult');
  const compared = at(status, 'sync');
  const hash = /[0-9a-f]{40}/u.test(revisions(compared)) ? 'hash' : revisions(compared) === '""' ? 'none' : 'branch';
  const operated =
    presence(at(sync, 'revision')) === 'set' || presence(at(sync, 'revisions')) === 'set' ? sync : result;
  return [
    at(application, 'metadata', 'deletionTimestamp') === undefined ? '' : 'deleting',
    `sync ${text(at(compared, 'status')) || 'none'} at ${hash}`,
    text(at(status, 'health', 'status')) || 'no health',
    at(application, 'operation') === undefined ? '' : 'asked',
    operation === undefined
      ? ''
      : [
          text(at(operation, 'phase')),
          revisions(operated) === revisions(compared) ? 'here' : 'elsewhere',
          at(operation, 'finishedAt') === undefined ? '' : 'finished',
          isArray(at(sync, 'resources')) ? 'partial' : '',
          `result ${presence(result)} revision ${presence(at(result, 'revision'))} revisions ${presence(at(result, 'revisions'))} resources ${presence(at(result, 'resources'))}`,
        ]
          .filter((part) => part !== '')
          .join(' '),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
