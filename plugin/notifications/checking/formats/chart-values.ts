/**
 * Values of the argo-cd chart: the block `notifications`, with the chart's own mapping to the ConfigMap (argo-helm,
 * charts/argo-cd/templates/argocd-configs/argocd-notifications-cm.yaml).
 */
import { getKey, isObject, type Json } from '../../../resources/json.ts';
import type { Path } from '../../../resources/pointer.ts';
import { writeYaml } from '../../../yaml/write.ts';
import type { NestedYaml } from '../nested.ts';
import { entries, type Format, type Setting, settingAt } from './format.ts';

/** What the chart writes as YAML into one key: the place of the whole must do for all of it. */
function written(yaml: NestedYaml, key: string, path: Path, value: Json): Setting {
  const place = yaml.locate(path);
  return { key, text: writeYaml(value), location: yaml.locate(path, 'key'), locate: () => place };
}

export const format: Format = (yaml) => {
  if (!isObject(yaml.value) || getKey(yaml.value, 'kind') !== undefined) return undefined;
  const block = getKey(yaml.value, 'notifications');
  if (!isObject(block)) return undefined;
  const argocdUrl = getKey(block, 'argocdUrl');
  const context = getKey(block, 'context');
  const subscriptions = getKey(block, 'subscriptions');
  const whole = { ...(argocdUrl ? { argocdUrl } : {}), ...(isObject(context) ? context : {}) };
  const place = context === undefined ? 'argocdUrl' : 'context';
  return {
    settings: [
      ...(Object.keys(whole).length > 0 ? [written(yaml, 'context', ['notifications', place], whole)] : []),
      ...(subscriptions ? [written(yaml, 'subscriptions', ['notifications', 'subscriptions'], subscriptions)] : []),
      ...['notifiers', 'templates', 'triggers'].flatMap((part) =>
        entries(getKey(block, part)).flatMap(([key, value]) => {
          return settingAt(yaml, ['notifications', part, key], key, value) ?? [];
        }),
      ),
    ],
    mistakes: [],
    location: yaml.locate(['notifications'], 'key'),
  };
};
