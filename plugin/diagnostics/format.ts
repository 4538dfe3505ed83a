/**
 * Turns diagnostics into the text people read: file, line, column, code, the source line, a caret.
 * Plain text only, since Argo CD's UI shows it as it is.
 */
import type { Diagnostic, Location } from './diagnostic.ts';

/** Gives the text of a file that a diagnostic points to, or undefined when it cannot be read. */
export type ReadSource = (file: string) => string | undefined;

const MAX_EXCERPT = 160;

function position(location: Location): string {
  const parts = [location.file, location.line, location.line === undefined ? undefined : location.column];
  return `${parts.filter((part) => part !== undefined).join(':')}: `;
}

function excerpt(location: Location, readSource: ReadSource): string[] {
  if (location.line === undefined) return [];
  const line = readSource(location.file)?.split(/\r?\n/u)[location.line - 1];
  if (line === undefined || line.length > MAX_EXCERPT) return [];
  const number = String(location.line).padStart(5);
  const rows = [`${number} | ${line}`];
  if (location.column !== undefined) {
    const width = Math.max(1, (location.endColumn ?? location.column + 1) - location.column);
    // Tabs stay tabs so that the caret stands under the text whatever the tab width is.
    const indent = line.slice(0, location.column - 1).replace(/[^\t]/gu, ' ');
    rows.push(`      | ${indent}${'^'.repeat(Math.min(width, Math.max(1, line.length - location.column + 1)))}`);
  }
  return rows;
}

/** The text of one diagnostic, without a final newline. The first line is complete in itself. */
export function formatDiagnostic(diagnostic: Diagnostic, readSource: ReadSource): string {
  const { location } = diagnostic;
  return [
    `${location ? position(location) : ''}${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`,
    ...(location ? excerpt(location, readSource) : []),
    ...(diagnostic.help ?? []).map((line) => `  ${line}`),
  ].join('\n');
}

/** The text of several diagnostics, separated by blank lines, with a final newline; empty for none. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], readSource: ReadSource): string {
  return diagnostics.length === 0
    ? ''
    : `${diagnostics.map((one) => formatDiagnostic(one, readSource)).join('\n\n')}\n`;
}
