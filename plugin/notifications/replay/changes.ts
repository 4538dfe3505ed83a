/**
 * What the notifications controller can see of an Application, in one line.
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import { fieldAt, stringAt, stringsAt } from '../../resources/read-fields.ts';

function revision(sync: Json | undefined): string {
  const one = stringAt(sync, 'revision');
  const all = one !== '' ? [one] : stringsAt(sync, 'revisions');
  return all.map((hash) => (/^[0-9a-f]{40}$/u.test(hash) ? hash.slice(0, 7) : hash)).join('+');
}

/** `Synced at 8f3c0e7, Healthy, operation Succeeded at 8f3c0e7`. */
export function describeApplication(application: JsonObject): string {
  const status = fieldAt(application, 'status');
  const operation = fieldAt(status, 'operationState');
  const sync = stringAt(status, 'sync', 'status');
  const phase = stringAt(operation, 'phase');
  // The request stays until the operation has ended; it says something only before the operation begins.
  const asked = fieldAt(application, 'operation') !== undefined && phase !== 'Running' && phase !== 'Terminating';
  const compared = revision(fieldAt(status, 'sync'));
  const operated = revision(fieldAt(operation, 'operation', 'sync'));
  return [
    fieldAt(application, 'metadata', 'deletionTimestamp') === undefined ? '' : 'being deleted',
    sync === '' ? 'not compared yet' : `${sync}${compared === '' ? '' : ` at ${compared}`}`,
    stringAt(status, 'health', 'status'),
    operation === undefined ? '' : `operation ${phase}${operated === '' ? '' : ` at ${operated}`}`,
    asked ? 'a sync is requested' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
