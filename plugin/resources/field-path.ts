/**
 * Field paths as users write them in waybill.yaml, in the syntax of kustomize's replacements:
 * `spec.template.spec.containers.[name=main].image`, `*` for every element of a list, a number for one of them,
 * `\.` or brackets around a key that has dots (`metadata.annotations.[acme.dev/team]`).
 */
import { getKey, isArray, isObject, isScalar, type Json } from './json.ts';
import type { Path } from './pointer.ts';

/** One step of a field path. */
export type FieldStep =
  /**
   * A key of a mapping; in a list, the digits of an index. `exact`: in brackets or
   * escaped, so that every character of it is meant.
   */
  | { readonly kind: 'key'; readonly key: string; readonly exact?: true }
  /** Every element of a list. */
  | { readonly kind: 'every' }
  /** The elements of a list whose `field` has `value`; with the empty field, the scalars equal to `value`. */
  | { readonly kind: 'where'; readonly field: string; readonly value: string };

/**
 * The steps of a field path, split as kustomize splits (kyaml/utils SmarterPathSplitter). Undefined for a text that is no
 * path, and for one in another tool's spelling (`containers[0]`, `$.spec`, `/spec`), which kustomize would take for keys:
 * field-path-spelling.ts says how it is written here.
 */
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
    const step = bracketed === undefined ? plainStep(plain ?? '', at === 0) : bracketStep(bracketed);
    if (!step) return undefined;
    steps.push(step);
    at += whole.length;
    if (at === text.length) return steps;
    if (text[at] !== '.') return undefined;
    at += 1;
  }
  return undefined;
}

/** What no key of Kubernetes has, and other tools' paths do; in brackets, or behind a backslash, all of it is a key. */
const foreign = /^-\d+$|^\*\*|^[\s$@?]|[\s[\]"'(){}|]/u;

function plainStep(text: string, isFirst: boolean): FieldStep | undefined {
  const unescaped = text.replace(/\\./gu, '_');
  // No manifest has a slash in a key at its top, so there it separates keys, as in a JSON pointer.
  if (foreign.test(unescaped) || (isFirst && unescaped.includes('/'))) return undefined;
  if (text === '*') return { kind: 'every' };
  const key = text.replace(/\\(.)/gu, '$1');
  return /\\[^.]/u.test(text) ? { kind: 'key', key, exact: true } : { kind: 'key', key };
}

const quoted = /^\s|\s$|^(["']).*\1$/u;

function bracketStep(text: string): FieldStep | undefined {
  const equals = text.indexOf('=');
  if (equals >= 0) {
    const [field, value] = [text.slice(0, equals), text.slice(equals + 1)];
    // `[?(@.name=="main")]`, `[name=="main"]`, `[name = main]` are other tools'.
    if (/[?@()!\s]/u.test(field) || value.startsWith('=') || quoted.test(value)) return undefined;
    return { kind: 'where', field, value };
  }
  return text === '' || text === '*' || /^-\d+$/u.test(text) || quoted.test(text)
    ? undefined
    : { kind: 'key', key: text, exact: true };
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
