/**
 * What is in rendered manifests for a hand-back: the records that name the source commit, and the hooks.
 */
import { parseRecordName } from '../../../plugin/record/name.ts';
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { textAt } from '../oracle.ts';

/** The records among rendered objects. */
function recordsOf(manifests: readonly JsonObject[]): JsonObject[] {
  return manifests.filter((one) => {
    return one['kind'] === 'ConfigMap' && parseRecordName(textAt(one, ['metadata', 'name'])) !== undefined;
  });
}

/** Names of the records among rendered objects. */
export function recordNames(manifests: readonly JsonObject[]): string[] {
  return recordsOf(manifests).map((one) => textAt(one, ['metadata', 'name']));
}
