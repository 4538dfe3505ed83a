/**
 * The record as a manifest: how it is told from other ConfigMaps, and what it says.
 */
import { getKey, isObject, type JsonObject } from '../resources/json.ts';
import type { DeploymentRecord } from '../schemas/record.generated.ts';
import { validate } from '../schemas/record.validate.generated.js';

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

/** What a record says; undefined when the resource is no record, or what it says cannot be read. */
export function readRecord(body: JsonObject): DeploymentRecord | undefined {
  const text = recordText(body);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return validate(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
