/**
 * The fields that say which resource a manifest is, when they are no text. Argo CD takes a namespace that is no string
 * as absent and deploys into the Application's destination (gitops-engine, GetNamespace); a policy that binds namespaces
 * would judge another one than the one that was written.
 */
import { getKey, isObject, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { type Finding, kindOfValue } from './finding.ts';

const fields: readonly Path[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'generateName'],
  ['metadata', 'namespace'],
];

/** One finding `identity-not-text` for each of these fields that is there and no text. */
export function findIdentities(body: JsonObject): Finding[] {
  return fields.flatMap((path): Finding[] => {
    const [first = '', second] = path.map(String);
    const top = getKey(body, first);
    const value = second === undefined ? top : isObject(top) ? getKey(top, second) : undefined;
    if (value === undefined || typeof value === 'string') return [];
    return [
      {
        code: 'identity-not-text',
        path,
        message: `${path.join('.')} is ${kindOfValue(value)}, not a text`,
        value,
        isMaybeEmpty: value === null,
      },
    ];
  });
}
