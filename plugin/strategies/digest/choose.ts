/**
 * `digest`: what one tag points to now. A tag that moves is meant to, so nothing that it points to is a step back.
 */
import type { Strategy } from '../../config/environment.ts';
import { failure } from '../../diagnostics/failure.ts';
import { missingPlatforms, wantedPlatform } from '../platforms.ts';
import { type Choice, choice, needsFacts, type Run } from '../run.ts';

/** Runs the strategy; errors as choose. */
export async function chooseDigest(strategy: Extract<Strategy, { kind: 'digest' }>, run: Run): Promise<Choice> {
  const { place, locked } = run;
  const { registry, repository } = place;
  const { tag } = strategy;
  const digest = await registry.digest(repository, tag);
  const known = locked?.digest === digest;
  const facts = needsFacts(run, known) ? await registry.image(repository, digest, wantedPlatform(strategy)) : undefined;
  const missing = facts && !known ? missingPlatforms(strategy.platforms, facts) : [];
  if (missing.length > 0) {
    throw failure('strategy-platform', `strategy digest: ${repository}:${tag} has no ${missing.join(', no ')}`, {
      location: strategy.locate('platforms'),
      help: [
        `It has: ${facts?.platforms.map(({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join('/')).join(', ') || 'no platform that is named'}.`,
      ],
    });
  }
  return choice(run, tag, digest, facts, `${tag} ${known ? 'still points' : 'points'} to it`);
}
