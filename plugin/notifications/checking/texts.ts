/**
 * The texts of a template: every string that the engine fills in.
 */
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { ParsedTemplate } from './model.ts';
import type { NestedText } from './nested.ts';

/** Every string in a template's value, with its place; keys are not filled in. */
export function textsOf({ yaml }: ParsedTemplate): (NestedText & { readonly path: Path })[] {
  const walk = (value: Json | undefined, path: Path): (NestedText & { readonly path: Path })[] => {
    if (isArray(value)) return value.flatMap((one, index) => walk(one, [...path, index]));
    if (isObject(value)) return Object.entries(value).flatMap(([key, one]) => walk(one, [...path, key]));
    const text = yaml.textAt(path, value);
    return text ? [Object.assign(text, { path })] : [];
  };
  return walk(yaml.value, []);
}
