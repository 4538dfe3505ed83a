/**
 * What is in rendered manifests for a hand-back: the records that name the source commit, and the hooks.
 */
import { parseRecordName } from '../../../plugin/record/name.ts';
import { isObject, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';

/** The records among rendered objects. */
export function recordsOf(manifests: readonly JsonObject[]): JsonObject[] {
  return manifests.filter((one) => {
    return one['kind'] === 'ConfigMap' && parseRecordName(textAt(one, ['metadata', 'name'])) !== undefined;
  });
}

/** Names of the records among rendered objects. */
export function recordNames(manifests: readonly JsonObject[]): string[] {
  return recordsOf(manifests).map((one) => textAt(one, ['metadata', 'name']));
}

/** The pod template of the hook that Argo CD runs in this phase: `PostSync`, `SyncFail`. */
export function hookOf(manifests: readonly JsonObject[], phase: string): JsonObject {
  const job = manifests.find((one) => textAt(one, ['metadata', 'annotations', 'argocd.argoproj.io/hook']) === phase);
  const template = valueAt(job ?? {}, ['spec', 'template']);
  if (!isObject(template)) throw new Error(`there is no ${phase} hook`);
  return template;
}
