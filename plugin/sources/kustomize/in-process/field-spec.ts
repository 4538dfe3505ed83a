/**
 * Finding the fields that a transformer writes (api/filters/fieldspec): lists on the way stand for all their items, and
 * what is missing is made where the table says so.
 */
import { getKey, isArray, isObject, type Json, type MutableJsonObject } from '../../../resources/json.ts';
import { type Gvk, idOf, isSelected, type Item } from './item.ts';
import { outside } from './outside.ts';

/** A field, and in which kinds it is. */
export interface FieldSpec extends Partial<Gvk> {
  /** Keys; `[]` at the end of one says that it holds a list. */
  readonly path: readonly string[];
  /** Whether it is made where it is missing. */
  readonly create?: boolean;
}

/** kustomize's own tables, by transformer. */
export interface FieldTables {
  readonly namespace: readonly FieldSpec[];
  /** Labels with `includeSelectors`. */
  readonly selectors: readonly FieldSpec[];
  /** Labels with `includeTemplates`. */
  readonly templateLabels: readonly FieldSpec[];
  readonly annotations: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
}

/** Fields that hold the name of a resource of one kind. */
export interface NameReference extends Partial<Gvk> {
  readonly referrers: readonly FieldSpec[];
}

/** Puts another value in the place of the one that was found. */
type Assign = (value: Json) => void;

/** Is given the value of each field that is found; undefined for one that is to be made. */
export type Visit = (value: Json | undefined, assign: Assign) => void;

/** A mapping inside a resource. All that is reached from a resource may be changed. */
export function asMutable(value: Json | undefined): MutableJsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** Visits a field of a resource. `makes` is what is made at the end of the path: nothing, a mapping, or a scalar. */
export function visitField(item: Item, spec: FieldSpec, makes: 'nothing' | 'mapping' | 'scalar', visit: Visit): void {
  if (isSelected(idOf(item), spec)) visitPath(item.body, spec.path, spec.create === true ? makes : 'nothing', visit);
}

/** Visits a path in a value, as {@link visitField}. */
export function visitPath(
  value: Json,
  path: readonly string[],
  makes: 'nothing' | 'mapping' | 'scalar',
  visit: Visit,
): void {
  if (value === null) return;
  if (isArray(value)) {
    for (const element of value) {
      if (element === null) outside('an empty item in a list');
      visitPath(element, path, makes, visit);
    }
    return;
  }
  const object = asMutable(value) ?? outside('a value where a mapping belongs');
  const [step = '', ...rest] = path;
  const isList = step.endsWith('[]');
  const key = isList ? step.slice(0, -2) : step;
  const creates = makes !== 'nothing' && !isList;
  if (getKey(object, key) === undefined && creates && (rest.length > 0 || makes === 'mapping')) object[key] = {};
  const field = getKey(object, key);
  if (field === null && (creates || isList)) outside('an empty field');
  if (rest.length > 0) {
    if (field !== undefined) visitPath(field, rest, makes, visit);
  } else if (field !== undefined || creates) {
    visit(field, (next) => {
      object[key] = next;
    });
  }
}
