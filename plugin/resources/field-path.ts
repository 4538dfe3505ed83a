/**
 * Field paths as users write them in waybill.yaml, in the syntax of kustomize's replacements:
 * `spec.template.spec.containers.[name=main].image`, `*` for every element of a list, a number for one of them,
 * `\.` or brackets around a key that has dots (`metadata.annotations.[acme.dev/team]`).
 */
import { getKey, isArray, isObject, isScalar, type Json } from './json.ts';
import type { Path } from './pointer.ts';

/** One step of a field path. */
export type FieldStep =
  /** A key of a mapping; in a list, the digits of an index. */
  | { readonly kind: 'key'; readonly key: string }
  /** Every element of a list. */
  | { readonly kind: 'every' }
  /** The elements of a list whose `field` has `value`; with the empty field, the scalars equal to `value`. */
  | { readonly kind: 'where'; readonly field: string; readonly value: string };

/** The steps of a field path, split as kustomize splits (kyaml/utils SmarterPathSplitter). Undefined for an empty step or an open bracket. */
export function parseFieldPath(text: string): readonly FieldStep[] | undefined {
  const steps: FieldStep[] = [];
  // A step is a bracket up to the `]` that ends it, or characters up to the next dot that no backslash precedes.
  const pattern = /\[([^\]]*)\](?=\.|$)|((?:\\.|[^.\\])+)/uy;
  let at = 0;
  while (at <= text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [whole, bracketed, plain] = match;
    const step = bracketed === undefined ? plainStep(plain ?? '') : bracketStep(bracketed);
    if (!step) return undefined;
    steps.push(step);
    at += whole.length;
    if (at === text.length) return steps;
    if (text[at] !== '.') return undefined;
    at += 1;
  }
  return undefined;
}

function plainStep(text: string): FieldStep | undefined {
  if (text.startsWith('[')) return undefined;
  return text === '*' ? { kind: 'every' } : { kind: 'key', key: text.replace(/\\(.)/gu, '$1') };
}

function bracketStep(text: string): FieldStep | undefined {
  const equals = text.indexOf('=');
  if (equals >= 0) return { kind: 'where', field: text.slice(0, equals), value: text.slice(equals + 1) };
  return text === '' ? undefined : { kind: 'key', key: text };
}

/** The indexes of a list that a step means. */
export function matchingIndexes(list: readonly Json[], step: FieldStep): readonly number[] {
  if (step.kind === 'key') {
    const index = /^\d+$/u.test(step.key) ? Number(step.key) : -1;
    return index >= 0 && index < list.length ? [index] : [];
  }
  const matches = (item: Json): boolean => {
    if (step.kind === 'every') return true;
    const value = step.field === '' ? item : isObject(item) ? getKey(item, step.field) : undefined;
    return value !== null && isScalar(value) && String(value) === step.value;
  };
  return list.flatMap((item, index) => (matches(item) ? [index] : []));
}

/** Every existing place below `value` that the steps lead to. */
export function findPaths(value: Json | undefined, steps: readonly FieldStep[]): readonly Path[] {
  const [step, ...rest] = steps;
  if (value === undefined) return [];
  if (step === undefined) return [[]];
  if (isArray(value)) {
    return matchingIndexes(value, step).flatMap((index) => below(index, findPaths(value[index], rest)));
  }
  if (!isObject(value) || step.kind !== 'key') return [];
  return below(step.key, findPaths(getKey(value, step.key), rest));
}

function below(part: string | number, paths: readonly Path[]): readonly Path[] {
  return paths.map((path) => Array.of(part).concat(path));
}
