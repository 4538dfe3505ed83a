/**
 * Single changes of a YAML text: which bytes to replace by which. Everything else in the text stays as it is.
 */
import { isObject, isScalar as isPlainValue, type Json } from '../resources/json.ts';
import { endOf, lineStart, NotEditable, nextLine, pairOf, rangeOf } from './edit-nodes.ts';
import { isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from './library.ts';
import { doubleQuoted, inlineString } from './strings.ts';
import { writeYaml } from './write.ts';
import { writeJson } from './write-json.ts';

/** Replace the text from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function flowText(value: Json): string {
  if (typeof value !== 'string') return writeJson(value);
  return /[,[\]{}]/u.test(value) ? doubleQuoted(value) : inlineString(value);
}

/** A scalar in the style of the one it replaces, as far as that style can hold it. */
function inStyleOf(node: unknown, value: Json, inFlow: boolean): string {
  if (!isPlainValue(value)) return writeJson(value);
  if (typeof value !== 'string') return writeJson(value);
  const style = isScalar(node) ? node.type : undefined;
  if (style === 'QUOTE_DOUBLE') return doubleQuoted(value);
  // What single quotes cannot hold gets double ones from inlineString.
  if (style === 'QUOTE_SINGLE' && /^[\u0020-\u007E]*$/u.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return inFlow ? flowText(value) : inlineString(value);
}

/** Gives an existing node another value. */
export function replaceNode(node: unknown, value: Json, inFlow: boolean): Splice {
  if (isMap(node) || isSeq(node)) throw new NotEditable('a mapping or a list is in its place');
  const [start, end] = rangeOf(node);
  if (isScalar(node) && node.type?.startsWith('BLOCK')) throw new NotEditable('it is a block of several lines');
  return { start, end, text: `${start === end ? ' ' : ''}${inStyleOf(node, value, inFlow)}` };
}

/** Gives a key without a value one, right behind its colon. */
export function fillScalar(text: string, key: unknown, value: Json): Splice {
  const at = text.indexOf(':', rangeOf(key)[1]) + 1;
  return { start: at, end: at, text: ` ${inStyleOf(undefined, value, false)}` };
}

/** Lines of YAML with `indent` spaces before each. */
function block(value: Json, indent: number): string {
  const pad = ' '.repeat(indent);
  return writeYaml(value).replaceAll(/^(?=.)/gmu, pad);
}

/** Whole lines after the one that holds `after`, at the end of the text too. */
function linesAfter(text: string, after: number, lines: string): Splice {
  const at = nextLine(text, after);
  const ended = at === 0 || text[at - 1] === '\n';
  return { start: at, end: at, text: ended ? lines : `\n${lines.replace(/\n$/u, '')}` };
}

function column(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Adds a key to a mapping: after the last of `before` that it has, else at the end. */
export function addKey(text: string, node: YAMLMap, key: string, value: Json, before: readonly string[]): Splice {
  const pairs = node.items;
  const previous = pairs.findLast((pair) => before.some((name) => pairOf(node, name) === pair)) ?? pairs.at(-1);
  if (node.flow || !previous) {
    const entry = `${flowText(key)}: ${flowText(value)}`;
    if (previous) {
      const at = previous.value === null ? endOf(previous.key) : endOf(previous.value);
      return { start: at, end: at, text: `, ${entry}` };
    }
    const at = rangeOf(node)[0] + 1;
    return { start: at, end: at, text: ` ${entry} ` };
  }
  const first = pairs[0];
  const indent = column(text, rangeOf(first?.key)[0]);
  const after = Math.max(endOf(previous.key), previous.value === null ? 0 : endOf(previous.value));
  return linesAfter(text, after, block({ [key]: value }, indent));
}

/** Adds an item at the end of a list. */
export function addItem(text: string, node: YAMLSeq, value: Json): Splice {
  const last = node.items.at(-1);
  const [start, end] = rangeOf(node);
  if (last === undefined) {
    // `key: []`: the list is written below the key, indented.
    const lines = block([value], lineIndent(text, start) + 2).replace(/\n$/u, '');
    return { start: text.slice(0, start).endsWith(' ') ? start - 1 : start, end, text: `\n${lines}` };
  }
  if (node.flow) {
    const at = endOf(last);
    return { start: at, end: at, text: `, ${flowText(value)}` };
  }
  return linesAfter(text, endOf(last), block([value], column(text, start)));
}

/** How far the keys of the line that holds `at` are indented, dashes of lists counted as indent. */
function lineIndent(text: string, at: number): number {
  const line = text.slice(lineStart(text, at), at);
  return /^(?:\uFEFF)?([ -]*)/u.exec(line)?.[1]?.length ?? 0;
}

/** Gives a key that has no value a list or mapping below it. `key` is the key's node. */
export function fillEmpty(text: string, key: unknown, value: Json): Splice {
  const [start, end] = rangeOf(key);
  const indent = column(text, start) + (isObject(value) || Array.isArray(value) ? 2 : 0);
  return linesAfter(text, end, block(value, indent));
}

/** Takes a key and its value out of a mapping that has others. */
export function removeKey(text: string, node: YAMLMap, key: string): Splice {
  const pair = pairOf(node, key);
  const index = pair ? node.items.indexOf(pair) : -1;
  if (!pair || node.items.length < 2) throw new NotEditable('it is the only key of its mapping');
  const end = pair.value === null ? endOf(pair.key) : endOf(pair.value);
  const [start] = rangeOf(pair.key);
  const next = node.items[index + 1];
  if (node.flow) {
    if (next) return { start, end: rangeOf(next.key)[0], text: '' };
    const previous = node.items[index - 1];
    return { start: previous?.value === null ? endOf(previous.key) : endOf(previous?.value), end, text: '' };
  }
  // The first key of a list's item stands behind the dash, which stays.
  if (index === 0 && next) return { start, end: rangeOf(next.key)[0], text: '' };
  return { start: lineStart(text, start), end: nextLine(text, end), text: '' };
}

/** Takes an item out of a list; the last one leaves `[]`. */
export function removeItem(text: string, node: YAMLSeq, index: number): Splice {
  const item = node.items[index];
  const [listStart] = rangeOf(node);
  if (node.items.length === 1) {
    const end = node.flow ? rangeOf(node)[1] : endOf(item);
    const start = text.slice(0, listStart).trimEnd().length;
    const kept = text.slice(start, listStart).includes('#') ? listStart : start;
    return { start: kept, end: text[end - 1] === '\n' ? end - 1 : end, text: ' []' };
  }
  if (node.flow) {
    const next = node.items[index + 1];
    if (next) return { start: rangeOf(item)[0], end: rangeOf(next)[0], text: '' };
    return { start: endOf(node.items[index - 1]), end: endOf(item), text: '' };
  }
  const dash = text.lastIndexOf('-', rangeOf(item)[0] - 1);
  return { start: lineStart(text, dash), end: nextLine(text, endOf(item)), text: '' };
}
