/**
 * A resource on its way through a kustomization, and the identities that kustomize knows it by (kyaml/resid, and
 * api/resource CurId, OrgId, PrevIds).
 */
import { getKey, isArray, isObject, type Json, type MutableJsonObject } from '../../../resources/json.ts';
import { splitApiVersion } from '../../../resources/resource.ts';
import { clusterScoped } from './fields.generated.ts';
import { outside } from './outside.ts';

/** Where kustomize looks for resources without a namespace, and for those that can have none. */
const DEFAULT_NAMESPACE = 'default';
export const NO_NAMESPACE = '_non_namespaceable_';

/** Group, version and kind; absent ones of a selector select all. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** An identity, as it is now or as it was. */
export interface Id extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** A resource that is changed in place. Nothing of it is shared with others. */
export interface Item {
  readonly body: MutableJsonObject;
  /** The file it was read from, as a tree path. */
  readonly file: string;
  /** Its identities before each change that kustomize remembers, the oldest first. */
  readonly previous: Id[];
  /** Labels and annotations that transformers wrote, by their names. */
  readonly written: Map<string, string>;
  /** The identity that was read last ({@link idOf}), and what it was read from. */
  known?: Known;
}

interface Known {
  readonly apiVersion: Json | undefined;
  readonly kind: Json | undefined;
  readonly name: Json | undefined;
  readonly namespace: Json | undefined;
  readonly id: Id;
}

/** Names that kustomize writes without quotes, and that no reader takes for anything else. */
const IDENTITY = /^(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[a-z][a-z0-9.:-]*$/iu;

function text(value: Json | undefined, what: string): string {
  return typeof value === 'string' && IDENTITY.test(value) ? value : outside(`a resource with an unusual ${what}`);
}

/** `metadata` of a resource. */
export function metadataOf(body: MutableJsonObject): MutableJsonObject {
  const metadata = getKey(body, 'metadata');
  // A part of the body, which is changed in place.
  return isObject(metadata) ? metadata : outside('a resource without metadata');
}

/** The identity that a resource has now. */
export function idOf(item: Item): Id {
  const { body } = item;
  const metadata = metadataOf(body);
  const [apiVersion, kind] = [getKey(body, 'apiVersion'), getKey(body, 'kind')];
  const [name, namespace] = [getKey(metadata, 'name'), getKey(metadata, 'namespace')];
  // Every transformer asks, for each field: texts that are what they were before are not looked at again.
  const { known } = item;
  const isKnown = known?.kind === kind && known?.name === name;
  if (known && isKnown && known.apiVersion === apiVersion && known.namespace === namespace) {
    return known.id;
  }
  if (typeof apiVersion !== 'string' || !/^[a-z][\w./-]*$/u.test(apiVersion)) outside('a resource without apiVersion');
  if (typeof kind !== 'string' || !/^[A-Z]\w*$/u.test(kind)) outside('a resource without kind');
  const { group, version } = splitApiVersion(apiVersion);
  const id = {
    group,
    version,
    kind,
    name: text(name, 'name'),
    namespace: namespace === undefined ? '' : text(namespace, 'namespace'),
  };
  item.known = { apiVersion, kind, name, namespace, id };
  return id;
}

/** The identity it was read with. */
export function originalId(item: Item): Id {
  return item.previous[0] ?? idOf(item);
}

/** Remembers the present identity. */
export function rememberId(item: Item): void {
  const id = idOf(item);
  item.previous.push({ ...id, namespace: effectiveNamespace(id) });
}

/** Whether kustomize knows for certain that a kind has no namespace. */
export function isClusterScoped({ group, version, kind }: Gvk): boolean {
  return clusterScoped.has(`${group === '' ? '' : `${group}/`}${version} ${kind}`);
}

/** The namespace by which two identities are compared. */
export function effectiveNamespace(id: Id): string {
  if (isClusterScoped(id)) return NO_NAMESPACE;
  return id.namespace === '' ? DEFAULT_NAMESPACE : id.namespace;
}

/** What is equal for equal identities, and for no others. */
export function keyOfId(id: Id): string {
  return [id.group, id.version, id.kind, id.name, effectiveNamespace(id)].join('\0');
}

/** Whether an identity has what a selector names. */
export function isSelected(id: Gvk, selector: Partial<Gvk>): boolean {
  return (
    (!selector.group || selector.group === id.group) &&
    (!selector.version || selector.version === id.version) &&
    (!selector.kind || selector.kind === id.kind)
  );
}

/** Leaves to kustomize what two of one identity are. */
export function requireDistinct(items: readonly Item[]): void {
  if (new Set(items.map((item) => keyOfId(idOf(item)))).size < items.length) outside('two resources of one name');
}

/** A copy of a value that may be changed. */
export function mutableCopy(value: Json): Json {
  if (isArray(value)) return value.map(mutableCopy);
  if (!isObject(value)) return value;
  return mutableObject(value);
}

/** A copy of a mapping that may be changed. A key that JavaScript treats in its own way is left to kustomize. */
export function mutableObject(value: Readonly<Record<string, Json | undefined>>): MutableJsonObject {
  const copy: MutableJsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') outside('a key named __proto__');
    copy[key] = member === undefined ? undefined : mutableCopy(member);
  }
  return copy;
}
