/**
 * What a remote says when a push does not go through: another writer was first, the remote refuses, or it cannot be
 * reached. The three mean different things to people and to loops.
 */
import type { GitResult } from './git.ts';

/** What the remote said when it could not be reached or refused. */
export class RemoteRefusal extends Error {
  readonly reason: 'unreachable' | 'rejected' | 'busy';

  constructor(reason: 'unreachable' | 'rejected' | 'busy', message: string) {
    super(message);
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
