/**
 * Several objects in one YAML file.
 */
import type { JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';

/** The objects as YAML documents, one after the other. */
export function writeDocuments(objects: readonly JsonObject[]): string {
  return objects.map((one) => writeYaml(one)).join('---\n');
}
