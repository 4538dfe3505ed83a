/**
 * The one place that draws tables: columns of text without borders, fit for a terminal, grep and awk.
 */
import Table from 'cli-table3';
import { inOneLine, visibleLines } from '../diagnostics/format.ts';

/** A cell without the digits of a full commit that nobody compares by eye: `sha-8f3c0e7b6a5d…`. */
export function brief(cell: string): string {
  return cell.replaceAll(/(?<![0-9a-f])([0-9a-f]{12})[0-9a-f]{28}(?![0-9a-f])/gu, '$1…');
}

/** As many characters as a table has at most, where its cells can be shortened. */
const most = 100;

/** Both ends of a cell that is longer than its column: of names, the end says more than the middle. */
function shortened(cell: string, width: number): string {
  if (cell.length <= width) return cell;
  const tail = Math.floor((width - 1) / 2);
  return `${cell.slice(0, width - 1 - tail)}…${cell.slice(-tail)}`;
}

/**
 * Rows of which no line is longer than 100 characters: the widest columns are shortened, none to less than 12 characters
 * or its heading. What a table leaves out is in the same command's JSON.
 */
export function fitted(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const widths = heading.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const floors = heading.map((name) => Math.max(name.length, 12));
  const excess = (): number => widths.reduce((sum, width) => sum + width + 2, -2) - most;
  while (excess() > 0) {
    const free = widths.map((width, column) => (width > (floors[column] ?? 0) ? width : 0));
    const widest = free.indexOf(Math.max(...free));
    if ((free[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return rows.map((row) => row.map((cell, column) => shortened(cell, widths[column] ?? cell.length)));
}

/** Aligned columns with a heading line; only the heading for no rows. Empty cells are `-`, no cell breaks its line. Ends with a newline. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = '';
  const drawn = new Table({
    head: [...heading],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  drawn.push(...rows.map((row) => row.map((cell) => inOneLine(cell) || '-')));
  return `${drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/**
 * Text as Markdown shows it: no links, pictures or HTML of whoever wrote it, on one line; columns stay to the table. GitHub's flavour,
 * where every punctuation character may have a backslash before it (https://github.github.com/gfm/#backslash-escapes).
 */
export function markdownText(text: string): string {
  return visibleLines(text)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#!~&]/gu, '\\$&');
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => (markdownText(cell) || '-').replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** The same as a table of GitHub's Markdown, whose cells are {@link markdownText}. */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [markdownRow(heading), `| ${heading.map(() => '---').join(' | ')} |\n`, ...rows.map(markdownRow)].join('');
}
