/**
 * The order in which kustomize prints resources (SortOrderTransformer, `legacy`) and their keys (keyList of go-yaml).
 */
import { isArray, isObject, type Json, type JsonObject, type MutableJsonObject } from '../../../resources/json.ts';
import { type Id, idOf, type Item } from './item.ts';

const first = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const ranks = new Map([
  ...first.map((kind, index) => [kind, index - first.length] as const),
  ...last.map((kind, index) => [kind, index + 1] as const),
]);

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const typeText = ({ group, version, kind }: Id): string => [group || '~G', version || '~V', kind].join('_');
const idText = (id: Id): string => {
  const type = `${id.kind}.${id.version || '[noVer]'}.${id.group || '[noGrp]'}`;
  return [type, id.namespace || '~X', id.name].join('|');
};

/** Identities are ASCII, so that code units compare as bytes do. */
function compareIds(a: Id, b: Id): number {
  const [typeA, typeB] = [typeText(a), typeText(b)];
  if (typeA === typeB) return compare(idText(a), idText(b));
  const rank = (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0);
  if (rank !== 0) return rank;
  const isNamespace = a.kind === 'Namespace' && (a.group === '' || b.group === '');
  return isNamespace ? compare(typeB, typeA) : compare(typeA, typeB);
}

/** The items in the order in which kustomize prints them. */
export function inOrder(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, id: idOf(item) }))
    .sort((a, b) => compareIds(a.id, b.id))
    .map(({ item }) => item);
}

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;

/** Numbers in keys compare as numbers, and what is no letter comes before letters. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const differs = left.findIndex((character, index) => character !== right[index]);
  if (differs < 0 || differs >= right.length) return left.length - right.length;
  const [one = '', other = ''] = [left[differs], right[differs]];
  const [isLetter, isOtherLetter] = [letter.test(one), letter.test(other)];
  if (isLetter && isOtherLetter) return compare(one, other);
  if (isLetter || isOtherLetter) return isOtherLetter ? -1 : 1;
  const [numberA, endA] = numberAt(left, differs, one, other);
  const [numberB, endB] = numberAt(right, differs, one, other);
  if (numberA !== numberB) return numberA < numberB ? -1 : 1;
  return endA === endB ? compare(one, other) : endA - endB;
}

/** The digits at `start` as a number, with a one before them where there are digits other than zeros, and their end. */
function numberAt(text: readonly string[], start: number, one: string, other: string): [value: bigint, end: number] {
  let value = 0n;
  if (one === '0' || other === '0') {
    for (let at = start - 1; at >= 0 && digit.test(text[at] ?? ''); at -= 1) {
      if (text[at] === '0') continue;
      value = 1n;
      break;
    }
  }
  let end = start;
  for (; digit.test(text[end] ?? ''); end += 1) {
    value = BigInt.asIntN(64, value * 10n + BigInt((text[end] ?? '').charCodeAt(0) - 0x30));
  }
  return [value, end];
}

const ordinary = /^[A-Za-z]+$/u;

/** Whether keys of letters alone: for them the comparison is that of texts. */
function sortKeys(keys: string[]): string[] {
  return keys.every((key) => ordinary.test(key)) ? keys.sort(compare) : keys.sort(compareKeys);
}

/** A value with the keys of all mappings in order. */
function withOrderedKeys(value: Json): Json {
  if (isArray(value)) return value.map(withOrderedKeys);
  return isObject(value) ? objectInOrder(value) : value;
}

/** A mapping with the keys of all mappings in order. */
export function objectInOrder(value: JsonObject): JsonObject {
  const ordered: MutableJsonObject = {};
  for (const key of sortKeys(Object.keys(value))) {
    const member = value[key];
    if (member !== undefined) ordered[key] = withOrderedKeys(member);
  }
  return ordered;
}
