/**
 * By which keys the lists of a kind are merged: what kustomize's schema says, read from the generated table.
 */
import { getKey, type JsonObject } from '../../resources/json.ts';
import { podTemplatePath } from '../../resources/workload.ts';
import { mergeKeys } from '../merge-keys.generated.ts';

/** A field below which there is a list that is merged, or such a list itself. */
export interface Field {
  /** The name of the type of the value, or of the items of the list; absent where nothing below is merged. */
  readonly of?: string;
  /** The type itself, where it has no name. */
  readonly type?: Type;
  /** A list that is merged instead of replaced. */
  readonly merged?: boolean;
  /** What tells two items of a merged list apart; absent for scalars. */
  readonly keys?: readonly string[];
}

/** The fields of a type that matter for a merge. */
export type Type = Readonly<Record<string, Field>>;

/** The generated table: types by name, and the name of each built-in kind's type by apiVersion and kind. */
export interface MergeKeys {
  readonly kinds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly types: Readonly<Record<string, Type>>;
}

/**
 * What Kubernetes takes for a key that is left out (`+default` in k8s.io/api's core/v1 types): without it a port is TCP.
 */
export const keyDefaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The type of a built-in kind; undefined for all other kinds, whose lists are replaced. */
export function typeOfKind(body: JsonObject): Type | undefined {
  const apiVersion = getKey(body, 'apiVersion');
  const kind = getKey(body, 'kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const kinds = own(mergeKeys.kinds, apiVersion);
  const name = kinds && own(kinds, kind);
  return name === undefined ? undefined : own(mergeKeys.types, name);
}

/**
 * The type of a custom kind whose pod template is known: only what is below the template is merged by keys, as with
 * kustomize and an OpenAPI schema of the kind. Undefined for every other kind.
 */
export function typeOfWorkload(body: JsonObject): Type | undefined {
  const path = podTemplatePath(body);
  if (path === undefined || path.length === 0) return undefined;
  const template: Field = { of: 'PodTemplateSpec' };
  const [top, ...rest] = path.map(String);
  const field = rest.reduceRight<Field>((inner, key) => ({ type: { [key]: inner } }), template);
  return top === undefined ? undefined : { [top]: field };
}

/** What the table says of a field; undefined where no list is merged at or below it. */
export function fieldOf(type: Type | undefined, key: string): Field | undefined {
  return type && own(type, key);
}

/** The type that a field leads to. */
export function typeOf(field: Field | undefined): Type | undefined {
  return field?.of === undefined ? field?.type : own(mergeKeys.types, field.of);
}
