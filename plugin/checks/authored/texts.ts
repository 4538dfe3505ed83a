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

type Visit = (map: Json | undefined, path: () => Path) => void;

/** Visits every mapping of texts in a manifest. A path is made for what is wrong only. */
function visitMaps(body: JsonObject, visit: Visit): void {
  const visitMetadata = (holder: Json | undefined, path: () => Path): void => {
    const metadata = isObject(holder) ? getKey(holder, 'metadata') : undefined;
    if (!isObject(metadata)) return;
    visit(getKey(metadata, 'labels'), () => [...path(), 'metadata', 'labels']);
    visit(getKey(metadata, 'annotations'), () => [...path(), 'metadata', 'annotations']);
  };
  visitMetadata(body, () => []);
  const { group, kind } = identify(body);
  const template = podTemplatePath(body);
  if (template && template.length > 0) visitMetadata(valueAt(body, template), () => template);
  if (kind === 'CronJob') visitMetadata(valueAt(body, ['spec', 'jobTemplate']), () => ['spec', 'jobTemplate']);
  const spec = getKey(body, 'spec');
  const claims = isObject(spec) ? getKey(spec, 'volumeClaimTemplates') : undefined;
  if (isArray(claims)) {
    claims.forEach((claim, index) => visitMetadata(claim, () => ['spec', 'volumeClaimTemplates', index]));
  }
  if (template) {
    const path = [...template, 'spec', 'nodeSelector'];
    visit(valueAt(body, path), () => path);
  }
  if (group === '' && (kind === 'Service' || kind === 'ReplicationController')) {
    visit(isObject(spec) ? getKey(spec, 'selector') : undefined, () => ['spec', 'selector']);
  }
  if (builtIn.has(group)) visitMatchLabels(spec, ['spec'], visit);
}

/** `path` is where `value` stands, and changes on the way. */
function visitMatchLabels(value: Json | undefined, path: (string | number)[], visit: Visit): void {
  const enter = (key: string | number, below: Json): void => {
    path.push(key);
    if (key === 'matchLabels') visit(below, () => [...path]);
    else visitMatchLabels(below, path, visit);
    path.pop();
  };
  if (isArray(value)) {
    value.forEach((item, index) => {
      if (typeof item === 'object') enter(index, item);
    });
  } else if (isObject(value)) {
    for (const key in value) {
      const below = value[key];
      if (typeof below === 'object' && below !== null) enter(key, below);
    }
  }
}

/** One finding `metadata-not-string` for each value that is no text. */
export function findTexts(body: JsonObject): Finding[] {
  const findings: Finding[] = [];
  visitMaps(body, (map, pathOf) => {
    if (map === undefined || map === null) return;
    if (!isObject(map)) {
      const path = pathOf();
      const field = path.join('.');
      findings.push({ code: 'metadata-not-string', path, message: `${field} is not a mapping` });
      return;
    }
    for (const key in map) {
      const value = map[key];
      if (value === undefined || typeof value === 'string') continue;
      const path = pathOf();
      // In a template the API server reads null as an empty text.
      if (value === null && path.length > 2) continue;
      findings.push(notText(path, key, value));
    }
  });
  return findings;
}

function notText(path: Path, key: string, value: Json): Finding {
  const field = path.join('.');
  const name = path.at(-1) === 'labels' ? `label ${key}` : path.at(-1) === 'annotations' ? `annotation ${key}` : key;
  const where = path.length === 2 && path[0] === 'metadata' ? '' : ` of ${field}`;
  return {
    code: 'metadata-not-string',
    path: [...path, key],
    message: `${name}${where} is ${kindOfValue(value)}`,
    value,
    help: [`Kubernetes allows only texts in ${field}.`],
  };
}
