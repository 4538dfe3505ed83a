/**
 * The two sides of a generated merge: manifests say what is, patches also have nulls and directives.
 */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../plugin/resources/json.ts';

/** The fields of a mapping. */
export type Fields = { readonly [name: string]: fc.Arbitrary<Json> };

/** How one side of a merge is made: the manifest's, or the patch's with nulls and directives. */
export interface Side {
  /** A mapping with some of these fields. */
  map(fields: Fields, required?: Fields): fc.Arbitrary<JsonObject>;
  /** A value of a mapping that holds identity. */
  field(value: fc.Arbitrary<Json>): fc.Arbitrary<Json>;
  /** A list whose items are told apart by `keys`. */
  keyed(items: fc.Arbitrary<JsonObject>, keys: readonly string[]): fc.Arbitrary<Json>;
  /** A list of single values that is merged. */
  values(items: fc.Arbitrary<Json>): fc.Arbitrary<Json>;
  /** Whether items have the second part of a composite key (a port its protocol): both sides of a case or none, for kustomize loses the patch otherwise. */
  readonly composite: boolean;
}

function keyText(item: JsonObject, keys: readonly string[]): string {
  return keys.map((key) => JSON.stringify(item[key] ?? null)).join();
}

function unique(items: fc.Arbitrary<JsonObject>, keys: readonly string[]): fc.Arbitrary<JsonObject[]> {
  return fc.uniqueArray(items, { maxLength: 4, selector: (item) => keyText(item, keys) });
}

/** Manifests. */
export function manifestSide(composite: boolean): Side {
  return {
    composite,
    map: (fields, required = {}) => fc.record({ ...required, ...fields }, { requiredKeys: Object.keys(required) }),
    field: (value) => value,
    keyed: unique,
    values: (items) => fc.uniqueArray(items, { maxLength: 4, comparator: (a, b) => a === b }),
  };
}

function sometimes(items: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 6, arbitrary: items }, { weight: 1, arbitrary: fc.constant(null) });
}

/** What a patch side may use; a directive that one of the two references does otherwise is left out for it. */
export interface PatchOptions {
  readonly composite: boolean;
  /** `$patch` in mappings that are no items. */
  readonly inMaps: readonly string[];
  /** `$patch` in items. */
  readonly inItems: readonly string[];
  /** `- $patch: …` for the whole list. */
  readonly ofLists: readonly string[];
}

/** A directive in one of so many mappings. */
function directed(words: readonly string[], weight: number): fc.Arbitrary<JsonObject> {
  return words.length === 0
    ? fc.constant({})
    : fc.oneof(
        { weight, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.constantFrom(...words).map(($patch): JsonObject => ({ $patch })) },
      );
}

/** Patches: some fields null, some mappings, items and lists with a directive. */
export function patchSide({ composite, inMaps, inItems, ofLists }: PatchOptions): Side {
  return {
    composite,
    map(fields, required = {}) {
      const loose = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, sometimes(value)]));
      const keys = Object.keys(required);
      const values = fc.record({ ...required, ...loose }, { requiredKeys: keys });
      const words = keys.length > 0 ? directed(inItems, 4) : directed(inMaps, 8);
      return fc.tuple(values, words).map(([made, directive]) => Object.assign({}, made, directive));
    },
    field: sometimes,
    keyed(items, keys) {
      const list = unique(items, keys);
      if (ofLists.length === 0) return list;
      const plain = list.map((all) => all.filter((item) => !('$patch' in item)));
      return fc.oneof(
        { weight: 8, arbitrary: list },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.constantFrom(...ofLists), plain)
            .map(
              ([$patch, all]): Json => ($patch === 'delete' ? [{ $patch }] : Array.of<Json>({ $patch }).concat(all)),
            ),
        },
      );
    },
    values: (items) => fc.uniqueArray(items, { maxLength: 4, comparator: (a, b) => a === b }),
  };
}
