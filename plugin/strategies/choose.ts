/**
 * Runs a strategy: which tag and digest of an image to run, and which source commit it was built from. The outcome
 * depends on the registry's tags and what they point to, never on their order; any answer that is missing is an error.
 */
import type { DeclaredImage, Strategy } from '../config/environment.ts';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { referenceProblem } from '../references/reference.ts';
import type { Registry } from '../registries/registry.ts';
import { chooseAmongTags } from './among-tags.ts';
import { chooseDigest } from './digest/choose.ts';
import type { Choice, ChooseOptions, LockedChoice, Run } from './run.ts';

/** Errors of the registry say what it answered; people look for the strategy that asked. */
async function located<Result>(strategy: Strategy, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const location = strategy.locate('strategy');
    throw new Failure(error.diagnostics.map((one): Diagnostic => Object.assign({ location }, one)));
  }
}

/**
 * Chooses what to run.
 *
 * | strategy | asked, besides the pages of the list of tags |
 * |---|---|
 * | `semver`, `alphabetical` | the tag that is chosen, unless the lock has it with a digest |
 * | `newest-build` | every tag that the filters leave and the disk cache does not know; where it knew the chosen one, that one's digest, unless the lock has it |
 * | `digest` | no list; the tag's digest, and the image when that has changed and its platforms or source matter |
 *
 * @param locked what the lock has, with its source; undefined when it has no entry
 * @throws Failure `strategy-invalid`, `strategy-no-tag`, `strategy-downgrade`, `strategy-metadata`,
 * `strategy-platform`, `strategy-source`, and those of the registry
 */
export async function choose(
  strategy: Strategy,
  registry: Registry,
  image: DeclaredImage,
  locked: LockedChoice | undefined,
  options: ChooseOptions = {},
): Promise<Choice> {
  const repository = locked?.newName ?? image.name;
  const problem = referenceProblem(repository);
  if (problem !== undefined) {
    throw failure('strategy-invalid', `there is no registry for ${JSON.stringify(repository)}: ${problem}`, {
      location: image.location,
      help: ['A placeholder name needs a newName in the lock: waybill images set NAME=REGISTRY/REPOSITORY:TAG.'],
    });
  }
  const place = { registry, repository, current: locked, refresh: options.refresh ?? false };
  const run: Run = { strategy, image, place, locked, options };
  return located(strategy, strategy.kind === 'digest' ? chooseDigest(strategy, run) : chooseAmongTags(strategy, run));
}
