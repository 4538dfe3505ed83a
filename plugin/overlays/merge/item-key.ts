/**
 * Which item of a manifest's list an item of a patch means.
 *
 * Keys are compared by their text, as kustomize compares them (8080 and "8080" are one port). Where one side leaves out
 * a part of a composite key kustomize loses the patch; here the part has its default (a port is TCP), and what is
 * still in doubt is an error.
 */
import { getKey, isObject, isScalar, type Json } from '../../resources/json.ts';
import { type Target, problem } from '../attempt.ts';
import type { Merge } from './context.ts';
import { keyDefaults } from './schema.ts';

/** The values of an item's keys, in the order of the keys; undefined where the item has none. */
export interface ItemKey {
  readonly values: readonly (string | undefined)[];
  /** For messages: `containerPort 8080, protocol TCP`. */
  readonly text: string;
}

/** The key that an item has, as far as it has one. */
export function keyOf(item: Json, keys: readonly string[]): ItemKey {
  const values = keys.map((key) => {
    const value = isObject(item) ? getKey(item, key) : undefined;
    return isScalar(value) && value !== null && value !== '' ? String(value) : undefined;
  });
  const text = keys
    .flatMap((key, index) => (values[index] === undefined ? [] : [`${key} ${values[index]}`]))
    .join(', ');
  return { values, text };
}

/** The key of a patch's item. Failure `overlay-merge-key` when the item does not say which one it means. */
export function itemKey(merge: Merge, item: Json, keys: readonly string[], place: Target): ItemKey {
  const key = keyOf(item, keys);
  if (key.values[0] !== undefined) return key;
  const field = place.to.join('.');
  if (!isObject(item)) {
    throw problem(merge.attempt, 'overlay-type', `the items of ${field} are mappings`, { at: place.at });
  }
  throw problem(merge.attempt, 'overlay-merge-key', `an item of ${field} has no ${keys[0]}`, {
    at: place.at,
    help: [
      `Items of this list are merged by ${keys.join(' and ')}. To replace the list, begin it with \`- $patch: replace\`.`,
    ],
  });
}

/** Where the items of a manifest's list are, by their keys: looking through the list for each item of a patch takes the square of its length. */
export class ItemIndex {
  readonly #keys: readonly string[];
  readonly #base: readonly Json[];
  readonly #byFirst = new Map<string, number[]>();
  readonly #byAll = new Map<string, number[]>();
  /** By the first key, those that lack another one that has no default: they may be meant by any item with the first. */
  readonly #open = new Map<string, number[]>();

  constructor(base: readonly Json[], keys: readonly string[]) {
    this.#base = base;
    this.#keys = keys;
    for (const [index, item] of base.entries()) {
      const { values } = keyOf(item, keys);
      const [first] = values;
      if (first === undefined) continue;
      const all = this.#whole(values);
      put(this.#byFirst, first, index);
      put(all === undefined ? this.#open : this.#byAll, all ?? first, index);
    }
  }

  /** All keys as one text, defaults filled in; undefined when one is not known. */
  #whole(values: ItemKey['values']): string | undefined {
    const all = this.#keys.map((key, index) => values[index] ?? defaultOf(key));
    return all.includes(undefined) ? undefined : JSON.stringify(all);
  }

  /** The indexes of all items that may be what an item with this key means, in order. */
  candidates({ values }: ItemKey): readonly number[] {
    const [first = ''] = values;
    const all = this.#whole(values);
    // Leaving out a key that has a default is in doubt wherever another value of it is.
    if (all === undefined || values.includes(undefined)) return this.#byFirst.get(first) ?? [];
    return this.#byAll.get(all) ?? this.#open.get(first) ?? [];
  }

  at(index: number): ItemKey {
    return keyOf(this.#base[index] ?? null, this.#keys);
  }
}

function put(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key);
  if (list) list.push(index);
  else map.set(key, [index]);
}

function defaultOf(key: string): string | undefined {
  return Object.hasOwn(keyDefaults, key) ? keyDefaults[key] : undefined;
}

/** The index of the one item that has the key; undefined for none. Failure `overlay-merge-key` when there are several. */
export function findItem(
  merge: Merge,
  base: ItemIndex,
  wanted: ItemKey,
  keys: readonly string[],
  place: Target,
): number | undefined {
  const same: number[] = [];
  const open: number[] = [];
  const others: string[] = [];
  for (const index of base.candidates(wanted)) {
    const key = base.at(index);
    const likeness = compare(key, wanted, keys);
    if (likeness === 'same') same.push(index);
    else if (likeness === 'open') open.push(index);
    else if (likeness === 'other default') others.push(key.text);
  }
  const found = same.length > 0 ? same : open;
  if (found.length < 2 && (found.length === 1 || others.length === 0)) return found[0];
  const field = place.to.join('.');
  const isTwice = same.length > 1;
  const candidates = isTwice ? [] : [...open.map((index) => base.at(index).text), ...others];
  throw problem(
    merge.attempt,
    'overlay-merge-key',
    isTwice
      ? `${field} has more than one item with ${wanted.text}`
      : `${wanted.text} does not identify an item of ${field}`,
    {
      at: place.at,
      help: isTwice
        ? ['Change one of them with `patch`, by its index, or correct the manifest.']
        : [`The manifest has ${listed(candidates)}. Items are merged by ${keys.join(' and ')}: give them all.`],
    },
  );
}

function listed(texts: readonly string[]): string {
  const more = texts.length - 10;
  return more > 0 ? `${texts.slice(0, 10).join(' and ')} and ${more} more` : texts.join(' and ');
}

/** How an item of the manifest with the same first key relates to what the patch wants. */
function compare(item: ItemKey, wanted: ItemKey, keys: readonly string[]): 'same' | 'open' | 'other default' | 'other' {
  let likeness: 'same' | 'open' | 'other default' = 'same';
  for (const [index, key] of keys.entries()) {
    const byDefault = defaultOf(key);
    const [has, wants] = [item.values[index], wanted.values[index]];
    if ((has ?? byDefault) === (wants ?? byDefault)) continue;
    if (has !== undefined && wants !== undefined) return 'other';
    if (byDefault === undefined) {
      if (likeness === 'same') likeness = 'open';
    } else if (wants === undefined) {
      likeness = 'other default';
    } else {
      return 'other';
    }
  }
  return likeness;
}
