/**
 * `alphabetical`: the tag whose text is greatest, as for calendar versions (`2026-11-21`).
 */
import { byText, type RankingContext, type Ranking } from '../ranking.ts';
import type { TagJudge } from '../filter.ts';

/** Orders the tags. Asks nothing. `judge` tells whether what runs now is one of the series. */
export function rank(tags: readonly string[], { current }: RankingContext, judge: TagJudge): Ranking {
  const running = current?.tag;
  return {
    candidates: tags.toSorted(byText).map((tag) => ({ tag })),
    ruledOut: [],
    what: 'tags',
    first: 'last in alphabetical order',
    downgrade: async ({ tag }) => {
      // A tag of another series (the strategy was changed) is neither before nor after.
      if (running === undefined || judge(running) !== undefined || byText(tag, running) <= 0) return undefined;
      return `${tag} sorts before ${running}`;
    },
  };
}
