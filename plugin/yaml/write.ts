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

/** `key:` with its indent, by indent and key: they repeat as much as keys. */
const starts: Map<string, string>[] = [];
let startCount = 0;

class Writer {
  text = '';
  readonly #listStep: number;
  readonly #literalBlocks: boolean;

  constructor(style: WriteStyle) {
    this.#listStep = style.indentLists ? STEP : 0;
    this.#literalBlocks = style.literalBlocks ?? true;
  }

  /**
   * `start`, then a value on the same line or below it. `start` ends with `:` or `-`; `indent` is the column of the
   * collection it is in.
   */
  value(start: string, value: Json, indent: number, after: 'key' | 'dash'): void {
    if (typeof value === 'string') {
      const block = this.#literalBlocks ? literalBlock(value, indent + STEP, STEP) : undefined;
      this.text += `${start} ${block ?? inlineString(value)}\n`;
    } else if (isArray(value)) {
      if (value.length === 0) this.text += `${start} []\n`;
      else if (after === 'dash') this.list(value, indent + STEP, `${start} `);
      else {
        this.text += `${start}\n`;
        this.list(value, indent + this.#listStep, undefined);
      }
    } else if (isObject(value)) {
      if (isEmpty(value)) this.text += `${start} {}\n`;
      else if (after === 'dash') this.mapping(value, indent + STEP, `${start} `);
      else {
        this.text += `${start}\n`;
        this.mapping(value, indent + STEP, undefined);
      }
    } else {
      this.text += `${start} ${value}\n`;
    }
  }

  /** `before`: what stands before the first item in its line, if that is not the indent. */
  list(items: readonly Json[], indent: number, before: string | undefined): void {
    const pad = `${' '.repeat(indent)}-`;
    let first = before;
    for (const item of items) {
      this.value(first === undefined ? pad : `${first}-`, item, indent, 'dash');
      first = undefined;
    }
  }

  /** As {@link list}. */
  mapping(object: JsonObject, indent: number, before: string | undefined): void {
    let first = before;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined) continue;
      this.value(first === undefined ? startOf(key, indent) : entry(first, key, indent), value, indent, 'key');
      first = undefined;
    }
  }
}

/** An entry up to its colon; `before` stands before it in its line. */
function entry(before: string, key: string, indent: number): string {
  const name = keyText(key);
  return name.length <= LONGEST_SIMPLE_KEY ? `${before}${name}:` : `${before}? ${name}\n${' '.repeat(indent)}:`;
}

function startOf(key: string, indent: number): string {
  const known = (starts[indent] ??= new Map());
  const before = known.get(key);
  if (before !== undefined) return before;
  const start = entry(' '.repeat(indent), key, indent);
  if (startCount < MAX_KEY_TEXTS && start.length <= LONGEST_SIMPLE_KEY) {
    known.set(key, start);
    startCount += 1;
  }
  return start;
}

/**
 * One YAML document without `---`, ending with a line end. sigs.k8s.io/yaml, and YAML 1.2 readers, read the same
 * value back. The same value always gives the same text.
 */
export function writeYaml(value: Json, style: WriteStyle = {}): string {
  const writer = new Writer(style);
  if (isArray(value) && value.length > 0) writer.list(value, 0, undefined);
  else if (isObject(value) && !isEmpty(value)) writer.mapping(value, 0, undefined);
  else if (isArray(value)) return '[]\n';
  else if (isObject(value)) return '{}\n';
  else return `${typeof value === 'string' ? inlineString(value) : value}\n`;
  return writer.text;
}
