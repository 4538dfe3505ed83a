/**
 * The strategies that choose among the tags of a repository: filter, order, and take the first that has the platforms.
 */
import { failure } from '../diagnostics/failure.ts';
import type { ImageFacts } from '../registries/registry.ts';
import { rank as rankAlphabetical } from './alphabetical/ranking.ts';
import { compileFilter, type Filtered, filterTags, type TagJudge } from './filter.ts';
import { rank as rankNewestBuild } from './newest-build/ranking.ts';
import { noTag } from './no-tag.ts';
import { missingPlatforms, wantedPlatform } from './platforms.ts';
import type { Candidate, RankingContext, Ranking } from './ranking.ts';
import { type Choice, choice, needsFacts, type Run } from './run.ts';
import { compileConstraint, rank as rankSemver } from './semver/ranking.ts';

/** How many candidates are looked at for their platforms before it is an error that none has them. */
const LOOKED_AT = 20;

/** Reads the strategy before anything is asked: how its tags are put in order. */
function prepare(
  strategy: Filtered,
  judge: TagJudge,
): (tags: readonly string[], place: RankingContext) => Promise<Ranking> {
  if (strategy.kind === 'newest-build') return async (tags, place) => await rankNewestBuild(strategy, tags, place);
  if (strategy.kind === 'alphabetical') return async (tags, place) => rankAlphabetical(tags, place, judge);
  const accepts = compileConstraint(strategy);
  return async (tags, place) => rankSemver(strategy, accepts, tags, place);
}

async function rank(
  strategy: Filtered,
  place: RankingContext,
): Promise<{ ranking: Ranking; tags: ReadonlySet<string> }> {
  const judge = compileFilter(strategy);
  const order = prepare(strategy, judge);
  const tags = await place.registry.tags(place.repository);
  const { considered, ruledOut } = filterTags(judge, tags);
  const ranking = await order(considered, place);
  return { ranking: { ...ranking, ruledOut: [...ruledOut, ...ranking.ruledOut] }, tags: new Set(tags) };
}

/** Why the tag of the lock is none of the candidates: the registry is blamed only for a tag that it does not list. */
function whyNotLocked(
  strategy: Filtered,
  tag: string | undefined,
  ranking: Ranking,
  tags: ReadonlySet<string>,
): string {
  if (tag === undefined) return 'The lock has no tag, only a digest.';
  if (!tags.has(tag)) return `${tag} of the lock is not among the ${tags.size} tags that the registry lists.`;
  const { reason } = ranking.ruledOut.find((one) => one.tags.includes(tag)) ?? { reason: undefined };
  const key = (['allowTags', 'ignoreTags', 'constraint'] as const).find((name) => reason?.includes(name));
  const { file, line } = strategy.locate(key ?? 'strategy');
  const place = line === undefined ? file : `${file}:${line}`;
  return `The registry lists ${tag} of the lock, but it is ${reason ?? `not among the ${ranking.what}`} (${place}).`;
}

/** Digest and, where they are wanted, facts of a candidate, by as few requests as possible. */
async function examine(
  run: Run,
  { tag, facts }: Candidate,
): Promise<{ digest: string; facts: ImageFacts | undefined }> {
  const { registry, repository } = run.place;
  if (needsFacts(run, false)) {
    // What the ranking read may be no more than the time.
    const reference = facts?.confirmed ? facts.digest : tag;
    const read = await registry.image(repository, reference, wantedPlatform(run.strategy));
    return { digest: read.digest, facts: read };
  }
  return { digest: facts?.confirmed ? facts.digest : await registry.digest(repository, tag), facts: undefined };
}

/** Runs a strategy that chooses among tags; errors as choose. */
export async function chooseAmongTags(strategy: Filtered, run: Run): Promise<Choice> {
  const { place, locked, options } = run;
  const { registry, repository } = place;
  const { ranking, tags } = await rank(strategy, place);
  const total = tags.size;
  const passedOver: string[] = [];
  for (const candidate of ranking.candidates.slice(0, LOOKED_AT)) {
    const { tag } = candidate;
    const why = [
      `${tag} is the ${ranking.first} of ${ranking.candidates.length} ${ranking.what}, of ${total} tags in all`,
      ...passedOver,
    ].join('; ');
    if (tag === locked?.tag && locked.digest !== undefined) {
      const facts = needsFacts(run, true) ? await registry.image(repository, locked.digest) : undefined;
      return choice(run, tag, locked.digest, facts, why);
    }
    const downgrade = options.allowDowngrade === true ? undefined : await ranking.downgrade(candidate);
    if (downgrade !== undefined) {
      throw failure('strategy-downgrade', `strategy ${strategy.kind}: ${repository} would go back: ${downgrade}`, {
        location: strategy.locate('strategy'),
        help: [
          ...passedOver.map((reason) => `${reason}.`),
          `${whyNotLocked(strategy, locked?.tag, ranking, tags)} With --allow-downgrade it is selected anyway.`,
        ],
      });
    }
    const { digest, facts } = await examine(run, candidate);
    // The cache of tags was wrong: this one has moved, and others may have.
    if (candidate.facts && candidate.facts.digest !== digest && !place.refresh) {
      return chooseAmongTags(strategy, { ...run, place: { ...place, refresh: true } });
    }
    const missing = facts ? missingPlatforms(strategy.platforms, facts) : [];
    if (missing.length === 0) return choice(run, tag, digest, facts, why);
    passedOver.push(`${tag} is passed over: it has no ${missing.join(', no ')}`);
  }
  if (passedOver.length === 0) throw noTag(strategy, repository, total, ranking.ruledOut);
  throw failure('strategy-platform', `strategy ${strategy.kind}: no tag of ${repository} has the required platforms`, {
    location: strategy.locate('platforms'),
    help: [
      `Looked at: ${passedOver.length} of ${ranking.candidates.length} ${ranking.what}, the ${ranking.first} first.`,
      ...passedOver.slice(0, 3).map((reason) => `${reason}.`),
    ],
  });
}
