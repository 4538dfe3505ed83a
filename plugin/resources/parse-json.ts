/**
 * Reading JSON as JSON: what an API, a program or a file in JSON says is never read as YAML, which JSON is not a subset
 * of (a byte order mark inside a string, or `"\/"`, mean something else there or nothing).
 */
import type { Json } from './json.ts';

/** Raised for a text that is not JSON; whoever reads says what was read, with a code of its own. */
export class JsonProblem extends Error {
  /** The 1-based line and column of the text where reading ended. */
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, position: number) {
    super(message);
    this.name = 'JsonProblem';
    const before = text.slice(0, position);
    this.line = before.split('\n').length;
    this.column = position - before.lastIndexOf('\n');
  }
}

/** Strings and numbers: between them, in JSON, stands nothing that looks like either. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu;
const manyDigits = /\d{16}/u;

const token = /\s*(?:"(?:[^"\\\n\r]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:])/uy;

/** Where a text that is not JSON ceases to look like it: node's words have no position in half of all cases. */
function firstProblem(text: string): { readonly message: string; readonly position: number } {
  let depth = 0;
  token.lastIndex = 0;
  for (let at = 0; ; at = token.lastIndex) {
    const found = token.exec(text)?.[0].at(-1);
    if (found === undefined) {
      const position = at + text.slice(at).search(/\S|$/u);
      if (position < text.length) return { message: 'this is not JSON', position };
      return depth > 0
        ? { message: 'the JSON ends too early', position }
        : { message: 'this is not JSON', position: 0 };
    }
    if ('[{'.includes(found)) depth += 1;
    else if (']}'.includes(found)) depth -= 1;
  }
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/** JSON.parse gives nothing else than JSON. */
function asJson(value: unknown): Json {
  return isJson(value) ? value : null;
}

/** The value of a text that is known to be JSON and has integers that a double cannot hold. */
function withBigints(text: string): Json {
  // No string of the text begins so: the mark is made longer until that is true.
  let mark = 'integer:';
  while (text.includes(`"${mark}`)) mark = `${mark}:`;
  const marked = text.replaceAll(tokens, (token) =>
    /^-?\d+$/u.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  const value: unknown = JSON.parse(marked, (_key, one: unknown) =>
    typeof one === 'string' && one.startsWith(mark) ? BigInt(one.slice(mark.length)) : one,
  );
  return asJson(value);
}

/**
 * The value of a JSON text (RFC 8259). Integers beyond 2^53 are bigint; of a key that stands twice the last counts, as
 * programs that write JSON mean it. A byte order mark before the text is passed over.
 * @throws JsonProblem
 */
export function parseJson(text: string): Json {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { message, position } = firstProblem(bare);
    throw new JsonProblem(message, bare, position);
  }
  return manyDigits.test(bare) ? withBigints(bare) : asJson(value);
}

/** Where the value that begins at `start` ends: behind its last bracket, or before the next space. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  const marks = /"(?:[^"\\]|\\.)*"|[[\]{}]|\s/gu;
  marks.lastIndex = start;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const [mark] = found;
    if ('[{'.includes(mark)) depth += 1;
    else if (']}'.includes(mark)) depth -= 1;
    else if (mark.startsWith('"')) continue;
    if (depth <= 0) return marks.lastIndex;
  }
  return text.length;
}

/**
 * The values of a text that holds one JSON value or several: JSON lines, or values one behind the other, as
 * `gh api --paginate` prints pages.
 * @throws JsonProblem
 */
export function parseJsonSequence(text: string): Json[] {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const values: Json[] = [];
  for (let at = 0; at < bare.length; ) {
    const start = at + bare.slice(at).search(/\S|$/u);
    if (start === bare.length) break;
    const end = endOfValue(bare, start);
    try {
      values.push(parseJson(bare.slice(start, end)));
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      const lines = bare.slice(start, end).split('\n');
      const inside = lines.slice(0, error.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + error.column - 1;
      throw new JsonProblem(error.message, bare, start + inside);
    }
    at = end;
  }
  return values;
}

/**
 * Where the values of a text stand that holds JSON objects and lists and nothing else; undefined for any other text.
 */
export function jsonRanges(text: string): readonly { readonly start: number; readonly end: number }[] | undefined {
  const ranges: { readonly start: number; readonly end: number }[] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; ; ) {
    const start = at + text.slice(at).search(/\S|$/u);
    if (start === text.length) return ranges;
    if (!'{['.includes(text.charAt(start))) return undefined;
    const end = endOfValue(text, start);
    try {
      parseJson(text.slice(start, end));
    } catch (error) {
      if (error instanceof JsonProblem) return undefined;
      throw error;
    }
    ranges.push({ start, end });
    at = end;
  }
}
