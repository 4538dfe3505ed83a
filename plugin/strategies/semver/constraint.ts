/**
 * Constraints on versions, such as `^1.2 || >=2.1 <3`, with the syntax and meaning of
 * github.com/Masterminds/semver/v3 (constraints.go, v3.5): `NewConstraint` and `Check`.
 *
 * The expressions are those of the Go library, run by RE2, since one of them takes exponential time in JavaScript.
 */
import { compileMatches } from '../../expressions/re2.ts';
import { type Comparison, operators } from './operators.ts';
import { parseVersion, type Version } from './version.ts';

/** A constraint, ready to judge versions. */
export type Constraint = (version: Version) => boolean;

/** `MaxConstraintLen`, in bytes. */
const MAX_LENGTH = 512;
/** `MaxConstraintGroups`. */
const MAX_GROUPS = 32;

const operator = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^';
const number = '[0-9|x|X|\\*]+';
const bound =
  `v?(${number})(\\.${number})?(\\.${number})?` +
  '(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?';

const one = compileMatches(`^\\s*(${operator})\\s*(${bound})\\s*$`);
const some = compileMatches(`(${operator})\\s*(${bound})`);
const range = compileMatches(`\\s*(${bound})\\s+-\\s+(${bound})\\s*`);
const group = compileMatches(`^(\\s*(${operator})\\s*(${bound})\\s*)((?:\\s+|,\\s*)(${operator})\\s*(${bound})\\s*)*$`);

function isWildcard(text: string): boolean {
  return text === '' || text === 'x' || text === 'X' || text === '*';
}

/** One comparison of a group. @throws SyntaxError for what is no number, as in `1x` */
function parseComparison(text: string): { readonly operator: string; readonly comparison: Comparison } {
  const [, sign = '', written = '', major = '', minor = '', patch = '', prerelease = ''] = one(text)[0] ?? [];
  const anyMajor = isWildcard(major);
  const minorDirty = !anyMajor && isWildcard(minor.slice(1));
  const patchDirty = !anyMajor && !minorDirty && isWildcard(patch.slice(1));
  const least = anyMajor
    ? `0.0.0${prerelease}`
    : minorDirty
      ? `${major}.0.0${prerelease}`
      : patchDirty
        ? `${major}${minor}.0${prerelease}`
        : written;
  const version = parseVersion(least);
  if (!version) throw new SyntaxError(`${JSON.stringify(text.trim())} is no version, nor one with wildcards`);
  const dirty = anyMajor || minorDirty || patchDirty;
  return { operator: sign, comparison: { version, dirty, minorDirty, patchDirty } };
}

/** Comparisons that a version must all satisfy. Pre-releases are only for groups that name one. */
function parseGroup(text: string): Constraint {
  if (group(text).length === 0) throw new SyntaxError(`${JSON.stringify(text.trim())} is no constraint`);
  const comparisons = some(text).map(([part = '']) => parseComparison(part));
  const prereleases = comparisons.some(({ comparison }) => comparison.version.prerelease !== '');
  return (version) =>
    (version.prerelease === '' || prereleases) &&
    comparisons.every((each) => operators.get(each.operator)?.(version, each.comparison) ?? false);
}

/** `1.2 - 2.4` is `>= 1.2, <= 2.4`. */
function rewriteRanges(text: string): string {
  let rewritten = text;
  for (const match of range(text)) {
    const [whole = '', from = ''] = match;
    rewritten = rewritten.replace(whole, () => `>= ${from}, <= ${match[11]} `);
  }
  return rewritten;
}

/**
 * Reads a constraint.
 * @throws SyntaxError saying what is wrong, where the Go library refuses it
 */
export function parseConstraint(text: string): Constraint {
  if (Buffer.byteLength(text) > MAX_LENGTH) throw new SyntaxError(`a constraint has at most ${MAX_LENGTH} bytes`);
  const groups = rewriteRanges(text).split('||');
  if (groups.length > MAX_GROUPS) throw new SyntaxError(`a constraint has at most ${MAX_GROUPS} alternatives (||)`);
  const parsed = groups.map((part) => parseGroup(part));
  return (version) => parsed.some((each) => each(version));
}
