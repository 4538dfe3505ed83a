/**
 * A kustomization (or component) that patches the ConfigMap with what stands in itself.
 */
import { getKey, isArray, isObject } from '../../../resources/json.ts';
import { readNested } from '../nested.ts';
import { settingsInData } from './config-map.ts';
import { configMapName, type Format } from './format.ts';

export const format: Format = (yaml) => {
  const patches = isObject(yaml.value) ? getKey(yaml.value, 'patches') : undefined;
  for (const [index, one] of (isArray(patches) ? patches : []).entries()) {
    const patch = isObject(one) ? getKey(one, 'patch') : undefined;
    const text = yaml.textAt(['patches', index, 'patch'], patch);
    const target = isObject(one) ? getKey(one, 'target') : undefined;
    const aimed = isObject(target) && getKey(target, 'name') === configMapName;
    if (text && (aimed || text.text.includes(`name: ${configMapName}`))) return settingsInData(readNested(text));
  }
  return undefined;
};
