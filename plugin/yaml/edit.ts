/**
 * Changing a YAML file that people wrote: only the bytes of the change move; comments, order, quotes, line ends
 * and blank lines stay. Each edit is checked by reading the result: the value is the wanted one, or nothing is done.
 */
import { failure } from '../diagnostics/failure.ts';
import {
  equals,
  getKey,
  isArray,
  isObject,
  isScalar as isScalarValue,
  type Json,
  type MutableJsonObject,
  setKey,
} from '../resources/json.ts';
import { formatPointer, type Path, valueAt } from '../resources/pointer.ts';
import { addItem, addKey, replaceBelowKey, removeEntry } from './in-place/block.ts';
import { addToFlow, holdsComment, removeFromFlow } from './in-place/flow.ts';
import { flowText, scalarLike } from './in-place/flow-text.ts';
import { findNode, type NodeMatch, indentsLists } from './in-place/nodes.ts';
import { sharedBy } from './in-place/sharing.ts';
import { columnOf, contentEnd, isBlock, lineEndOf, lineStop, type Splice, splice, startOf } from './in-place/text.ts';
import { jsonRanges } from '../resources/parse-json.ts';
import { isAlias, isMap, isScalar, isSeq, parseDocuments } from './library.ts';
import { readYaml } from './read.ts';
import { inlineString } from './strings.ts';
import { writeJson } from './write-json.ts';
import { writeYaml, type WriteStyle } from './write.ts';

/** One change. Paths are those of the value: keys and list indexes. */
export type YamlEdit =
  /**
   * Replaces a value or adds a key: behind the last of the keys `after` that its mapping has, else at the end.
   * Mappings on the way that are missing or null are made.
   */
  | { readonly op: 'set'; readonly path: Path; readonly value: Json; readonly after?: readonly string[] }
  /** Adds an item to the list at `path`, before `index` or at the end; a missing or null list is made. */
  | { readonly op: 'insert'; readonly path: Path; readonly index?: number; readonly value: Json }
  /** Removes a key or an item. What is not there is left alone. */
  | { readonly op: 'remove'; readonly path: Path };

/** The value after the edit: what reading the new text must give. */
function edited(value: Json | undefined, edit: YamlEdit, path: Path = edit.path): Json {
  const [part, ...rest] = path;
  if (part === undefined) {
    if (edit.op !== 'insert') return edit.op === 'set' ? edit.value : null;
    const list = isArray(value) ? value : [];
    return list.toSpliced(edit.index ?? list.length, 0, edit.value);
  }
  const removes = edit.op === 'remove' && rest.length === 0;
  if (isArray(value)) {
    if (removes) return value.toSpliced(Number(part), 1);
    return value.with(Number(part), edited(value[Number(part)], edit, rest));
  }
  if (typeof part === 'number' && !isObject(value)) return [edited(undefined, edit, rest)];
  const copy: MutableJsonObject = isObject(value) ? { ...value } : {};
  const key = String(part);
  if (removes) delete copy[key];
  else setKey(copy, key, edited(getKey(copy, key), edit, rest));
  return copy;
}

/** What stands where nothing stood: the value at the end of a path that does not exist. */
function nested(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), value);
}

/** How this document is written. */
interface Style extends WriteStyle {
  /** A value as flow text: in JSON when the document is JSON. */
  readonly flow: (value: Json) => string;
}

function spliceFor(text: string, root: unknown, edit: YamlEdit, literalBlocks: boolean): Splice | undefined {
  const found = findNode(root, edit.path);
  const style = {
    indentLists: indentsLists(root, (node) => columnOf(text, startOf(node) ?? 0)),
    flow: isBlock(root) ? flowText : writeJson,
    literalBlocks,
  };
  if (edit.op === 'remove') return removal(text, found, style);
  if (edit.op === 'set')
    return found.rest.length > 0
      ? addition(text, found, edit.value, style, edit.after)
      : replacement(text, found, edit.value, style);
  if (found.rest.length > 0) return addition(text, found, [edit.value], style);
  if (!isSeq(found.node)) return replacement(text, found, [edit.value], style);
  return insertion(text, found, edit.index ?? found.node.items.length, edit.value, style);
}

/** Sets what does not exist yet: `found.node` is the deepest collection that does. */
function addition(
  text: string,
  found: NodeMatch,
  value: Json,
  style: Style,
  after: readonly string[] = [],
): Splice | undefined {
  const { node } = found;
  const [part, ...rest] = found.rest;
  const inner = nested(rest, value);
  if (isMap(node) && (node.items.length > 0 || holdsComment(text, node))) {
    const key = String(part);
    if (isBlock(node)) return addKey(text, node, { [key]: inner }, after, style);
    return addToFlow(text, node, node.items.length, style.flow({ [key]: inner }).slice(1, -1));
  }
  if (isAlias(node) || (isSeq(node) && node.items.length > 0)) return undefined;
  return replacement(text, found, nested(found.rest, value), style);
}

function isInFlow({ parents }: NodeMatch): boolean {
  return parents.some((parent) => (parent.kind === 'map' ? parent.map : parent.list).flow === true);
}

function replacement(text: string, found: NodeMatch, value: Json, style: Style): Splice | undefined {
  const { node } = found;
  const parent = found.parents.at(-1);
  const start = startOf(node);
  const end = contentEnd(text, node);
  if (!parent) {
    const lines = writeYaml(value, style).replaceAll('\n', lineEndOf(text));
    if (start !== undefined && end !== undefined) return { start, end, text: lines.trimEnd() };
    return { start: text.length, end: text.length, text: lines };
  }
  if (start === undefined || end === undefined) return undefined;
  const inFlow = isInFlow(found);
  const column = columnOf(text, startOf(parent.kind === 'map' ? parent.map : parent.list) ?? 0);
  if (isScalar(node) && isScalarValue(value) && end > start) {
    // Several lines become a block only where nothing follows on the line.
    const isLast = style.literalBlocks && text.slice(end, lineStop(text, end)).trim() === '';
    const isJson = style.flow === writeJson;
    const line = isJson ? writeJson(value) : scalarLike(node, value, inFlow, isLast ? column : undefined);
    return { start, end, text: line.replaceAll('\n', lineEndOf(text)) };
  }
  if (!inFlow && parent.kind === 'map') return replaceBelowKey(text, parent, node, value, style);
  const space = end > start || text.charAt(start - 1) === ' ' ? '' : ' ';
  return {
    start,
    end,
    text:
      space + (isScalarValue(value) && !inFlow && typeof value === 'string' ? inlineString(value) : style.flow(value)),
  };
}

function insertion(text: string, found: NodeMatch, index: number, value: Json, style: Style): Splice | undefined {
  const { node } = found;
  if (!isSeq(node)) return undefined;
  if (node.items.length === 0 && !isInFlow(found) && !holdsComment(text, node))
    return replacement(text, found, [value], style);
  if (isBlock(node)) return addItem(text, node, index, value, style);
  return addToFlow(text, node, index, style.flow(value));
}

function removal(text: string, found: NodeMatch, style: Style): Splice | undefined {
  const parent = found.parents.at(-1);
  if (found.rest.length > 0 || !parent) return { start: 0, end: 0, text: '' };
  const collection = parent.kind === 'map' ? parent.map : parent.list;
  if (collection.flow) return removeFromFlow(text, collection, parent.index);
  if (collection.items.length > 1) return removeEntry(text, parent);
  // The last entry: an empty collection stays.
  const around = { node: collection, parents: found.parents.slice(0, -1), rest: [] };
  return replacement(text, around, parent.kind === 'map' ? {} : [], style);
}

/**
 * The text of a YAML file after the edits, in their order. `document` counts the documents that are not empty,
 * from 0. Failure `yaml-syntax` when the file cannot be read, `yaml-edit` when an edit is not possible in place
 * (the value comes from an anchor, or stands in an unusual form): then the person has to do it.
 */
export function editYaml(
  source: string,
  edits: readonly YamlEdit[],
  { file, document = 0 }: { file: string; document?: number },
): string {
  const pieces = jsonRanges(source);
  const piece = pieces !== undefined && pieces.length > 1 ? pieces[document] : undefined;
  if (piece) {
    // Several JSON values in one file: the library reads one, so that one is edited by itself, at its line.
    const { start, end } = piece;
    const above = source.slice(0, start).replaceAll(/[^\n]/gu, '');
    const edited = editYaml(above + source.slice(start, end), edits, { file });
    return source.slice(0, start) + edited.slice(above.length) + source.slice(end);
  }
  let text = source;
  for (const edit of edits) {
    const before = readYaml(text, { file, duplicateKeys: 'error' }).map(({ value }) => value);
    const wanted = edited(before[document], edit);
    if (equals(before[document], wanted)) continue;
    const expected = before.length === 0 ? [wanted] : before.with(document, wanted);
    const root = parseDocuments(text).filter(({ contents }) => contents !== null)[document]?.contents;
    // A block scalar may run into what follows it: then quotes hold the text.
    const results = [true, false].map((literalBlocks) => {
      const change = spliceFor(text, root, edit, literalBlocks);
      return change && splice(text, change);
    });
    const result = results.find((one) => one !== undefined && equals(attempt(one, file), expected));
    if (result === undefined) {
      throw failure('yaml-edit', `${formatPointer(edit.path) || 'the document'} cannot be changed in place`, {
        location: readYaml(text, { file, duplicateKeys: 'error' })[document]?.locate(edit.path) ?? { file },
        help: [
          ...sharedBy(text, root, edit.path),
          `Change it by hand: the new value is ${writeJson(valueAt(wanted, edit.path) ?? null)}.`,
        ],
      });
    }
    text = result;
  }
  return text;
}

/** The values of a text that both readers take, so that the next edit finds its nodes too. */
function attempt(text: string, file: string): Json[] | undefined {
  if (parseDocuments(text).some(({ problems }) => problems.length > 0)) return undefined;
  try {
    return readYaml(text, { file, duplicateKeys: 'error' }).map(({ value }) => value);
  } catch {
    return undefined;
  }
}
