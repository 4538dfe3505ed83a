/**
 * `newest-build`: the tag whose image was created last. The only strategy that has to ask about every tag, so one
 * answer that is missing is an error: an older tag must not win because a newer one could not be read.
 */
import type { Strategy } from '../../config/environment.ts';
import { failure } from '../../diagnostics/failure.ts';
import type { ImageFacts } from '../../registries/registry.ts';
import { wantedPlatform } from '../platforms.ts';
import { byText, type Candidate, type RankingContext, type Ranking } from '../ranking.ts';

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;
/** Bazel, ko and Jib write 1970, Nix one second more, buildpacks 1980-01-01T00:00:01Z, Go's zero time is the year 1. */
const FIRST_YEAR = Date.UTC(1981, 0, 1);

/**
 * Nanoseconds since 1970 of a time in RFC 3339; undefined for a text that is none, and for times before 1981, which
 * stand for "no time".
 */
function createdTime(text: string): bigint | undefined {
  const [, day, time, fraction = '', zone] = rfc3339.exec(text.trim()) ?? [];
  if (day === undefined || time === undefined || zone === undefined) return undefined;
  const milliseconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(milliseconds) || milliseconds < FIRST_YEAR) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

interface Timed extends Candidate {
  readonly facts: ImageFacts;
  readonly created: bigint;
}

/** @throws Failure `strategy-metadata` when the image says no usable time */
function timeOf(strategy: Strategy, reference: string, { created }: ImageFacts): bigint {
  const time = created === undefined ? undefined : createdTime(created);
  if (time !== undefined) return time;
  const says =
    created === undefined
      ? 'has no creation time'
      : `has the creation time ${JSON.stringify(created)}, which is not a time`;
  throw failure('strategy-metadata', `${reference} ${says}, so the newest build cannot be determined`, {
    location: strategy.locate('strategy'),
    help: [
      'Reproducible builds write a constant: let the build set the annotation org.opencontainers.image.created (or SOURCE_DATE_EPOCH), or use another strategy.',
      'Tags that are not to be considered: name them under ignoreTags.',
    ],
  });
}

/** Asks about every tag, and orders them by time; of equal times the tag whose text is greater is first. */
export async function rank(strategy: Strategy, tags: readonly string[], place: RankingContext): Promise<Ranking> {
  const { registry, repository, current, refresh } = place;
  const ask = (reference: string, immutableTag: boolean): Promise<ImageFacts> =>
    registry.image(repository, reference, { ...wantedPlatform(strategy), immutableTag, onlyTime: true });
  const timed = await Promise.all(
    tags.map(async (tag): Promise<Timed> => {
      const facts = await ask(tag, !refresh);
      return { tag, facts, created: timeOf(strategy, `${repository}:${tag}`, facts) };
    }),
  );
  const candidates = timed.toSorted((one, other) =>
    one.created === other.created ? byText(one.tag, other.tag) : one.created > other.created ? -1 : 1,
  );
  const known = new Map(candidates.map((candidate) => [candidate.tag, candidate]));
  return {
    candidates,
    ruledOut: [],
    what: 'tags',
    first: 'newest build',
    downgrade: async ({ tag }) => {
      const running = current?.digest ?? current?.tag;
      const chosen = known.get(tag);
      if (running === undefined || !chosen || chosen.tag === current?.tag) return undefined;
      const same = current?.tag === undefined ? undefined : known.get(current.tag);
      const facts = same ? same.facts : await ask(running, false);
      if (chosen.created >= timeOf(strategy, `${repository} (${running})`, facts)) return undefined;
      return `${tag} was built before ${running}`;
    },
  };
}
