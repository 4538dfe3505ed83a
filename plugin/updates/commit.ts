/**
 * What the commands that change images share about the commit they make: its message and the branch it is proposed on.
 */
import { createHash } from 'node:crypto';
import { type CommitFacts, commitFacts } from '../git/commit-facts.ts';
import type { ImageSource } from '../lock/lock.ts';
import { commitMessage } from './message.ts';
import type { ImageOutcome } from './outcome.ts';

/** What changes. */
export interface ChangeSubject {
  readonly environment: string | undefined;
  /** The application directory, relative to the repository; '' for its top. */
  readonly directory: string;
  /** Those that change, and no others. */
  readonly outcomes: readonly ImageOutcome[];
}

/** What the message is made of besides. */
export interface MessageRequest extends ChangeSubject {
  readonly verb: 'Deploy' | 'Promote' | 'Roll back';
  readonly trigger: string | undefined;
  /** The source commit that Argo CD is to show. */
  readonly source: ImageSource | undefined;
  /** Folders that may have that commit and know who made it. */
  readonly checkouts: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function factsOf({ source, checkouts, env }: MessageRequest): Promise<CommitFacts | undefined> {
  if (!source) return undefined;
  for (const folder of checkouts) {
    const facts = await commitFacts(folder, source.commit, env);
    if (facts) return facts;
  }
  return undefined;
}

/** The commit message, with what the first checkout that has the source commit says about it. */
export async function messageFor(request: MessageRequest): Promise<string> {
  const { verb, environment, directory, outcomes, trigger, source } = request;
  const reference = source && { source, facts: await factsOf(request) };
  return commitMessage({ verb, environment, directory, outcomes, trigger, reference });
}

/**
 * The branch of a pull request: one for each command, environment, application and set of images, so that the pull
 * request that is open for them gets the newer version.
 */
export function branchFor(command: string, { environment, directory, outcomes }: ChangeSubject): string {
  const names = outcomes.map(({ name }) => name).sort();
  const hash = createHash('sha256')
    .update([command, directory, ...names].join('\n'))
    .digest('hex')
    .slice(0, 8);
  const first = (names[0] ?? 'images').split('/').at(-1) ?? 'images';
  return ['waybill', environment ?? 'images', `${first.replaceAll(/[^\w-]/gu, '-')}-${hash}`].join('/');
}
