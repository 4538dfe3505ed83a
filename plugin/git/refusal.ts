/**
 * What a remote says when a push does not go through: another writer was first, the remote refuses, or it cannot be
 * reached. The three mean different things to people and to loops.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { GitResult } from './git.ts';

/** Why a remote did not serve. */
type Reason = 'unreachable' | 'rejected' | 'busy';

const texts: Readonly<Record<Reason, { readonly what: string; readonly help: string }>> = {
  unreachable: {
    what: 'the remote could not be reached, or did not accept the credentials',
    help: 'git finds credentials in its own ways only: credential helpers, ssh keys, http.extraHeader.',
  },
  rejected: {
    what: 'the remote refused the push: a protected branch, a missing permission or a hook',
    help: 'Allow this identity to push to the branch. Commands that change locks can push a branch for a pull request instead: --pull-request-branch.',
  },
  busy: {
    what: 'other writers were faster every time, or left a lock behind',
    help: 'Run the command again. Nothing was changed.',
  },
};

/** The Failure `remote-unreachable`, `remote-rejected` or `remote-busy`, with the remote's or git's own words. Ends with exit code 4. */
export class RemoteRefusal extends Failure {
  readonly reason: Reason;

  constructor(reason: Reason, said: string) {
    const { what, help } = texts[reason];
    const lines = said.split('\n').filter((line) => line.trim() !== '');
    const words = lines.map((line) => `git: ${line}`);
    super([{ severity: 'error', code: `remote-${reason}`, message: what, help: [...words, help] }]);
    this.name = 'RemoteRefusal';
    this.reason = reason;
  }
}

/** git's words for a branch that moved in between, over every transport, also on the server while it takes the push. */
const overtaken = /non-fast-forward|fetch first|cannot lock ref|failed to update ref|incorrect old value|stale info/iu;

/** Whether a push went through or was overtaken. @throws RemoteRefusal `rejected` or `unreachable` */
export function judgePush(result: GitResult): 'taken' | 'overtaken' {
  if (result.status === 0) return 'taken';
  const said = `${result.stderr}\n${result.stdout.toString()}`;
  if (overtaken.test(said)) return 'overtaken';
  const rejected = /remote rejected|\[rejected\]|pre-receive hook/iu.test(said);
  throw new RemoteRefusal(rejected ? 'rejected' : 'unreachable', said.trim());
}

const LONGEST_PAUSE_MS = 10_000;

/**
 * Waits at random after a lost race. The wait grows from the time one round takes, so that the writers spread out
 * over as many rounds as there are writers, however slow the remote is.
 */
export async function pause(race: number, roundMs: number): Promise<void> {
  const most = Math.min(LONGEST_PAUSE_MS, roundMs * 2 ** Math.min(race, 6));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}
