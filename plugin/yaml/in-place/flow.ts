/**
 * Adding to and removing from flow collections (`[a, b]`, `{ a: 1 }`).
 */
import type { YAMLMap, YAMLSeq } from '../library.ts';
import { isPair } from '../library.ts';
import { contentEnd, type Splice, startOf } from './text.ts';

function startOfEntry(entry: unknown): number | undefined {
  return startOf(isPair(entry) ? entry.key : entry);
}

function endOfEntry(text: string, entry: unknown): number | undefined {
  if (!isPair(entry)) return contentEnd(text, entry);
  return contentEnd(text, entry.value) ?? contentEnd(text, entry.key);
}

/** Whether a comment stands between the brackets. */
export function holdsComment(text: string, { range }: YAMLMap | YAMLSeq): boolean {
  return range ? text.slice(range[0], range[1]).includes('#') : false;
}

/** Puts the text of an entry before the entry at `index`, or behind the last one. */
export function addToFlow(
  text: string,
  collection: YAMLMap | YAMLSeq,
  index: number,
  entry: string,
): Splice | undefined {
  const { items, range } = collection;
  if (!range) return undefined;
  if (items.length === 0) {
    const start = range[0] + 1;
    return { start, end: holdsComment(text, collection) ? start : range[1] - 1, text: entry };
  }
  const at = index < items.length ? startOfEntry(items[index]) : endOfEntry(text, items.at(-1));
  if (at === undefined) return undefined;
  return { start: at, end: at, text: index < items.length ? `${entry}, ` : `, ${entry}` };
}

/** Removes an entry with its comma. */
export function removeFromFlow(text: string, collection: YAMLMap | YAMLSeq, index: number): Splice | undefined {
  const { items } = collection;
  const start = startOfEntry(items[index]);
  const end = endOfEntry(text, items[index]);
  if (start === undefined || end === undefined) return undefined;
  if (index + 1 < items.length) {
    const next = startOfEntry(items[index + 1]) ?? end;
    // A comment above the next entry is about that one.
    const line = text.slice(end, next).indexOf('\n');
    const stays = line >= 0 && text.slice(end + line, next).includes('#');
    return { start, end: stays ? end + line : next, text: '' };
  }
  const before = index > 0 ? (endOfEntry(text, items[index - 1]) ?? start) : start;
  // So is one behind the entry before: then its comma stays, too.
  return { start: text.slice(before, start).includes('#') ? start : before, end, text: '' };
}
