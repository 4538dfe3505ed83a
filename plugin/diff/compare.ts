/**
 * Two rendered applications, resource by resource: what is new, what is gone, and which fields differ in the rest.
 */
import { parseRecordName } from '../record/name.ts';
import { equals, type JsonObject } from '../resources/json.ts';
import { identify, type Resource, type ResourceId } from '../resources/resource.ts';
import { hiddenText, hideSecrets, isSecretPath } from '../resources/secret.ts';
import { type FieldDiff, fieldDiffs } from './fields.ts';

/** One resource that is not the same on both sides. Values of Secrets are hidden. */
export type ResourceDiff =
  | { readonly change: 'added' | 'removed'; readonly id: ResourceId; readonly body: JsonObject }
  | {
      readonly change: 'changed';
      /** As it is named after the change. */
      readonly id: ResourceId;
      readonly fields: readonly FieldDiff[];
    };

/** All differences: what is gone first, since it is what deletes, then the others in the order of the new side. */
export interface Comparison {
  readonly resources: readonly ResourceDiff[];
  /** How many resources are the same on both sides. */
  readonly unchanged: number;
}

function key({ group, kind, namespace, name }: ResourceId): string {
  return [group, kind, namespace, name].join('\0');
}

/**
 * The name without what its content makes of it: the suffix that kustomize hashes from a ConfigMap's or Secret's data
 * (kyaml/hasher: ten characters of an alphabet without vowels), and the environment and commit in a record's name.
 * Two such resources are two states of one thing.
 */
function stableKey(id: ResourceId): string | undefined {
  if (id.kind !== 'ConfigMap' && id.kind !== 'Secret') return undefined;
  const record = parseRecordName(id.name);
  if (record) return key({ ...id, name: ['record', record.owner, record.repository, record.application].join('/') });
  const base = /^(.+)-[2456789bcdfghkmt]{10}$/u.exec(id.name)?.[1];
  return base === undefined ? undefined : key({ ...id, name: base });
}

/**
 * Pairs what has one identity; then what is left over and has the same stable name, or differs in the namespace alone,
 * where that is unambiguous.
 */
function pair(before: readonly Resource[], after: readonly Resource[]): Map<Resource, Resource> {
  const pairs = new Map<Resource, Resource>();
  const free = new Set(before);
  const match = (keyOf: (id: ResourceId) => string | undefined): void => {
    const old = new Map<string, Resource[]>();
    for (const resource of free) {
      const one = keyOf(identify(resource.body));
      if (one !== undefined) old.set(one, [...(old.get(one) ?? []), resource]);
    }
    for (const resource of after) {
      const one = pairs.has(resource) ? undefined : keyOf(identify(resource.body));
      const [candidate, ...others] = one === undefined ? [] : (old.get(one) ?? []);
      if (!candidate || others.length > 0 || !free.delete(candidate)) continue;
      pairs.set(resource, candidate);
    }
  };
  match(key);
  match(stableKey);
  // Environments often have a namespace each.
  match((id) => key({ ...id, namespace: '' }));
  match((id) => stableKey({ ...id, namespace: '' }));
  return pairs;
}

function hide(value: FieldDiff['before']): FieldDiff['before'] {
  return value === undefined ? undefined : hiddenText;
}

function hideFields(body: JsonObject, fields: readonly FieldDiff[]): FieldDiff[] {
  return fields.map((field) =>
    isSecretPath(body, field.path.split('.', 1)) && !field.reordered
      ? { ...field, before: hide(field.before), after: hide(field.after) }
      : field,
  );
}

/** Compares two sets of resources by their identities (group, kind, namespace, name) and parsed values. */
export function compareResources(before: readonly Resource[], after: readonly Resource[]): Comparison {
  const pairs = pair(before, after);
  const kept = new Set(pairs.values());
  const resources: ResourceDiff[] = [];
  let unchanged = 0;
  for (const resource of after) {
    const id = identify(resource.body);
    const old = pairs.get(resource);
    if (!old) resources.push({ change: 'added', id, body: hideSecrets(resource.body) });
    else if (equals(old.body, resource.body)) unchanged += 1;
    else {
      resources.push({ change: 'changed', id, fields: hideFields(resource.body, fieldDiffs(old.body, resource.body)) });
    }
  }
  const removed = before
    .filter((resource) => !kept.has(resource))
    .map(({ body }): ResourceDiff => ({ change: 'removed', id: identify(body), body: hideSecrets(body) }));
  return { resources: [...removed, ...resources], unchanged };
}
