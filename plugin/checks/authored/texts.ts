/**
 * Labels, annotations and selectors whose values are no texts. Argo CD fails on those of the resource itself without
 * naming a file; those of pod templates and selectors fail at the API server, when the sync is under way.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { type Path, valueAt } from '../../resources/pointer.ts';
import { identify } from '../../resources/resource.ts';
import { podTemplatePath } from '../../resources/workload.ts';
import { type Finding, kindOfValue } from './finding.ts';

/** Groups whose selectors are Kubernetes' own; in others, such as the schemas of CRDs, the word may mean anything. */
const builtIn = new Set(['', 'apps', 'batch', 'networking.k8s.io', 'policy', 'argoproj.io']);

/** Every mapping of texts in a manifest, by its path. */
function* maps(body: JsonObject): Generator<Path> {
  yield ['metadata', 'labels'];
  yield ['metadata', 'annotations'];
  const { group, kind } = identify(body);
  const template = podTemplatePath(body);
  const holders: Path[] = template && template.length > 0 ? [template] : [];
  if (kind === 'CronJob') holders.push(['spec', 'jobTemplate']);
  const claims = valueAt(body, ['spec', 'volumeClaimTemplates']);
  if (isArray(claims)) holders.push(...claims.map((_, index) => ['spec', 'volumeClaimTemplates', index]));
  for (const holder of holders) {
    yield [...holder, 'metadata', 'labels'];
    yield [...holder, 'metadata', 'annotations'];
  }
  if (template) yield [...template, 'spec', 'nodeSelector'];
  if (group === '' && (kind === 'Service' || kind === 'ReplicationController')) yield ['spec', 'selector'];
  if (builtIn.has(group)) yield* matchLabels(getKey(body, 'spec'), ['spec']);
}

function* matchLabels(value: Json | undefined, path: Path): Generator<Path> {
  if (isArray(value)) {
    for (const [index, item] of value.entries())
      if (typeof item === 'object') yield* matchLabels(item, [...path, index]);
  } else if (isObject(value)) {
    for (const key in value) {
      const below = value[key];
      if (typeof below !== 'object' || below === null) continue;
      if (key === 'matchLabels') yield [...path, key];
      else yield* matchLabels(below, [...path, key]);
    }
  }
}

/** One finding `metadata-not-string` for each value that is no text. */
export function findTexts(body: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const path of maps(body)) {
    const map = valueAt(body, path);
    if (map === undefined || map === null) continue;
    const field = path.join('.');
    if (!isObject(map)) {
      findings.push({ code: 'metadata-not-string', path, message: `${field} is not a mapping` });
      continue;
    }
    for (const key in map) {
      const value = map[key];
      // In a template the API server reads null as an empty text.
      if (value === undefined || typeof value === 'string' || (value === null && path.length > 2)) continue;
      const name =
        path.at(-1) === 'labels' ? `label ${key}` : path.at(-1) === 'annotations' ? `annotation ${key}` : key;
      const where = path.length === 2 && path[0] === 'metadata' ? '' : ` of ${path.join('.')}`;
      findings.push({
        code: 'metadata-not-string',
        path: [...path, key],
        message: `${name}${where} is ${kindOfValue(value)}`,
        value,
        help: [`Kubernetes allows only texts in ${field}.`],
      });
    }
  }
  return findings;
}
