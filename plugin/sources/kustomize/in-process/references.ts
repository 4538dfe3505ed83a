/**
 * Names by which resources name each other (api/filters/nameref). No name is changed here but that of a Namespace, which
 * nothing refers to. Where a namespace was set, kustomize writes it into references that have a place for one.
 */
import { getKey, isArray, isObject, type Json, type MutableJsonObject } from '../../../resources/json.ts';
import { asMutable, type FieldSpec, type NameReference, visitField } from './field-spec.ts';
import { nameReferences } from './fields.generated.ts';
import {
  effectiveNamespace,
  type Gvk,
  type Id,
  idOf,
  isClusterScoped,
  isSelected,
  type Item,
  NO_NAMESPACE,
  originalId,
} from './item.ts';
import { outside } from './outside.ts';

/** A resource that can be referred to. */
interface Candidate {
  readonly item: Item;
  readonly id: Id;
  /** Its effective namespaces, now and at first. */
  readonly namespace: string;
  readonly originalNamespace: string;
}

/** All resources, and those that had a name before. */
interface Candidates {
  readonly all: readonly Candidate[];
  readonly named: ReadonlyMap<string, readonly Candidate[]>;
}

function candidatesOf(items: readonly Item[]): Candidates {
  const all = items.map((item) => {
    const id = idOf(item);
    return { item, id, namespace: effectiveNamespace(id), originalNamespace: effectiveNamespace(originalId(item)) };
  });
  const named = new Map<string, Candidate[]>();
  for (const candidate of all) {
    for (const name of new Set(candidate.item.previous.map((id) => id.name))) {
      const before = named.get(name);
      if (before) before.push(candidate);
      else named.set(name, [candidate]);
    }
  }
  return { all, named };
}

/** The namespaces of the service accounts that a RoleBinding names. */
function boundNamespaces({ item, id }: Candidate): ReadonlySet<string> {
  const subjects = id.kind === 'RoleBinding' ? getKey(item.body, 'subjects') : undefined;
  const found = new Set<string>();
  if (!isArray(subjects)) return found;
  for (const subject of subjects) {
    if (!isObject(subject)) outside('a subject that is no mapping');
    const [namespace, kind] = [getKey(subject, 'namespace'), getKey(subject, 'kind')];
    if (namespace === undefined || kind === undefined) continue;
    if (typeof namespace !== 'string' || typeof kind !== 'string') outside('a subject that has no texts');
    if (kind === 'ServiceAccount') found.add(namespace);
  }
  return found;
}

/** What the reference to a role says besides the name. */
function roleOf({ body }: Item, path: readonly string[]): Partial<Gvk> {
  if (path.slice(-2).join('/') !== 'roleRef/name') return {};
  const role = getKey(body, 'roleRef');
  const [group, kind] = isObject(role) ? [getKey(role, 'apiGroup'), getKey(role, 'kind')] : [];
  return typeof group === 'string' && typeof kind === 'string' ? { group, kind } : outside('an unusual roleRef');
}

/** The references of one resource. */
class Referrer {
  readonly #self: Candidate;
  readonly #candidates: Candidates;
  readonly #bound: ReadonlySet<string>;
  readonly #isClusterScoped: boolean;

  constructor(self: Candidate, candidates: Candidates) {
    this.#self = self;
    this.#candidates = candidates;
    this.#bound = boundNamespaces(self);
    this.#isClusterScoped = isClusterScoped(self.id);
  }

  /** Brings the references to `target` in one field up to date. */
  fix(path: readonly string[], target: NameReference): void {
    const { item } = this.#self;
    const role = roleOf(item, path);
    // As kustomize does, by the kind that the resource has now.
    visitField(item, { path }, 'nothing', (value, assign) => {
      if (isArray(value)) {
        assign(
          value.map((one) =>
            one === null || isArray(one) ? outside('an empty reference') : this.#one(one, target, role),
          ),
        );
      } else if (value !== undefined && value !== null) assign(this.#one(value, target, role));
    });
  }

  #one(value: Json, target: NameReference, role: Partial<Gvk>): Json {
    const object = asMutable(value);
    if (object) return this.#mapping(object, target, role);
    const candidates = typeof value === 'string' ? (this.#candidates.named.get(value) ?? []) : [];
    return this.#select(candidates, target, role, false)?.name ?? value;
  }

  #mapping(object: MutableJsonObject, target: NameReference, role: Partial<Gvk>): Json {
    const [name, namespace] = [getKey(object, 'name'), getKey(object, 'namespace')];
    if (typeof name !== 'string') outside('a reference without a name');
    if (namespace !== undefined && typeof namespace !== 'string') outside('a reference whose namespace is no text');
    const candidates = this.#candidates.named.get(name) ?? [];
    const referral = this.#select(this.#inNamespace(candidates, namespace), target, role, true);
    if (!referral) return object;
    object['name'] = referral.name;
    if (referral.namespace !== '') object['namespace'] = referral.namespace;
    return object;
  }

  #isReferable({ id, namespace }: Candidate): boolean {
    if (this.#isClusterScoped || isClusterScoped(id)) return true;
    return namespace === this.#self.namespace || this.#bound.has(id.namespace);
  }

  /** Those that were in a namespace at first, or, if nothing was, those that are in it now. */
  #inNamespace(candidates: readonly Candidate[], namespace: string | undefined): readonly Candidate[] {
    if (namespace === undefined) return candidates;
    if (namespace === NO_NAMESPACE) return [];
    const isKnown = this.#candidates.all.some((one) => one.originalNamespace === namespace && this.#isReferable(one));
    return candidates.filter((one) => (isKnown ? one.originalNamespace : one.namespace) === namespace);
  }

  /** The one resource that is meant. `both` compares namespaces as well, where there are several. */
  #select(candidates: readonly Candidate[], target: NameReference, role: Partial<Gvk>, both: boolean): Id | undefined {
    const found = candidates.filter((one) => {
      const { previous } = one.item;
      return (
        this.#isReferable(one) &&
        this.#reaches(one) &&
        previous.some((id) => isSelected(id, target)) &&
        previous.some((id) => isSelected(id, role))
      );
    });
    const [first, ...others] = found.map(({ id }) => id);
    const isSame = others.every((id) => id.name === first?.name && (!both || id.namespace === first.namespace));
    return isSame ? first : outside('a name that several resources have');
  }

  #reaches({ id, namespace }: Candidate): boolean {
    if (this.#isClusterScoped || isClusterScoped(id) || id.kind === 'ServiceAccount') return true;
    return namespace === this.#self.namespace;
  }
}

/** The fields that can hold a reference, by the kind that has them. */
function fieldsByKind(): ReadonlyMap<string, readonly (readonly [FieldSpec, NameReference])[]> {
  const fields = new Map<string, (readonly [FieldSpec, NameReference])[]>();
  for (const target of nameReferences) {
    for (const spec of target.referrers) {
      const kind = spec.kind ?? '';
      const before = fields.get(kind);
      if (before) before.push([spec, target]);
      else fields.set(kind, [[spec, target]]);
    }
  }
  return fields;
}

/** Brings all references up to date. */
export function fixReferences(items: readonly Item[]): void {
  const candidates = candidatesOf(items);
  const fields = fieldsByKind();
  for (const self of candidates.all) {
    const original = originalId(self.item);
    const referrer = new Referrer(self, candidates);
    for (const [{ path, ...kind }, target] of fields.get(original.kind) ?? []) {
      if (isSelected(original, kind)) referrer.fix(path, target);
    }
  }
}
