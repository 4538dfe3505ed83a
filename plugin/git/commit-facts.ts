/**
 * Who made a commit, when and why, from whatever checkout has it.
 */
import { git } from './git.ts';

/** What a commit says about itself. */
export interface CommitFacts {
  readonly author: { readonly name: string; readonly email: string };
  /** RFC 3339, with the author's offset. */
  readonly date: string;
  readonly subject: string;
  /** The message after the subject; '' when there is none. */
  readonly body: string;
}

/** The facts of a full commit, or undefined when the folder's repository does not have it. */
export async function commitFacts(
  folder: string,
  commit: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CommitFacts | undefined> {
  const format = '--format=%an%x00%ae%x00%aI%x00%s%x00%b';
  const { status, stdout } = await git(['show', '--no-patch', '--no-show-signature', format, commit, '--'], {
    cwd: folder,
    env,
  });
  const [name, email, date, subject, body] = stdout.toString().split('\0');
  if (status !== 0 || name === undefined || email === undefined || !date || subject === undefined) return undefined;
  return { author: { name, email }, date, subject, body: (body ?? '').trim() };
}
