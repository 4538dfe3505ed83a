/**
 * A field's difference as lines: one line for what is short, the changed lines with some context for long texts
 * (a configuration file in a ConfigMap), YAML for mappings that are new or gone.
 */
import { structuredPatch } from 'diff';
import { inOneLine } from '../diagnostics/format.ts';
import { isObject, isArray, type Json } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import type { FieldDiff } from './fields.ts';
import { isMultiline, oneLine } from '../fields/value.ts';

/** A line of a difference: what it is, and its text without the mark. */
export interface Line {
  readonly mark: '+' | '-' | ' ';
  readonly text: string;
}

const LONGEST = 100;
const CONTEXT = 2;

function block(mark: Line['mark'], path: string, value: Json): Line[] {
  const short = oneLine(value);
  const isTree = (isObject(value) || isArray(value)) && short.length > LONGEST;
  if (!isTree && !isMultiline(value)) return [{ mark, text: `${path}: ${short}` }];
  const text = typeof value === 'string' ? value : writeYaml(value);
  const rows = text.trimEnd().split('\n');
  return [{ mark, text: `${path}:` }, ...rows.map((row) => ({ mark, text: `  ${row}` }))];
}

function textDiff(path: string, before: string, after: string): Line[] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT });
  const rows = hunks.flatMap((hunk) => [`@@ line ${hunk.newStart} @@`].concat(hunk.lines));
  return [
    { mark: ' ', text: `${path}:` },
    ...rows.map((row): Line => {
      const mark = row.startsWith('+') ? '+' : row.startsWith('-') ? '-' : ' ';
      return { mark, text: `  ${/^[-+ ]/u.test(row) ? row.slice(1) : row}` };
    }),
  ];
}

/** All lines of one field's difference, what was before first. */
export function fieldLines({ path, before, after, reordered }: FieldDiff): Line[] {
  const inLine = inOneLine(path);
  if (isMultiline(before) && isMultiline(after)) return textDiff(inLine, before, after);
  const name = reordered ? `${inLine} (order)` : inLine;
  return [
    ...(before === undefined ? [] : block('-', name, before)),
    ...(after === undefined ? [] : block('+', name, after)),
  ];
}
