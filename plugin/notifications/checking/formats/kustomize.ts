/**
 * A kustomization (or component) that patches the ConfigMap with what stands in itself.
 */
import { getKey, isArray, isObject } from '../../../resources/json.ts';
import { readNested } from '../nested.ts';
import { settingsInData } from './config-map.ts';
import { configMapName, entries, type Format } from './format.ts';

export const format: Format = (yaml) => {
  const patches = isObject(yaml.value) ? getKey(yaml.value, 'patches') : undefined;
  for (const [index, one] of (isArray(patches) ? patches : []).entries()) {
    const patch = isObject(one) ? getKey(one, 'patch') : undefined;
    const text = yaml.textAt(['patches', index, 'patch'], patch);
    const target = isObject(one) ? getKey(one, 'target') : undefined;
    const aimed = isObject(target) && getKey(target, 'name') === configMapName;
    if (!text || (!aimed && !text.text.includes(`name: ${configMapName}`))) continue;
    const others = entries(yaml.value)
      .map(([key]) => key)
      .filter((key) => !['apiVersion', 'kind', 'metadata', 'patches'].includes(key));
    const more = (isArray(patches) ? patches.length : 0) - 1;
    return {
      ...settingsInData(readNested(text)),
      others: [...others, ...(more > 0 ? [`${more} more patch${more === 1 ? '' : 'es'}`] : [])],
    };
  }
  return undefined;
};
