/**
 * Versions as Go's github.com/Masterminds/semver/v3 reads and orders them, since Image Updater's users write for it:
 * a leading `v`, one or two numbers (`1`, `1.2`) and leading zeros are fine. npm's `semver` means other things by the
 * same texts. test/oracle holds this to the Go library.
 */

/** A version. The numbers are 64 bits wide: builds are often numbered by time, `20261121123456789`. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the hyphen; empty for a release. */
  readonly prerelease: string;
  /** As written. */
  readonly original: string;
}

/** `looseSemVerRegex` of the Go library. Nothing in it is ambiguous, so it takes linear time. */
const loose =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** `MaxVersionLen`, in bytes; what matches has one byte a character. */
const MAX_LENGTH = 256;
const MAX_UINT64 = 2n ** 64n - 1n;

/** A number of at most 64 bits; undefined for a greater one. */
function uint64(digits: string): bigint | undefined {
  const number = BigInt(digits);
  return number > MAX_UINT64 ? undefined : number;
}

/** A number in a pre-release has no leading zero. */
function isPrerelease(text: string): boolean {
  return text.split('.').every((part) => !/^0[0-9]+$/.test(part));
}

/** Reads a version as `NewVersion` does; undefined where that fails. */
export function parseVersion(text: string): Version | undefined {
  // Newlines: `$` of JavaScript without the flag m is the end of the text, as in Go.
  const match = text.length > MAX_LENGTH ? null : loose.exec(text);
  if (!match) return undefined;
  const [, first = '', second = '0', third = '0', prerelease = ''] = match;
  const [major, minor, patch] = [uint64(first), uint64(second), uint64(third)];
  if (major === undefined || minor === undefined || patch === undefined || !isPrerelease(prerelease)) return undefined;
  return { major, minor, patch, prerelease, original: text };
}

function compareNumbers(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function comparePart(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '') return -1;
  if (other === '') return 1;
  const numbers = [one, other].map((part) => (/^[0-9]+$/.test(part) ? uint64(part) : undefined));
  const [number, otherNumber] = numbers;
  if (number !== undefined && otherNumber !== undefined) return number > otherNumber ? 1 : -1;
  // A number, but no more than 64 bits of one, is less than any word.
  if (number !== undefined) return -1;
  if (otherNumber !== undefined) return 1;
  return one > other ? 1 : -1;
}

/** Orders two pre-releases, empty ones too: below 0 when the first comes first, above 0 when it comes last. */
export function comparePrereleases(one: string, other: string): number {
  const [parts, others] = [one.split('.'), other.split('.')];
  for (let index = 0; index < Math.max(parts.length, others.length); index += 1) {
    const order = comparePart(parts[index] ?? '', others[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Orders two versions: below 0 when the first is less, above 0 when it is greater, 0 when they are equal, as `1.20`
 * and `1.20.0` and versions that differ in build metadata are.
 */
export function compareVersions(one: Version, other: Version): number {
  const numbers =
    compareNumbers(one.major, other.major) ||
    compareNumbers(one.minor, other.minor) ||
    compareNumbers(one.patch, other.patch);
  if (numbers !== 0 || one.prerelease === other.prerelease) return numbers;
  if (one.prerelease === '') return 1;
  if (other.prerelease === '') return -1;
  return comparePrereleases(one.prerelease, other.prerelease);
}
