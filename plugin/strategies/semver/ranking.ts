/**
 * `semver`: the greatest version that satisfies the constraint.
 */
import type { Strategy } from '../../config/environment.ts';
import { failure } from '../../diagnostics/failure.ts';
import { byText, type RankingContext, type Ranking } from '../ranking.ts';
import { type Constraint, parseConstraint } from './constraint.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';

type Semver = Extract<Strategy, { kind: 'semver' }>;

/** Without a constraint Image Updater takes this one: every version but pre-releases. */
const ANY = '*';
/** How many tags an error names as the nearest. */
const NEAREST = 3;

/** @throws Failure `strategy-invalid` for a constraint that Masterminds/semver refuses */
export function compileConstraint(strategy: Semver): Constraint {
  const { constraint = ANY, locate } = strategy;
  try {
    return parseConstraint(constraint);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw failure('strategy-invalid', `the constraint ${JSON.stringify(constraint)} cannot be read: ${error.message}`, {
      location: locate('constraint'),
      help: [
        'Write it as in ^1.2, ~1.2.3, 1.x, >=1.2 <2, 1.2 - 1.4 or ^1 || ^2; with -0 behind it pre-releases count too.',
      ],
    });
  }
}

/** How many numbers a version is written with: 2 for `1.20`. */
function numbersIn({ original }: Version): number {
  return (/^v?[0-9.]+/.exec(original)?.[0] ?? '').split('.').length;
}

/**
 * The greatest first. Of equal versions the one with the most numbers, since `1.20` is more likely to move than
 * `1.20.0`; then the one whose text is greater.
 */
function preferred(one: Version, other: Version): number {
  return compareVersions(other, one) || numbersIn(other) - numbersIn(one) || byText(one.original, other.original);
}

function texts(versions: readonly Version[]): string[] {
  return versions.map(({ original }) => original);
}

/** Orders the tags that are versions; `accepts` is the strategy's constraint. Asks nothing. */
export function rank(
  strategy: Semver,
  accepts: Constraint,
  tags: readonly string[],
  { current }: RankingContext,
): Ranking {
  const versions = tags.flatMap((tag) => parseVersion(tag) ?? []).toSorted(preferred);
  const satisfying = versions.filter((version) => accepts(version));
  const others = versions.filter((version) => !accepts(version));
  const isVersion = new Set(versions.map(({ original }) => original));
  const constraint = JSON.stringify(strategy.constraint ?? ANY);
  const releases = others.filter(({ prerelease }) => prerelease === '');
  const prereleases = others.filter(({ prerelease }) => prerelease !== '');
  const running = current?.tag === undefined ? undefined : parseVersion(current.tag);
  return {
    candidates: satisfying.map(({ original }) => ({ tag: original })),
    ruledOut: [
      { reason: 'no versions', tags: tags.filter((tag) => !isVersion.has(tag)) },
      { reason: `outside ${constraint}`, tags: texts(releases), nearest: texts(releases.slice(0, NEAREST)) },
      {
        reason: `pre-releases, which ${constraint} does not take (with -0 behind it, it does)`,
        tags: texts(prereleases),
        nearest: texts(prereleases.slice(0, NEAREST)),
      },
    ],
    what: `versions that satisfy ${constraint}`,
    first: 'greatest',
    downgrade: async ({ tag }) => {
      const version = parseVersion(tag);
      if (!running || !version || compareVersions(version, running) >= 0) return undefined;
      return `${tag} is a lower version than ${running.original}`;
    },
  };
}
