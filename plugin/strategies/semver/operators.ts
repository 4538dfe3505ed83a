/**
 * What each operator of a constraint asks of a version, wildcards and missing numbers included: the `constraint…`
 * functions of github.com/Masterminds/semver/v3 (constraints.go), one for one.
 */
import { comparePrereleases, compareVersions, type Version } from './version.ts';

/** One comparison of a constraint, such as `>=1.2`. */
export interface Comparison {
  readonly version: Version;
  /** A number is missing or a wildcard: any, or at least the one named below. */
  readonly dirty: boolean;
  /** The minor number is (`1`, `1.x`). */
  readonly minorDirty: boolean;
  /** The patch number is (`1.2`, `1.2.x`), and the minor is not. */
  readonly patchDirty: boolean;
}

type Operator = (version: Version, comparison: Comparison) => boolean;

const notEqual: Operator = (version, { version: bound, dirty, minorDirty, patchDirty }) => {
  if (dirty) {
    if (bound.major !== version.major) return true;
    if (bound.minor !== version.minor && !minorDirty) return true;
    if (minorDirty) return false;
    if (bound.patch !== version.patch && !patchDirty) return true;
    if (patchDirty) {
      if (version.prerelease === '' && bound.prerelease === '') return false;
      return comparePrereleases(version.prerelease, bound.prerelease) !== 0;
    }
  }
  return compareVersions(version, bound) !== 0;
};

const greater: Operator = (version, { version: bound, dirty, minorDirty, patchDirty }) => {
  if (!dirty) return compareVersions(version, bound) > 0;
  if (version.major !== bound.major) return version.major > bound.major;
  // 11.1.0 is not above 11, nor 11.1.1 above 11.1.
  if (minorDirty) return false;
  if (patchDirty) return version.minor > bound.minor;
  return compareVersions(version, bound) > 0;
};

const less: Operator = (version, { version: bound }) => compareVersions(version, bound) < 0;

const atLeast: Operator = (version, { version: bound }) => compareVersions(version, bound) >= 0;

const atMost: Operator = (version, { version: bound, dirty, minorDirty }) => {
  if (!dirty) return compareVersions(version, bound) <= 0;
  if (version.major > bound.major) return false;
  return !(version.major === bound.major && version.minor > bound.minor && !minorDirty);
};

const tilde: Operator = (version, { version: bound, minorDirty, patchDirty }) => {
  if (compareVersions(version, bound) < 0) return false;
  // ~0.0.0, which ~* is too, is any version.
  if (bound.major === 0n && bound.minor === 0n && bound.patch === 0n && !minorDirty && !patchDirty) return true;
  return version.major === bound.major && (version.minor === bound.minor || minorDirty);
};

const equal: Operator = (version, comparison) =>
  comparison.dirty ? tilde(version, comparison) : compareVersions(version, comparison.version) === 0;

const caret: Operator = (version, { version: bound, minorDirty, patchDirty }) => {
  if (compareVersions(version, bound) < 0) return false;
  if (bound.major > 0n || minorDirty) return version.major === bound.major;
  if (version.major > 0n) return false;
  if (bound.minor > 0n || patchDirty) return version.minor === bound.minor;
  return version.minor === 0n && version.patch === bound.patch;
};

/** By the operator as it is written. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ['', equal],
  ['=', equal],
  ['!=', notEqual],
  ['>', greater],
  ['<', less],
  ['>=', atLeast],
  ['=>', atLeast],
  ['<=', atMost],
  ['=<', atMost],
  ['~', tilde],
  ['~>', tilde],
  ['^', caret],
]);
