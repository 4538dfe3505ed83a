/**
 * Adding to and removing from collections in block style: whole lines, indented as their neighbours.
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import { isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from '../library.ts';
import { writeYaml, type WriteStyle } from '../write.ts';
import type { Parent } from './nodes.ts';
import { columnOf, contentEnd, lineEndOf, lineStart, lineStop, type Splice, splice, startOf } from './text.ts';

/** The lines of a value, indented, without the last line end. */
function linesOf(value: Json, indent: number, style: WriteStyle, lineEnd: string): string {
  const pad = ' '.repeat(indent);
  const lines = writeYaml(value, style).replace(/\n$/u, '').split('\n');
  return lines.map((line) => (line === '' ? '' : pad + line)).join(lineEnd);
}

/** New lines behind the line of `offset`. */
function below(text: string, offset: number, lines: string): Splice {
  const stop = lineStop(text, offset);
  return { start: stop, end: stop, text: lineEndOf(text) + lines };
}

/** A key and its value in a block mapping: behind the last of the keys `after` that it has, else behind its last entry. */
export function addKey(
  text: string,
  map: YAMLMap,
  entry: JsonObject,
  after: readonly string[],
  style: WriteStyle,
): Splice | undefined {
  const start = startOf(map.items[0]?.key);
  const before =
    map.items.findLast(({ key }) => isScalar(key) && after.includes(String(key.source))) ?? map.items.at(-1);
  const end = contentEnd(text, before?.value) ?? contentEnd(text, before?.key);
  if (start === undefined || end === undefined) return undefined;
  return below(text, end, linesOf(entry, columnOf(text, start), style, lineEndOf(text)));
}

/** An item of a block list, before the item at `index` or behind the last one. */
export function addItem(
  text: string,
  list: YAMLSeq,
  index: number,
  value: Json,
  style: WriteStyle,
): Splice | undefined {
  const first = startOf(list);
  if (first === undefined) return undefined;
  const lines = linesOf([value], columnOf(text, first), style, lineEndOf(text));
  if (index === 0) {
    // The first dash may stand behind another one.
    const pad = columnOf(text, first);
    return { start: first, end: first, text: `${lines.trimStart()}${lineEndOf(text)}${' '.repeat(pad)}` };
  }
  // Behind the item before, so that the comments above the next one stay with it.
  const end = contentEnd(text, list.items[index - 1]);
  return end === undefined ? undefined : below(text, end, lines);
}

/** A value in the place of another of a different shape (`key:`, `key: []`, a mapping), in block style below its key. */
export function replaceBelowKey(
  text: string,
  parent: Parent,
  node: unknown,
  value: Json,
  style: WriteStyle,
): Splice | undefined {
  if (parent.kind !== 'map') return undefined;
  const name = parent.pair.key;
  const start = startOf(node);
  const end = contentEnd(text, node);
  if (!isScalar(name) || !name.range || start === undefined || end === undefined) return undefined;
  // Written whole, so that the value is laid out as usual; then the key that is there stays.
  const indent = columnOf(text, name.range[0]);
  const whole = linesOf({ k: value }, indent, style, lineEndOf(text)).trimStart();
  const [head = '', ...rest] = whole.slice('k:'.length).split(lineEndOf(text));
  const colon = text.indexOf(':', name.range[1]) + 1;
  const stop = lineStop(text, end);
  // The comment on the line of the key stays there.
  const keyStop = lineStop(text, colon);
  const comment = start > keyStop || start === end ? text.slice(colon, keyStop) : text.slice(end, stop);
  return { start: colon, end: stop, text: [head + comment, ...rest].join(lineEndOf(text)) };
}

/** The line with the dash of a list's item, searched upwards from the item. */
function dashOf(text: string, list: YAMLSeq, index: number): number | undefined {
  const first = startOf(list);
  const item = startOf(list.items[index]);
  if (first === undefined || item === undefined) return undefined;
  const column = columnOf(text, first);
  for (let line = lineStart(text, item); line >= 0; line = line === 0 ? -1 : lineStart(text, line - 1)) {
    if (text.charAt(line + column) === '-' && /^[\s-]*$/u.test(text.slice(line, line + column))) return line + column;
    if (line + column < first) return undefined;
  }
  return undefined;
}

/** Removes whole lines from the line of `start` to the line of `end`. */
function withoutLines(text: string, start: number, end: number): Splice {
  const from = lineStart(text, start);
  const next = text.indexOf('\n', end);
  if (next >= 0) return { start: from, end: next + 1, text: '' };
  // The last line goes with the line end before it.
  const before = splice(text, { start: from, end: text.length, text: '' }).replace(/\r?\n$/u, '');
  return { start: before.length, end: text.length, text: '' };
}

/** Removes one entry of several from a block collection. Comments above it stay. */
export function removeEntry(text: string, parent: Parent): Splice | undefined {
  const collection = parent.kind === 'map' ? parent.map : parent.list;
  const entry = parent.kind === 'map' ? parent.pair.key : undefined;
  const start = parent.kind === 'map' ? startOf(entry) : dashOf(text, parent.list, parent.index);
  const end =
    parent.kind === 'map'
      ? (contentEnd(text, parent.pair.value) ?? contentEnd(text, entry))
      : contentEnd(text, parent.list.items[parent.index]);
  if (start === undefined || end === undefined) return undefined;
  if (text.slice(lineStart(text, start), start).trim() === '') return withoutLines(text, start, end);
  // The entry shares its line with a dash: the next entry takes its place.
  const next = collection.items[parent.index + 1];
  const nextStart = isSeq(collection)
    ? dashOf(text, collection, parent.index + 1)
    : startOf(isMap(collection) && typeof next === 'object' && next !== null && 'key' in next ? next.key : undefined);
  if (nextStart === undefined) return undefined;
  // Comments above the next entry stay with it, behind the dash.
  const line = text.slice(end, nextStart).indexOf('\n');
  const comment = line < 0 ? -1 : text.slice(end + line, nextStart).indexOf('#');
  return { start, end: comment < 0 ? nextStart : end + line + comment, text: '' };
}
