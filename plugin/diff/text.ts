/**
 * The difference for a terminal: a field in one line with an arrow where both values fit.
 */
import { inOneLine } from '../diagnostics/format.ts';
import type { Comparison, ResourceDiff } from './compare.ts';
import type { FieldDiff } from './fields.ts';
import { fieldLines } from './lines.ts';
import { marks, summarize, title } from './summary.ts';
import { isMultiline, oneLine } from '../fields/value.ts';

/** Lines in one piece up to here: what terminals and reviews show without a break. */
const WIDTH = 100;

/** Paints a line that was removed or added; text as it is where there is no terminal. */
export type Paint = (mark: '+' | '-' | '~' | ' ', line: string) => string;

const plain: Paint = (_mark, line) => line;

function fieldText(field: FieldDiff, paint: Paint): string[] {
  const { before, after, reordered } = field;
  const path = inOneLine(field.path);
  if (before !== undefined && after !== undefined && !isMultiline(before) && !isMultiline(after)) {
    const line = `${path}${reordered ? ' (order)' : ''}: ${oneLine(before)} -> ${oneLine(after)}`;
    if (line.length <= WIDTH) return [`    ${line}`];
  }
  return fieldLines(field).map(({ mark, text }) => paint(mark, `  ${mark} ${text}`));
}

function resourceText(resource: ResourceDiff, paint: Paint): string[] {
  const mark = marks[resource.change];
  return [
    paint(mark, `${mark} ${title(resource)}`),
    ...(resource.change === 'changed' ? resource.fields.flatMap((field) => fieldText(field, paint)) : []),
  ];
}

/** Lines for people, ending with the summary. */
export function format(comparison: Comparison, paint: Paint = plain): string {
  const lines = comparison.resources.flatMap((resource) => resourceText(resource, paint));
  return [...lines, summarize(comparison)].map((line) => `${line}\n`).join('');
}
