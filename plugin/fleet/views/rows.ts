/**
 * The fleet as rows, one for each cell: for spreadsheets (CSV, RFC 4180) and for Markdown.
 */
import type { Fleet, FleetCell } from '../../schemas/fleet.generated.ts';
import { behindWords, clean, driftWords, holdWords, sinceOf, stateSigns, stateWords, versionOf } from './cells.ts';

/** The columns of {@link csvOf}. */
const columns: readonly (readonly [string, (service: string, cell: FleetCell) => string | undefined])[] = [
  ['service', (service) => service],
  ['environment', (_service, cell) => cell.environment],
  ['state', (_service, cell) => cell.state],
  ['well', (_service, cell) => String(cell.isWell)],
  ['repository', (_service, { commits }) => commits[0]?.repository],
  ['commit', (_service, { commits }) => commits[0]?.commit],
  ['subject', (_service, { commits }) => commits[0]?.subject],
  ['version', (_service, { commits, lock }) => commits[0]?.version ?? lock?.images[0]?.tag],
  ['since', (_service, cell) => sinceOf(cell)],
  ['behind', (_service, cell) => behindWords(cell)],
  ['held', (_service, cell) => holdWords(cell).join('; ')],
  ['drift', (_service, cell) => driftWords(cell).join('; ')],
  ['reason', (_service, { reason }) => reason],
  [
    'applications',
    (_service, { applications }) => applications.map(({ cluster, name }) => `${cluster}/${name}`).join(' '),
  ],
];

/** A field; one that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvField(text: string): string {
  const plain = clean(text);
  const safe = /^[=+\-@]./u.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines of CSV. */
export function csvLines(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** The fleet as CSV, with a heading. */
export function csvOf({ services }: Fleet): string {
  const cells = services.flatMap((service) =>
    service.cells.map((cell) => columns.map(([, value]) => value(service.name, cell) ?? '')),
  );
  return csvLines([columns.map(([name]) => name), ...cells]);
}

function markdownCell(cell: FleetCell | undefined): string {
  if (!cell) return '';
  const state = `${stateSigns[cell.state]} ${versionOf(cell)} ${stateWords[cell.state]}`;
  const since = sinceOf(cell)?.slice(0, 16).replace('T', ' ');
  return [state, since, behindWords(cell), ...holdWords(cell), cell.isWell ? undefined : cell.reason]
    .filter((one) => one !== undefined && one !== '')
    .map((one) => clean(one ?? ''))
    .join(', ');
}

/** Heading and rows of the Markdown table, cells not escaped. */
export function markdownRows({ services, environments }: Fleet): { heading: string[]; rows: string[][] } {
  return {
    heading: ['Service', ...environments],
    rows: services.map(({ name, cells }) => [
      name,
      ...environments.map((one) => markdownCell(cells.find(({ environment }) => environment === one))),
    ]),
  };
}
