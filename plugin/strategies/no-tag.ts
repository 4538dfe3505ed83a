/**
 * The error of a strategy that finds nothing to run. Somebody has to find out why: it says how many tags there were,
 * what ruled them out, and which came nearest.
 */
import type { Strategy } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import type { RuledOut } from './ranking.ts';

function counted(count: number): string {
  return count === 1 ? '1 tag' : `${count} tags`;
}

/** `Excluded by ignoreTags: 12 (a, b, c and 9 more).` */
function sentence({ tags, reason, nearest }: RuledOut): string {
  const shown = nearest ?? tags.slice(0, 3);
  const rest = tags.length - shown.length;
  const names = `${nearest && rest > 0 ? 'nearest: ' : ''}${shown.join(', ')}`;
  const more = nearest || rest === 0 ? '' : ` and ${rest} more`;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}: ${tags.length} (${names}${more}).`;
}

/** Failure `strategy-no-tag`. `total` counts the tags of the repository. */
export function noTag(strategy: Strategy, repository: string, total: number, ruledOut: readonly RuledOut[]): Error {
  const reasons = ruledOut.filter(({ tags }) => tags.length > 0);
  const what = total === 0 ? `${repository} has no tags` : `none of the ${counted(total)} of ${repository} can run`;
  return failure('strategy-no-tag', `strategy ${strategy.kind}: ${what}`, {
    location: strategy.locate('strategy'),
    help: reasons.map((reason) => sentence(reason)),
  });
}
