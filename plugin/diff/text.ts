/**
 * The difference for a terminal: a field in one line with an arrow where both values fit.
 */
import type { Comparison, ResourceDiff } from './compare.ts';
import type { FieldDiff } from './fields.ts';
import { fieldLines } from './lines.ts';
import { marks, summarize, title } from './summary.ts';
import { isMultiline, oneLine } from '../fields/value.ts';

const WIDTH = 160;

function fieldText(field: FieldDiff): string[] {
  const { path, before, after, reordered } = field;
  if (before !== undefined && after !== undefined && !isMultiline(before) && !isMultiline(after)) {
    const line = `${path}${reordered ? ' (order)' : ''}: ${oneLine(before)} -> ${oneLine(after)}`;
    if (line.length <= WIDTH) return [`    ${line}`];
  }
  return fieldLines(field).map(({ mark, text }) => `  ${mark} ${text}`);
}

function resourceText(resource: ResourceDiff): string[] {
  return [
    `${marks[resource.change]} ${title(resource)}`,
    ...(resource.change === 'changed' ? resource.fields.flatMap(fieldText) : []),
  ];
}

/** Lines for people, ending with the summary. */
export function format(comparison: Comparison): string {
  return [...comparison.resources.flatMap(resourceText), summarize(comparison)].map((line) => `${line}\n`).join('');
}
