/**
 * One mistake in a file that three applications share comes out of nine renders. People are told it once, with the
 * places: diagnostics that differ in nothing but the application, the environment and the place are one group.
 */
import type { Diagnostic } from './diagnostic.ts';
import { listNames } from './suggest.ts';

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}

/** A function that puts `…` in the place of the names, where they stand as whole words. */
function withoutNames(names: readonly string[]): (text: string) => string {
  const longestFirst = names.filter((name) => name !== '').toSorted((one, other) => other.length - one.length);
  if (longestFirst.length === 0) return (text) => text;
  const pattern = new RegExp(`(?<![\\w-])(?:${longestFirst.map(escaped).join('|')})(?![\\w-])`, 'gu');
  return (text) => text.replaceAll(pattern, '…');
}

function placeOf({ location, message }: Diagnostic, first: Diagnostic): string {
  if (location === undefined) return message;
  const line = location.line === undefined ? '' : `:${location.line}`;
  const place = `${location.file || '.'}${line}`;
  return message === first.message ? place : `${place} (${message})`;
}

/** The first of a group, with the places of the others. */
function oneOf([first, ...others]: readonly [Diagnostic, ...Diagnostic[]]): Diagnostic {
  if (others.length === 0) return first;
  const places = [...new Set(others.map((one) => placeOf(one, first)))];
  const times = others.length === 1 ? 'once more' : `${others.length} times more`;
  return { ...first, help: [...(first.help ?? []), `The same ${times}: ${listNames(places)}.`] };
}

/** How many diagnostics there were, and what is left of them. */
export interface Grouped {
  /** The first of each group, whose help names the other places. */
  readonly diagnostics: readonly Diagnostic[];
  readonly errors: number;
  readonly warnings: number;
}

/**
 * Groups diagnostics by their cause, in the order of the first of each.
 * @param names of applications and environments, which may differ within a group
 */
export function groupByCause(diagnostics: readonly Diagnostic[], names: readonly string[]): Grouped {
  const general = withoutNames(names);
  const groups = new Map<string, [Diagnostic, ...Diagnostic[]]>();
  for (const one of diagnostics) {
    const key = [one.severity, one.code, ...[one.message, ...(one.help ?? [])].map(general)].join('\0');
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return {
    diagnostics: [...groups.values()].map(oneOf),
    errors: diagnostics.filter(({ severity }) => severity === 'error').length,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
  };
}

/** `9 errors of 1 cause, 2 warnings`; undefined for at most one diagnostic. */
export function countLine({ diagnostics, errors, warnings }: Grouped): string | undefined {
  if (errors + warnings < 2) return undefined;
  const part = (number: number, severity: Diagnostic['severity']): string[] => {
    if (number === 0) return [];
    const causes = diagnostics.filter((one) => one.severity === severity).length;
    const of = causes === number ? '' : ` of ${causes} ${causes === 1 ? 'cause' : 'causes'}`;
    return [`${number} ${severity}${number === 1 ? '' : 's'}${of}`];
  };
  return [...part(errors, 'error'), ...part(warnings, 'warning')].join(', ');
}
