/**
 * Turns diagnostics into the text people read: file, line, column, code, the source line, a caret.
 * Plain text unless a terminal asks for colour, since Argo CD's UI shows it as it is.
 */
import type { Diagnostic, Location } from './diagnostic.ts';
import { Failure } from './failure.ts';
import { redact } from './redact.ts';

/** Gives the text of a file that a diagnostic points to, or undefined when it cannot be read. */
export type ReadSource = (file: string) => string | undefined;

/** How to print. */
export interface FormatOptions {
  /** Marks the severity and the caret with ANSI colours. @default false */
  readonly color?: boolean;
}

type Paint = (text: string, severity: Diagnostic['severity']) => string;

/** A longer line is shown as a window around the column, so that a minified file does not fill the screen. */
const MAX_EXCERPT = 160;
const ELLIPSIS = '…';

const plain: Paint = (text) => text;
const colored: Paint = (text, severity) => `\u001B[${severity === 'error' ? 31 : 33}m${text}\u001B[39m`;

/** Names and keys of a hostile file can be megabytes long, and there can be as many mistakes. */
const MAX_TEXT = 8000;
const MAX_DIAGNOSTICS = 200;

/**
 * What a terminal would obey instead of show: control characters other than tab and newline, those that turn the
 * direction of writing, with which a line can be made to read as another, and those that have no width. And what CI
 * systems obey in a log: GitHub and Gitea a line that begins with `::`, GitHub, Azure Pipelines and TeamCity a `##[`,
 * `##vso[` or `##teamcity[` anywhere.
 */
const obeyed =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|(?<=^[ \t]*):(?=:)|#(?=#(?:vso|teamcity)?\[)/gimu;

/** What the program itself puts into what it shows: colours, and the blank without width that makes `@name` no mention. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const obeyedButOurs = new RegExp(`(?!\u001B\\[\\d{1,2}m|\u200B)${obeyed.source}`, 'gimu');

/** A text of several lines as a terminal may show it; no longer than anybody reads. */
export function visible(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}${ELLIPSIS}` : text;
  return short.replaceAll(obeyed, '\uFFFD');
}

/** What a formatter has made of lines, colours and mentions that are none, without anything else that a terminal would obey. */
export function visibleLines(text: string): string {
  return text.replaceAll(obeyedButOurs, '\uFFFD');
}

/** A text in one line, whatever its length: a name with a line end in it must not begin a line that reads as another. */
export function inOneLine(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(obeyed, '\uFFFD').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** The same, no longer than anybody reads. */
function inShortLine(text: string): string {
  return inOneLine(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}${ELLIPSIS}` : text);
}

function position(location: Location): string {
  // The root itself is the empty path.
  const parts = [location.file || '.', location.line, location.line === undefined ? undefined : location.column];
  return `${parts.filter((part) => part !== undefined).join(':')}: `;
}

/** The part of a long line around `column` (1-based), and the column in that part. */
function window(line: string, column: number): { text: string; column: number } {
  if (line.length <= MAX_EXCERPT) return { text: line, column };
  const start = Math.max(0, Math.min(column - 1 - MAX_EXCERPT / 4, line.length - MAX_EXCERPT));
  const end = start + MAX_EXCERPT;
  const head = start > 0 ? ELLIPSIS : '';
  return {
    text: `${head}${line.slice(start, end)}${end < line.length ? ELLIPSIS : ''}`,
    column: column - start + head.length,
  };
}

/** The text of a file; undefined also when reading it fails: a message must never be lost for want of its excerpt. */
function sourceText(file: string, readSource: ReadSource): string | undefined {
  try {
    return readSource(file);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function excerpt(diagnostic: Diagnostic, location: Location, readSource: ReadSource, paint: Paint): string[] {
  if (location.line === undefined) return [];
  const line = sourceText(location.file, readSource)?.split(/\r?\n/u)[location.line - 1];
  if (line === undefined) return [];
  const { text, column } = window(line, location.column ?? 1);
  const rows = [`${String(location.line).padStart(5)} | ${visible(text)}`];
  if (location.column !== undefined) {
    const width = Math.max(1, (location.endColumn ?? location.column + 1) - location.column);
    const caret = '^'.repeat(Math.min(width, Math.max(1, text.length - column + 1)));
    // Tabs stay tabs so that the caret stands under the text whatever the tab width is.
    const indent = text.slice(0, column - 1).replaceAll(/[^\t]/gu, ' ');
    rows.push(`      | ${indent}${paint(caret, diagnostic.severity)}`);
  }
  return rows;
}

function format(diagnostic: Diagnostic, readSource: ReadSource, paint: Paint): string {
  const { location, severity } = diagnostic;
  const head = paint(`${severity}[${diagnostic.code}]`, severity);
  return [
    `${location ? inShortLine(position(location)) : ''}${head}: ${inShortLine(redact(diagnostic.message))}`,
    ...(location ? excerpt(diagnostic, location, readSource, paint) : []),
    ...(diagnostic.help ?? []).map((line) => `  ${inShortLine(redact(line))}`),
  ].join('\n');
}

/** The text of several diagnostics (the first 200), separated by blank lines, with a final newline; empty for none. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  readSource: ReadSource,
  options: FormatOptions = {},
): string {
  if (diagnostics.length === 0) return '';
  const paint = options.color ? colored : plain;
  const shown = diagnostics.slice(0, MAX_DIAGNOSTICS).map((one) => format(one, readSource, paint));
  const rest = diagnostics.length - shown.length;
  return `${[...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n\n')}\n`;
}
