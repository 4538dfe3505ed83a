/**
 * What a remote says when a push does not go through: another writer was first, a lock is held, the remote refuses, or
 * it cannot be reached. They mean different things to people and to loops.
 */
import type { Code } from '../diagnostics/codes.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { GitResult } from './git.ts';
import { meaningOf } from './words.ts';

/** Why a remote did not serve. */
type Reason = 'unreachable' | 'rejected' | 'busy' | 'locked';

const texts: Readonly<Record<Reason, { readonly code: Code; readonly what: string; readonly help: string }>> = {
  unreachable: {
    code: 'remote-unreachable',
    what: 'the remote could not be reached, or did not accept the credentials',
    help: 'git finds credentials in its own ways only: credential helpers, ssh keys, http.extraHeader.',
  },
  rejected: {
    code: 'remote-rejected',
    what: 'the remote refused the push: a protected branch, a missing permission or a hook',
    help: 'Allow this identity to push to the branch. Commands that change locks can push a branch for a pull request instead: --pull-request-branch.',
  },
  busy: {
    code: 'remote-busy',
    what: 'other writers were faster every time',
    help: 'Run the command again. Nothing was changed.',
  },
  locked: {
    code: 'remote-locked',
    what: 'a lock on the branch stays, and the branch does not move',
    help: 'A push that was killed may have left it: remove the file that git names in the remote repository. Nothing was changed.',
  },
};

/**
 * The Failure `remote-unreachable`, `remote-rejected`, `remote-busy` (others were first every time) or `remote-locked` (a
 * lock is in the way of everybody), with the remote's or git's own words. Ends with exit code 4.
 */
export class RemoteRefusal extends Failure {
  readonly reason: Reason;
  /** Whether another try soon may help. */
  readonly passing: boolean;

  constructor(reason: Reason, said: string) {
    const { code, what, help } = texts[reason];
    const lines = said.split('\n').filter((line) => line.trim() !== '');
    // Git tells the cause (fatal) behind its consequences; people read the first line.
    const words = [
      ...lines.filter((line) => /^(?:fatal|remote):/u.test(line)),
      ...lines.filter((line) => !/^(?:fatal|remote):/u.test(line)),
    ].map((line) => `git: ${line}`);
    super([{ severity: 'error', code, message: what, help: [...words, help] }]);
    this.name = 'RemoteRefusal';
    this.reason = reason;
    this.passing = reason === 'unreachable' && meaningOf(said) === 'passing';
  }
}

/** What became of a push: `locked` where a lock file was in the way. */
export type Verdict = { readonly is: 'taken' | 'overtaken' | 'locked'; readonly said: string };

/** What became of a push that may be tried again. @throws RemoteRefusal `rejected` or `unreachable` */
export function judgePush(result: GitResult): Verdict {
  const said = `${result.stderr}\n${result.stdout.toString()}`.trim();
  if (result.status === 0) return { is: 'taken', said };
  const meaning = meaningOf(said);
  if (meaning === 'overtaken' || meaning === 'locked') return { is: meaning, said };
  throw new RemoteRefusal(meaning === 'rejected' ? 'rejected' : 'unreachable', said);
}
