/**
 * Editing a YAML text in place: only the bytes of what changes are touched, so that comments, order, quoting, line
 * ends and everything unrelated stay, and a diff shows the change alone.
 *
 * After every edit the result is read back and compared with what it should mean. A construct that cannot be edited
 * safely (a value shared through an anchor, a block scalar) is an error, never a file that means something else.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { equals, getKey, isArray, isObject, type Json, type MutableJsonObject, setKey } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { nodeAt, NotEditable, pairOf, parse } from './edit-nodes.ts';
import {
  addItem,
  addKey,
  fillEmpty,
  fillScalar,
  removeItem,
  removeKey,
  replaceNode,
  type Splice,
} from './edit-splice.ts';
import { isMap, isScalar, isSeq } from './library.ts';
import { readYaml } from './read.ts';

/** One change. */
export interface YamlEdit {
  /** Which document, counted as readYaml counts them. @default 0 */
  readonly document?: number;
  /** What to change. The last step may be missing: a key is added, an index equal to the list's length appends. Missing mappings on the way are made. */
  readonly path: Path;
  /** The new value; undefined removes the key or item. */
  readonly value: Json | undefined;
  /** Where a new key goes: after the last of these that the mapping has. @default the end */
  readonly after?: readonly string[];
}

function isEmptyNode(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === '' && (node.type ?? 'PLAIN') === 'PLAIN');
}

function spliceOf(text: string, root: unknown, edit: YamlEdit): Splice {
  const { path, value, after = [] } = edit;
  const last = path.at(-1);
  const parentPath = path.slice(0, -1);
  const parent = nodeAt(root, parentPath);
  if (last === undefined) throw new NotEditable('the whole document cannot be replaced');
  if (parent === undefined || isEmptyNode(parent)) {
    if (value === undefined) throw new NotEditable('it does not exist');
    const made: Json = typeof last === 'number' ? [value] : withKey({}, last, value);
    return parent === undefined
      ? spliceOf(text, root, { ...edit, path: parentPath, value: made })
      : fill(text, root, parentPath, made);
  }
  if (isSeq(parent) && typeof last === 'number') {
    if (value === undefined) return removeItem(text, parent, last);
    const item = parent.items[last];
    if (item !== undefined) return replaceNode(item, value, parent.flow === true);
    if (last === parent.items.length) return addItem(text, parent, value);
  }
  if (isMap(parent) && typeof last === 'string') {
    const pair = pairOf(parent, last);
    if (value === undefined) return removeKey(text, parent, last);
    if (!pair) return addKey(text, parent, last, value, after);
    if (isEmptyNode(pair.value) && parent.flow !== true) {
      const isCollection = isObject(value) || isArray(value);
      return isCollection ? fillEmpty(text, pair.key, value) : fillScalar(text, pair.key, value);
    }
    return replaceNode(pair.value, value, parent.flow === true);
  }
  throw new NotEditable('what holds it is neither a mapping nor a list');
}

function fill(text: string, root: unknown, path: Path, value: Json): Splice {
  const holder = nodeAt(root, path.slice(0, -1));
  const key = path.at(-1);
  const pair = isMap(holder) && typeof key === 'string' ? pairOf(holder, key) : undefined;
  if (!pair) throw new NotEditable('it is empty');
  return fillEmpty(text, pair.key, value);
}

function withKey(object: Json, key: string, value: Json): Json {
  const made: MutableJsonObject = isObject(object) ? { ...object } : {};
  setKey(made, key, value);
  return made;
}

/** What the document should mean after the edit. */
function expected(before: Json | undefined, path: Path, value: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  if (typeof step === 'number') {
    const list = isArray(before) ? [...before] : [];
    if (rest.length === 0 && value === undefined) return list.toSpliced(step, 1);
    list[step] = expected(list[step], rest, value);
    return list;
  }
  if (rest.length > 0 || value !== undefined) {
    return withKey(before ?? {}, step, expected(isObject(before) ? getKey(before, step) : undefined, rest, value));
  }
  return isObject(before) ? Object.fromEntries(Object.entries(before).filter(([key]) => key !== step)) : {};
}

function values(text: string, file: string): Json[] {
  return readYaml(text, { file, duplicateKeys: 'last-wins' }).map((document) => document.value);
}

function apply(text: string, file: string, edit: YamlEdit): string {
  const { document = 0, path, value } = edit;
  const before = values(text, file);
  const { roots } = parse(text);
  const root = roots[document];
  if (!root || roots.length !== before.length) throw new NotEditable('its document could not be found');
  const wanted = before.with(document, expected(before[document], path, value));
  if (equals(before, wanted)) return text;
  // Offsets of a document are counted from its start.
  const { start, end, text: made } = spliceOf(text.slice(root.base), root.node, edit);
  const inserted = text.includes('\r\n') ? made.replaceAll(/\r?\n/gu, '\r\n') : made;
  const result = text.slice(0, root.base + start) + inserted + text.slice(root.base + end);
  if (!equals(values(result, file), wanted)) throw new NotEditable('the text around it is too unusual');
  return result;
}

/**
 * The text after all edits, in order; a text that already says everything is returned unchanged.
 * @throws Failure `yaml-edit` where the text cannot be edited in place; `yaml-syntax` for a text that is no YAML
 */
export function editYaml(text: string, file: string, edits: readonly YamlEdit[]): string {
  let result = text;
  for (const edit of edits) {
    try {
      result = apply(result, file, edit);
    } catch (error) {
      if (!(error instanceof NotEditable || error instanceof Failure)) throw error;
      if (error instanceof Failure && result === text) throw error;
      const what = edit.path.join('.');
      throw failure(
        'yaml-edit',
        `${what} cannot be changed in place: ${error instanceof NotEditable ? error.message : 'the result would not be YAML'}`,
        {
          location: { file },
          help: [
            'Write this part of the file in the ordinary block style, without anchors, and try again; or change it by hand.',
          ],
        },
      );
    }
  }
  return result;
}
