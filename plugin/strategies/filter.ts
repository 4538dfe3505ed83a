/**
 * `allowTags` and `ignoreTags`: which tags of a repository a strategy considers at all.
 */
import type { Strategy } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import { compilePathMatch } from '../expressions/path-match.ts';
import { compileSearch } from '../expressions/re2.ts';
import type { RuledOut } from './ranking.ts';

/** A strategy that has filters. */
export type Filtered = Exclude<Strategy, { kind: 'digest' }>;

/**
 * Signatures and attestations stand beside images under names that cosign and the distribution specification (referrers
 * tag schema) make of a digest. They are no images to run.
 */
const attached = /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.[a-z0-9]+)?$/;

/** Judges tags: the reason why one is not considered, or undefined. */
export type TagJudge = (tag: string) => string | undefined;

/**
 * Compiles the filters of a strategy.
 * @throws Failure `strategy-invalid` for an expression that RE2 refuses, or a glob that Go's path.Match does
 */
export function compileFilter(strategy: Filtered): TagJudge {
  const { allowTags, ignoreTags } = strategy;
  const compile = (key: 'allowTags' | 'ignoreTags', text: string): ((tag: string) => boolean) => {
    try {
      return key === 'allowTags' ? compileSearch(text) : compilePathMatch(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const what = key === 'allowTags' ? 'regular expression (RE2)' : 'glob';
      throw failure('strategy-invalid', `${key}: ${JSON.stringify(text)} is no ${what}: ${error.message}`, {
        location: strategy.locate(key),
      });
    }
  };
  const allowed = allowTags === undefined ? undefined : compile('allowTags', allowTags);
  const ignored = ignoreTags.map((glob) => compile('ignoreTags', glob));
  return (tag) => {
    if (attached.test(tag)) return 'signatures or attestations';
    if (ignored.some((matches) => matches(tag))) return 'excluded by ignoreTags';
    if (allowed && !allowed(tag)) return `not matched by allowTags ${JSON.stringify(allowTags)}`;
    return undefined;
  };
}

/** The tags that are considered, each once, and what ruled out the others. */
export function filterTags(
  judge: TagJudge,
  tags: readonly string[],
): { readonly considered: readonly string[]; readonly ruledOut: readonly RuledOut[] } {
  const considered: string[] = [];
  const out = new Map<string, string[]>();
  for (const tag of new Set(tags)) {
    const reason = judge(tag);
    if (reason === undefined) considered.push(tag);
    else if (out.has(reason)) out.get(reason)?.push(tag);
    else out.set(reason, [tag]);
  }
  return { considered, ruledOut: Array.from(out, ([reason, ruled]) => ({ reason, tags: ruled })) };
}
