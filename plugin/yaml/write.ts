/**
 * Writing YAML that reads back as the same value, in the style of kubectl and kustomize: block style, two spaces,
 * lists not indented below their key, keys in the order they have, strings quoted only where they must be.
 */
import { isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { inlineString, literalBlock } from './strings.ts';

const STEP = 2;
/** Longer keys are written with `? `, since libyaml takes a key without it only up to 1024 bytes. */
const LONGEST_SIMPLE_KEY = 200;

const keyTexts = new Map<string, string>();
const MAX_KEY_TEXTS = 10_000;

/** Keys repeat a lot: what has been decided once is kept. */
function keyText(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = inlineString(key);
  if (keyTexts.size < MAX_KEY_TEXTS) keyTexts.set(key, text);
  return text;
}

function isEmpty(value: readonly Json[] | JsonObject): boolean {
  if (isArray(value)) return value.length === 0;
  for (const key in value) if (value[key] !== undefined) return false;
  return true;
}

/** Deviations from the usual style, for text that goes into a file of another style. */
export interface WriteStyle {
  /** Lists below a key are indented by two spaces. @default false */
  readonly indentLists?: boolean;
  /** Text of several lines is a literal block, else in double quotes. @default true */
  readonly literalBlocks?: boolean;
}

class Writer {
  text = '';
  readonly #listStep: number;
  readonly #literalBlocks: boolean;

  constructor(style: WriteStyle) {
    this.#listStep = style.indentLists ? STEP : 0;
    this.#literalBlocks = style.literalBlocks ?? true;
  }

  /** A value after `key:` or `-`, on the same line or below it. `indent` is the column of the collection it is in. */
  value(value: Json, indent: number, after: 'key' | 'dash'): void {
    if (typeof value === 'string') {
      const block = this.#literalBlocks ? literalBlock(value, indent + STEP, STEP) : undefined;
      this.text += ` ${block ?? inlineString(value)}\n`;
    } else if (isArray(value)) {
      if (value.length === 0) this.text += ' []\n';
      else if (after === 'dash') this.list(value, indent + STEP, true);
      else {
        this.text += '\n';
        this.list(value, indent + this.#listStep, false);
      }
    } else if (isObject(value)) {
      if (isEmpty(value)) this.text += ' {}\n';
      else if (after === 'dash') this.mapping(value, indent + STEP, true);
      else {
        this.text += '\n';
        this.mapping(value, indent + STEP, false);
      }
    } else {
      this.text += ` ${value}\n`;
    }
  }

  /** `inline`: the first entry stands behind a dash that is already written. */
  list(items: readonly Json[], indent: number, inline: boolean): void {
    const pad = ' '.repeat(indent);
    let isInline = inline;
    for (const item of items) {
      this.text += isInline ? ' -' : `${pad}-`;
      isInline = false;
      this.value(item, indent, 'dash');
    }
  }

  mapping(object: JsonObject, indent: number, inline: boolean): void {
    const pad = ' '.repeat(indent);
    let isInline = inline;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined) continue;
      this.text += isInline ? ' ' : pad;
      isInline = false;
      const name = keyText(key);
      if (name.length <= LONGEST_SIMPLE_KEY) this.text += `${name}:`;
      else this.text += `? ${name}\n${pad}:`;
      this.value(value, indent, 'key');
    }
  }
}

/**
 * One YAML document without `---`, ending with a line end. sigs.k8s.io/yaml, and YAML 1.2 readers, read the same
 * value back. The same value always gives the same text.
 */
export function writeYaml(value: Json, style: WriteStyle = {}): string {
  const writer = new Writer(style);
  if (isArray(value) && value.length > 0) writer.list(value, 0, false);
  else if (isObject(value) && !isEmpty(value)) writer.mapping(value, 0, false);
  else if (isArray(value)) return '[]\n';
  else if (isObject(value)) return '{}\n';
  else return `${typeof value === 'string' ? inlineString(value) : value}\n`;
  return writer.text;
}
