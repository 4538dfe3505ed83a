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
  readonly verb: 'Deploy' | 'Update' | 'Promote' | 'Roll back';
  readonly trigger: string | undefined;
  /** The source commit that Argo CD is to show. */
  readonly source: ImageSource | undefined;
  readonly checkouts: Checkouts;
}

/** Folders that may have source commits and know who made them. */
export class Checkouts {
  readonly folders: readonly string[];
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #facts = new Map<string, Promise<CommitFacts | undefined>>();

  constructor(folders: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    this.folders = folders;
    this.#env = env;
  }

  /** What the first folder that has the commit says about it. Asked once, so that it can be asked early. */
  async facts(commit: string): Promise<CommitFacts | undefined> {
    const known = this.#facts.get(commit) ?? this.#ask(commit);
    this.#facts.set(commit, known);
    return await known;
  }

  async #ask(commit: string): Promise<CommitFacts | undefined> {
    for (const folder of this.folders) {
      const facts = await commitFacts(folder, commit, this.#env);
      if (facts) return facts;
    }
    return undefined;
  }
}

/** The commit message, with what the checkouts say about the source commit. */
export async function messageFor(request: MessageRequest): Promise<string> {
  const { verb, environment, directory, outcomes, trigger, source, checkouts } = request;
  const reference = source && { source, facts: await checkouts.facts(source.commit) };
  return commitMessage({ verb, environment, directory, outcomes, trigger, reference });
}

/**
 * The branch of a pull request: one for each command, environment, application and set of images, so that the pull
 * request that is open for them gets the newer version.
 */
export function branchFor(command: string, { environment, directory, outcomes }: ChangeSubject): string {
  const names = [...new Set(outcomes.map(({ name }) => name))].sort();
  const hash = createHash('sha256')
    .update([command, directory, ...names].join('\n'))
    .digest('hex')
    .slice(0, 8);
  const first = (names[0] ?? 'images').split('/').at(-1) ?? 'images';
  return ['waybill', environment ?? 'images', `${first.replaceAll(/[^\w-]/gu, '-')}-${hash}`].join('/');
}
