/**
 * Which values nobody may see outside the manifests themselves: what `diff` and `explain` print ends in pull requests
 * and terminals, as Argo CD's own UI they show that a Secret's value changes, not the value.
 */
import { getKey, isObject, type Json, type JsonObject, type MutableJsonObject, setKey } from './json.ts';
import { identify } from './resource.ts';

const secretFields = ['data', 'stringData'];

/** What stands in place of a hidden value. */
export const hiddenText = '(hidden)';

/** True when the value at `path` of the manifest is, or is inside, a Secret's data. */
export function isSecretPath(body: JsonObject, path: readonly (string | number)[]): boolean {
  const { group, kind } = identify(body);
  return kind === 'Secret' && group === '' && secretFields.includes(String(path[0]));
}

/** The manifest with every value of a Secret replaced by {@link hiddenText}; other manifests as they are. */
export function hideSecrets(body: JsonObject): JsonObject {
  if (!isSecretPath(body, ['data'])) return body;
  const hidden: MutableJsonObject = { ...body };
  for (const field of secretFields) {
    const values = getKey(body, field);
    if (values === undefined) continue;
    setKey(hidden, field, isObject(values) ? hideValues(values) : hiddenText);
  }
  return hidden;
}

function hideValues(values: JsonObject): Json {
  const hidden: MutableJsonObject = {};
  for (const key of Object.keys(values)) setKey(hidden, key, hiddenText);
  return hidden;
}
