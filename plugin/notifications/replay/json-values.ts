/**
 * Cuts a text of JSON values that follow one another into its values: JSON lines, and what `kubectl get -w -o json`
 * prints, which has neither commas nor one value a line.
 */
import { failure } from '../../diagnostics/failure.ts';
import type { JsonObject } from '../../resources/json.ts';

/** A value and the 1-based line where it starts. */
export interface JsonValue {
  readonly value: JsonObject;
  readonly line: number;
}

/** Index behind the string that starts at `start`, or -1 when it does not end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** Index behind the object that starts at `start`, or -1 when it does not end. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (end < 0) return -1;
      at = end - 1;
    } else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** True for what JSON.parse makes of a text that begins with a brace. */
function isParsedObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function parse(text: string, file: string, line: number): JsonValue[] {
  try {
    const value: unknown = JSON.parse(text);
    return isParsedObject(value) ? [{ value, line }] : [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw failure('recording-invalid', `not JSON: ${message}`, { location: { file, line } });
  }
}

/**
 * The objects of a text, in order. A watch that was interrupted leaves half an object at the end: it is left out.
 * Failure `recording-invalid` for anything that is not an object.
 */
export function readJsonObjects(text: string, file: string): JsonValue[] {
  const values: JsonValue[] = [];
  let line = 1;
  let at = 0;
  const advance = (to: number): void => {
    for (; at < to; at += 1) if (text[at] === '\n') line += 1;
  };
  for (;;) {
    const gap = /\s*/uy;
    gap.lastIndex = at;
    gap.test(text);
    advance(gap.lastIndex);
    if (at === text.length) return values;
    if (text[at] !== '{') {
      throw failure('recording-invalid', `a JSON object was expected, not ${JSON.stringify(text.slice(at, at + 12))}`, {
        location: { file, line },
        help: ['Record with: kubectl get application NAME -n argocd -w -o json > NAME.json'],
      });
    }
    const end = endOfObject(text, at);
    if (end < 0) return values;
    values.push(...parse(text.slice(at, end), file, line));
    advance(end);
  }
}
