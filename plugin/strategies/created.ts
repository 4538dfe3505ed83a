/**
 * When an image was created, as a number to compare. Build tools write nanoseconds and time zones (RFC 3339), and some
 * write a constant, which says nothing.
 */

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;
/** Bazel, ko and Jib write 1970, Nix one second more, buildpacks 1980-01-01T00:00:01Z, Go's zero time is the year 1. */
const FIRST_YEAR = Date.UTC(1981, 0, 1);

/**
 * Nanoseconds since 1970 of a time in RFC 3339; undefined for a text that is none, and for times before 1981, which
 * stand for "no time".
 */
export function createdTime(text: string): bigint | undefined {
  const [, day, time, fraction = '', zone] = rfc3339.exec(text.trim()) ?? [];
  if (day === undefined || time === undefined || zone === undefined) return undefined;
  const milliseconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(milliseconds) || milliseconds < FIRST_YEAR) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
