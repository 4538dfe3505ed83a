/**
 * A resource on its way through the overlays: what it is now, and under which names a target finds it.
 */
import { getKey, isObject, isScalar, type JsonObject } from '../../resources/json.ts';
import { identify, type Resource, type ResourceId } from '../../resources/resource.ts';

/** The namespace in which kustomize looks for resources that have none, and the one it uses for those that can have none. */
const DEFAULT_NAMESPACE = 'default';
const NO_NAMESPACE = '_non_namespaceable_';

/** One resource while overlays are applied. */
export class Slot {
  /** Undefined once an overlay has removed it. */
  resource: Resource | undefined;
  /** True after an overlay failed on it: what later ones would report may only follow from that. */
  failed = false;
  /** The kind under which the selection lists it. */
  listedKind = '';
  /** Its identity now. */
  id: ResourceId;
  /** Its identity before the first overlay: a target finds a renamed resource by both names, as in kustomize. */
  readonly original: ResourceId;

  constructor(resource: Resource) {
    this.resource = resource;
    this.id = identify(resource.body);
    this.original = this.id;
  }

  /** Puts a new manifest, or none, in place of the present one. */
  replace(body: JsonObject | undefined): void {
    if (this.resource === undefined || body === this.resource.body) return;
    this.resource = body === undefined ? undefined : { body, origin: this.resource.origin };
    if (body !== undefined) this.id = identify(body);
  }
}

/** The namespace a target's `namespace` is compared with (kyaml/resid EffectiveNamespace). */
export function effectiveNamespace(id: ResourceId, isClusterScoped: boolean): string {
  if (isClusterScoped) return NO_NAMESPACE;
  return id.namespace === '' ? DEFAULT_NAMESPACE : id.namespace;
}

/** `metadata.labels` or `metadata.annotations` as texts; what is no mapping of scalars is left out. */
export function metadataTexts(body: JsonObject, field: 'labels' | 'annotations'): ReadonlyMap<string, string> {
  const metadata = getKey(body, 'metadata');
  const values = isObject(metadata) ? getKey(metadata, field) : undefined;
  const texts = new Map<string, string>();
  if (!isObject(values)) return texts;
  for (const [key, value] of Object.entries(values)) {
    if (isScalar(value)) texts.set(key, value === null ? '' : String(value));
  }
  return texts;
}
