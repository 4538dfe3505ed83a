/**
 * The record as a manifest: how it is told from other ConfigMaps.
 */
import { getKey, isObject, type JsonObject } from '../resources/json.ts';

/** The key of the record's data. */
const DATA_KEY = 'deployment.json';

/** The text of `deployment.json`; undefined when the resource is no record. A prefix, suffix or hash in the name changes nothing. */
function recordText(body: JsonObject): string | undefined {
  if (getKey(body, 'kind') !== 'ConfigMap' || getKey(body, 'apiVersion') !== 'v1') return undefined;
  const data = getKey(body, 'data');
  const text = isObject(data) ? getKey(data, DATA_KEY) : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Whether the resource is a record, whoever wrote it. */
export function isRecordManifest(body: JsonObject): boolean {
  return recordText(body) !== undefined;
}
