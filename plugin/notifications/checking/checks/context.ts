/**
 * `context`: a mapping of texts, or nothing loads.
 */
import { isArray, isObject } from '../../../resources/json.ts';
import { refused, trap } from '../findings.ts';
import type { Check } from './check.ts';

export const check: Check = ({ context, templates, settings }) => {
  if (!context) {
    const using = templates.find(({ setting }) => setting.text.includes('.context.'));
    if (!using) return [];
    const message = `${using.setting.key} uses .context, and there is no key context`;
    return [trap(message, using.setting.location ?? settings.location, 'Add `context: |` with argocdUrl: https://….')];
  }
  const { value } = context.yaml;
  if (value === null) return [];
  if (!isObject(value)) return [refused('context must be a mapping of texts', context.setting.locate(1))];
  return Object.entries(value).flatMap(([key, one]) => {
    if (!isObject(one) && !isArray(one)) return [];
    return [refused(`context.${key} must be a text`, context.yaml.locate([key]))];
  });
};
