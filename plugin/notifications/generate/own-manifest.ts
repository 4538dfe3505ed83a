/**
 * What a ConfigMap of one's own has besides its data: labels decide whether Argo CD reads it at all, and annotations how
 * it is synced. The merged one has it, too.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { getKey, isObject, type JsonObject, type MutableJsonObject } from '../../resources/json.ts';
import type { Settings as Own } from '../checking/settings.ts';

/** What the API server writes: to apply it again would fail, or change nothing. */
const byServer = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);
const byKubectl = 'kubectl.kubernetes.io/last-applied-configuration';

function objectAt(body: JsonObject, key: string): JsonObject {
  const value = getKey(body, key);
  return isObject(value) ? value : {};
}

function without(body: JsonObject, skipped: (key: string) => boolean): MutableJsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !skipped(key)));
}

/** The metadata that is kept: all but what the API server and kubectl write. */
export function ownMetadata(own: Own | undefined): MutableJsonObject {
  const metadata = without(objectAt(own?.manifest ?? {}, 'metadata'), (key) => byServer.has(key));
  const annotations = without(objectAt(metadata, 'annotations'), (key) => key === byKubectl);
  if (Object.keys(annotations).length > 0) return { ...metadata, annotations };
  return without(metadata, (key) => key === 'annotations');
}

/** Other fields of the ConfigMap, such as `binaryData`. */
export function ownFields(own: Own | undefined): MutableJsonObject {
  return without(own?.manifest ?? {}, (key) => ['apiVersion', 'kind', 'metadata', 'data'].includes(key));
}

/** What the file of one's own has and the output has not; undefined when it has all of it. */
export function leftBehind(own: Own, format: 'configmap' | 'kustomize' | 'helm-values'): Diagnostic | undefined {
  const { labels, annotations } = ownMetadata(own);
  const metadata = labels !== undefined || annotations !== undefined;
  const what = [
    ...own.others,
    ...(format === 'helm-values' && metadata ? ['labels and annotations of the ConfigMap'] : []),
    ...(format === 'configmap' ? [] : Object.keys(ownFields(own))),
  ];
  if (what.length === 0) return undefined;
  return {
    severity: 'warning',
    code: 'notifications-left-out',
    message: `${own.file} also has ${what.join(', ')}: the output does not`,
    location: own.location,
    help: ['The output contains only the settings of the notifications controller. Keep the rest in a separate file.'],
  };
}
