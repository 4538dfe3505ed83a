/**
 * The fields that say which resource a manifest is, when they are no text. Argo CD takes a namespace that is no string
 * as absent and deploys into the Application's destination (gitops-engine, GetNamespace); a policy that binds namespaces
 * would judge another one than the one that was written.
 */
import { getKey, isObject, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { type Finding, kindOfValue } from './finding.ts';

const inMetadata = ['name', 'generateName', 'namespace'] as const;

/** One finding `identity-not-text` for each of these fields that is there and no text. */
export function findIdentities(body: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const judge = (holder: JsonObject, key: string, above: Path): void => {
    const value = getKey(holder, key);
    if (value === undefined || typeof value === 'string') return;
    const path = [...above, key];
    const message = `${path.join('.')} is ${kindOfValue(value)}, not a text`;
    findings.push({ code: 'identity-not-text', path, message, value, isMaybeEmpty: value === null });
  };
  judge(body, 'apiVersion', []);
  judge(body, 'kind', []);
  const metadata = getKey(body, 'metadata');
  if (isObject(metadata)) for (const key of inMetadata) judge(metadata, key, ['metadata']);
  return findings;
}
