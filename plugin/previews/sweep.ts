/**
 * What a pipeline does every hour: previews whose time is over lose their label, those of forks too, and pull requests
 * that were closed or have no label any more get `inactive`, also when their Application is stuck. The clock of a preview
 * is in the comment, so that a label which is set again starts another while.
 */
import { ownComment } from './comment.ts';
import { comment, contextOf, isMarked, newestReport, type Preview, wordsOf } from './preview.ts';
import type { PullRequest } from './provider.ts';

/** What was done to a pull request. */
export interface Swept {
  readonly number: number;
  readonly what: 'expired' | 'refused' | 'ended' | 'begun';
}

/** The preview is gone: a status that waits is ended, so is the provider's environment, and the comment says it. */
async function end(preview: Preview, pull: PullRequest, description: string): Promise<boolean> {
  const { number } = pull;
  const { repository, token, pulls } = preview;
  const own = ownComment({ token, repository, number }, await pulls.comments(number));
  if (!own || own.said.state === 'inactive') return false;
  const { commit } = own.said;
  const newest = await newestReport(preview, number, commit);
  // A commit that is merged must not wait for a preview that has gone.
  if (newest?.state === 'queued' || newest?.state === 'in_progress')
    await pulls.setStatus(commit, { state: 'ended', name: contextOf(preview, number), description, url: preview.run });
  await pulls.endEnvironment?.(`preview/${number}`);
  // Last: whoever repeats this after an interruption finds the comment as it was.
  await comment(preview, number, (said = own.said) => ({
    said: { ...said, state: 'inactive' },
    words: wordsOf(preview, pull, description),
  }));
  return true;
}

/** One open pull request that asks for a preview. */
async function keep(preview: Preview, pull: PullRequest, ttl: number): Promise<Swept['what'] | undefined> {
  const { number } = pull;
  if (pull.isFork) {
    await preview.pulls.unmark(pull, preview.label);
    const description =
      'Pull requests from forks get no preview. After a review, push the commits to a branch of this repository';
    await comment(preview, number, () => ({
      said: { state: 'inactive', commit: pull.commit, since: preview.now() },
      words: wordsOf(preview, pull, description),
    }));
    return 'refused';
  }
  let what: Swept['what'] | undefined;
  await comment(preview, number, (said) => {
    if (said !== undefined && said.state !== 'inactive') {
      if (said.since + ttl < preview.now()) what = 'expired';
      return undefined;
    }
    // Labelled without a push: nothing has started a pipeline.
    what = 'begun';
    const description = 'Start the pipeline of this pull request: it builds the image';
    return {
      said: { state: 'queued', commit: pull.commit, since: preview.now() },
      words: wordsOf(preview, pull, description),
    };
  });
  if (what !== 'expired') return what;
  await preview.pulls.unmark(pull, preview.label);
  await end(
    preview,
    pull,
    `Its time is over. ${preview.hasLabels ? 'Label' : 'Mark'} the pull request again for another while`,
  );
  return what;
}

/** See the file's comment. `ttl` in milliseconds. */
export async function sweep(preview: Preview, ttl: number): Promise<readonly Swept[]> {
  const done: Swept[] = [];
  const add = (number: number, what: Swept['what'] | undefined): void => {
    if (what !== undefined) done.push({ number, what });
  };
  // One after another: providers limit requests, and nobody waits.
  for (const pull of await preview.pulls.open()) {
    if (isMarked(preview, pull)) add(pull.number, await keep(preview, pull, ttl));
    else if (await end(preview, pull, 'The preview has ended')) add(pull.number, 'ended');
  }
  for (const pull of await preview.pulls.ended())
    if (await end(preview, pull, 'The preview has ended')) add(pull.number, 'ended');
  return done;
}
