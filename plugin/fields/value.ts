/**
 * How a value stands in a line for people: as YAML would write it, on one line.
 */
import type { Json } from '../resources/json.ts';
import { hiddenText } from '../resources/secret.ts';
import { writeJson } from '../yaml/write-json.ts';

const PLAIN = /^(?!.*: )[\w/][\w./:@%+=~,-]*(?: [\w./:@%+=~,(-][\w./:@%+=~,)-]*)*$/u;
const OTHER_TYPE = /^(?:true|false|null|yes|no|on|off|y|n|~|[-+.]?\d[\d_.,]*(?:e[-+]?\d+)?|0[xob][\da-f_]+)$/iu;

/** A string that could be taken for another type, or that would run into the rest of the line. */
function needsQuotes(text: string): boolean {
  return !PLAIN.test(text) || OTHER_TYPE.test(text);
}

/** True when the value is shown better as lines of text than in one line. */
export function isMultiline(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trimEnd().includes('\n');
}

/** The value on one line: strings in quotes where they could be taken for something else. */
export function oneLine(value: Json): string {
  if (typeof value === 'string' && (value === hiddenText || !needsQuotes(value))) return value;
  return writeJson(value).trimEnd();
}
