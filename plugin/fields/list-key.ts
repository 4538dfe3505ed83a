/**
 * By which field the items of a list are the same item. Kubernetes says so for built-in kinds only, and differently
 * from version to version; for a comparison it is enough that a usual field is in every item and never twice.
 */
import { getKey, isObject, isScalar, type Json, type JsonObject } from '../resources/json.ts';

/** Gives an item its name in the list, as a path step: `[name=main]`. */
export type ListKey = (item: JsonObject) => string;

/**
 * Fields (or pairs of fields) that name items, the most telling first: merge keys of Kubernetes' API types. Not `host`
 * or `path`, which are values that differ from environment to environment.
 */
const candidates: readonly (readonly string[])[] = [
  ['name'],
  ['mountPath'],
  ['containerPort'],
  ['containerPort', 'protocol'],
  ['port'],
  ['port', 'protocol'],
  ['devicePath'],
  ['topologyKey'],
  ['topologyKey', 'whenUnsatisfiable'],
  ['ip'],
  ['key'],
];

function nameBy(fields: readonly string[]): (item: JsonObject) => string | undefined {
  return (item) => {
    const [first, ...others] = fields;
    if (first === undefined) return undefined;
    const value = getKey(item, first);
    if (!isScalar(value)) return undefined;
    // Further fields have defaults (a port's protocol is TCP), so they may be absent.
    const rest = others.flatMap((field) => {
      const more = getKey(item, field);
      return isScalar(more) ? [`${field}=${String(more)}`] : [];
    });
    return [`${first}=${String(value)}`, ...rest].join(',');
  };
}

function allDistinct(items: readonly JsonObject[], name: (item: JsonObject) => string | undefined): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const one = name(item);
    if (one === undefined || seen.has(one)) return false;
    seen.add(one);
  }
  return true;
}

/** The key for two states of one list, with both lists as objects; undefined when the items have no names. */
export function listKey(
  before: readonly Json[],
  after: readonly Json[],
): { readonly before: readonly JsonObject[]; readonly after: readonly JsonObject[]; readonly of: ListKey } | undefined {
  if (!before.every(isObject) || !after.every(isObject)) return undefined;
  for (const fields of candidates) {
    const name = nameBy(fields);
    if (allDistinct(before, name) && allDistinct(after, name)) {
      return { before, after, of: (item) => name(item) ?? '' };
    }
  }
  return undefined;
}
