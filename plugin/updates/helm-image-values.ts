/**
 * Where values of a helm chart say which image runs: mappings with a repository and a tag, under the names that charts
 * use for them, and scalars with a whole reference.
 */
import { nameKey, splitReference } from '../references/reference.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import type { ImageState } from './outcome.ts';

/** One place that says which image runs. */
export interface ImageValue {
  /** The mapping, or the scalar. */
  readonly path: Path;
  /** The names that the image may have by it; none: no repository stands there. */
  readonly names: readonly string[];
  readonly state: ImageState;
  /** Undefined for a scalar with the whole reference. */
  readonly mapping:
    | { readonly value: JsonObject; readonly repository: string | undefined; readonly tag: string }
    | undefined;
}

/** Keys with the repository. All but the first need a tag beside them: they mean many things. */
const repositoryKeys = ['repository', 'image', 'imageName', 'imageRepository', 'repo', 'name'] as const;
const tagKeys = ['tag', 'imageTag'] as const;

/** A text, or a number as it is written: a tag `1` needs no quotes in YAML. */
function scalarText(object: JsonObject, key: string): string | undefined {
  const value = getKey(object, key);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The registry that charts with `global` put before every repository. */
function globalRegistry(values: Json): string | undefined {
  const paths: Path[] = [
    ['global', 'imageRegistry'],
    ['global', 'image', 'registry'],
    ['global', 'registry'],
  ];
  const found = paths.map((path) => valueAt(values, path)).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : undefined;
}

function namesOf(values: Json, mapping: JsonObject, repository: string): string[] {
  const registries = [scalarText(mapping, 'registry'), globalRegistry(values)].flatMap((one) => one ?? []);
  const first = scalarText(mapping, 'registry') === undefined ? [repository] : [];
  return [...first, ...registries.map((registry) => `${registry}/${repository}`), repository];
}

/** The mapping as a place, where it says which image runs. */
export function mappingValue(values: Json, path: Path, mapping: JsonObject): ImageValue | undefined {
  const tag = tagKeys.find((key) => Object.hasOwn(mapping, key));
  const key = repositoryKeys.find((one, index) => {
    const repository = scalarText(mapping, one);
    if (repository === undefined || (index > 0 && tag === undefined)) return false;
    const { tag: own, digest } = splitReference(repository);
    return own === undefined && digest === undefined;
  });
  const repository = key === undefined ? undefined : scalarText(mapping, key);
  if (key === undefined || repository === undefined) return undefined;
  return {
    path,
    names: namesOf(values, mapping, repository),
    state: { tag: scalarText(mapping, tag ?? 'tag'), digest: scalarText(mapping, 'digest') },
    mapping: { value: mapping, repository: key, tag: tag ?? 'tag' },
  };
}

/** A mapping, or the tag alone, without any repository. */
export function bareMapping(path: Path, mapping: JsonObject, tag: string): ImageValue {
  const state = { tag: scalarText(mapping, tag), digest: scalarText(mapping, 'digest') };
  return { path, names: [], state, mapping: { value: mapping, repository: undefined, tag } };
}

/** A scalar with the whole reference. */
export function scalarValue(path: Path, written: string): ImageValue {
  const { name, ...state } = splitReference(written);
  return { path, names: [name], state, mapping: undefined };
}

/** All places of a values file. */
export function imageValues(values: Json, value: Json | undefined = values, path: Path = []): ImageValue[] {
  if (isArray(value)) return value.flatMap((item, index) => imageValues(values, item, path.concat(index)));
  if (!isObject(value)) return [];
  const own = mappingValue(values, path, value);
  const below = Object.entries(value).flatMap(([key, item]): ImageValue[] => {
    if (/^image$/iu.test(key) && typeof item === 'string' && item !== '' && own?.mapping?.repository !== key)
      return [scalarValue(path.concat(key), item)];
    return imageValues(values, item, path.concat(key));
  });
  return own ? [own, ...below] : below;
}

/** Whether a place is of an image of this name; without a repository it may be of any. */
export function isOf({ names }: ImageValue, name: string): boolean {
  return names.length === 0 || names.some((one) => nameKey(one) === nameKey(name));
}
