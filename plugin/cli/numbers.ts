/**
 * Numbers on the command line.
 */
import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A number above zero, such as seconds. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/u.test(text) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** A whole number from zero. */
export function count(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
}

/** A whole number from one. */
export function wholeNumber(text: string): number {
  const value = count(text);
  if (value === 0) throw new InvalidArgumentError('Expected a whole number, 1 or more.');
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A length of time such as `30d`, `12h` or `90` (seconds), in seconds. */
export function duration(text: string): number {
  const [, digits, unit] = /^(\d{1,9})([smhdw]?)$/u.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('Expected a number with a unit: 45s, 30m, 12h, 30d or 4w.');
  return Number(digits) * (UNITS[unit || 's'] ?? 1);
}
