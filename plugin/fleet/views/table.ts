/**
 * The fleet as a table for a terminal: services down, environments across, two lines for a service.
 */
import type { Fleet, FleetCell, FleetState } from '../../schemas/fleet.generated.ts';
import { behindWords, clean, driftWords, holdWords, sinceOf, stateSigns, summary, versionOf } from './cells.ts';

/** Colours a text for a state; without colours, the text itself. */
export type Paint = (text: string, state: FleetState | 'faint' | 'heading') => string;

/** How to draw. */
export interface TableOptions {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
  /** How long ago a time was. */
  readonly age: (time: string) => string;
}

const gap = 2;
/** A cell needs a sign, a commit and an age. */
const narrowest = 16;

const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;

function columnsOf(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function textWidth(text: string): number {
  let total = 0;
  for (const one of text) total += columnsOf(one);
  return total;
}

/** Cut to columns, and filled up. */
function fit(text: string, width: number): string {
  const full = textWidth(text);
  if (full <= width) return text + ' '.repeat(width - full);
  let kept = '';
  let used = 0;
  for (const one of text) {
    if (used + columnsOf(one) > width - 1) break;
    kept += one;
    used += columnsOf(one);
  }
  return `${kept}…${' '.repeat(Math.max(0, width - used - 1))}`;
}

/** What there is to say about a cell; a cell that is well says what its commit is about. */
function remark(cell: FleetCell): string {
  const words = [
    // Where nothing of a cluster was read, each cell would say so.
    ...(cell.isWell || cell.reason === undefined || cell.applications.length === 0 ? [] : [clean(cell.reason)]),
    ...(cell.lock?.problem === undefined ? [] : [clean(cell.lock.problem)]),
    ...(cell.lock?.uncommitted ? ['not committed'] : []),
    behindWords(cell) ?? '',
    ...holdWords(cell),
    ...driftWords(cell),
  ].filter(Boolean);
  if (words.length > 0) return words.join('; ');
  const [commit] = cell.commits;
  return clean(commit?.subject ?? '');
}

function versionText(cell: FleetCell, width: number): string {
  const [commit] = cell.commits;
  const named = commit?.version ?? cell.lock?.images[0]?.tag;
  const version = versionOf(cell);
  const both = named === undefined || named.includes(version) ? version : `${version} ${clean(named)}`;
  return textWidth(both) <= width ? both : version;
}

function firstLine(cell: FleetCell, width: number, { paint, age }: TableOptions): string {
  const since = sinceOf(cell);
  const old = since === undefined ? '' : age(since);
  const held = (cell.lock?.holds ?? []).length > 0 ? ' held' : '';
  const space = width - 2 - (old === '' ? 0 : old.length + 1);
  const version = versionText(cell, space - held.length);
  const words = fit(`${version}${textWidth(version) + held.length <= space ? held : ''}`, space);
  return `${paint(stateSigns[cell.state], cell.state)} ${words}${old === '' ? '' : ` ${old}`}`;
}

/** A service's lines for some environments. */
function rows(cells: readonly (FleetCell | undefined)[], width: number, options: TableOptions): [string[], string[]] {
  const first = cells.map((cell) => (cell ? firstLine(cell, width, options) : fit('-', width)));
  const second = cells.map((cell) => {
    const text = fit(cell ? `  ${remark(cell)}` : '', width);
    return cell ? options.paint(text, cell.isWell ? 'faint' : cell.state) : text;
  });
  return [first, second];
}

function block(fleet: Fleet, environments: readonly string[], name: number, options: TableOptions): string {
  const space = options.width - name - gap * environments.length;
  const width = Math.max(narrowest, Math.floor(space / Math.max(1, environments.length)));
  const lines = [
    options.paint([fit('SERVICE', name), ...environments.map((one) => fit(clean(one), width))].join('  '), 'heading'),
  ];
  for (const service of fleet.services) {
    const cells = environments.map((one) => service.cells.find((cell) => cell.environment === one));
    if (cells.every((cell) => cell === undefined)) continue;
    const [first, second] = rows(cells, width, options);
    lines.push([fit(clean(service.name), name), ...first].join('  '), [' '.repeat(name), ...second].join('  '));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** The table. Environments that find no room beside the others follow below them. Ends with a newline. */
export function tableOf(fleet: Fleet, options: TableOptions): string {
  const longest = Math.max(7, ...fleet.services.map(({ name }) => textWidth(clean(name))));
  const name = Math.min(longest, Math.floor(options.width / 4));
  const beside = Math.max(1, Math.floor((options.width - name) / (narrowest + gap)));
  const blocks: string[] = [];
  for (let start = 0; start < fleet.environments.length; start += beside)
    blocks.push(block(fleet, fleet.environments.slice(start, start + beside), name, options));
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${summary(fleet)}\n`;
}
