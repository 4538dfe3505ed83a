/**
 * The ConfigMap itself.
 */
import { getKey, isObject } from '../../../resources/json.ts';
import { refused } from '../findings.ts';
import type { NestedYaml } from '../nested.ts';
import { configMapName, entries, type Format, type FoundSettings, settingAt } from './format.ts';

/** The settings in `data` of a ConfigMap, or of a patch of one. */
export function settingsInData(yaml: NestedYaml): FoundSettings {
  const data = isObject(yaml.value) ? entries(getKey(yaml.value, 'data')) : [];
  return {
    settings: data.flatMap(([key, value]) => settingAt(yaml, ['data', key], key, value) ?? []),
    mistakes: data
      .filter(([, value]) => typeof value !== 'string')
      .map(([key]) => {
        const help = 'Kubernetes takes only texts: write a block scalar, `key: |`.';
        return refused(`data.${key} must be a text`, yaml.locate(['data', key], 'key'), help);
      }),
    location: yaml.locate([]),
    ...(isObject(yaml.value) ? { manifest: yaml.value } : {}),
  };
}

export const format: Format = (yaml, alone) => {
  if (!isObject(yaml.value) || getKey(yaml.value, 'kind') !== 'ConfigMap') return undefined;
  const metadata = getKey(yaml.value, 'metadata');
  const named = isObject(metadata) && getKey(metadata, 'name') === configMapName;
  return named || alone ? settingsInData(yaml) : undefined;
};
