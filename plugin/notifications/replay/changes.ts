/**
 * What the notifications controller can see of an Application, in one line.
 */
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((found, key) => (isObject(found) ? getKey(found, key) : undefined), value);
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function revision(sync: Json | undefined): string {
  const one = text(at(sync, 'revision'));
  const several = at(sync, 'revisions');
  const all = one !== '' ? [one] : Array.isArray(several) ? several.map(text) : [];
  return all.map((hash) => (/^[0-9a-f]{40}$/u.test(hash) ? hash.slice(0, 7) : hash)).join('+');
}

/** `Synced at 8f3c0e7, Healthy, operation Succeeded at 8f3c0e7`. */
export function describeApplication(application: JsonObject): string {
  const status = at(application, 'status');
  const operation = at(status, 'operationState');
  const sync = text(at(status, 'sync', 'status'));
  const phase = text(at(operation, 'phase'));
  // The request stays until the operation has ended; it says something only before the operation begins.
  const asked = at(application, 'operation') !== undefined && phase !== 'Running' && phase !== 'Terminating';
  const compared = revision(at(status, 'sync'));
  const operated = revision(at(operation, 'operation', 'sync'));
  return [
    at(application, 'metadata', 'deletionTimestamp') === undefined ? '' : 'being deleted',
    sync === '' ? 'not compared yet' : `${sync}${compared === '' ? '' : ` at ${compared}`}`,
    text(at(status, 'health', 'status')),
    operation === undefined ? '' : `operation ${phase}${operated === '' ? '' : ` at ${operated}`}`,
    asked ? 'a sync is asked for' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
