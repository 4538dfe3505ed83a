/**
 * The one loop that pushes: a change is made anew on each new tip until the remote takes it. It ends when others were
 * first every time, and soon when nobody moves the branch and yet a lock is in the way.
 */
import { RemoteRefusal, type Verdict } from './refusal.ts';

/** One round: what was made on which tip, and what the remote said to it. */
export interface Round<Result> {
  /** The commit that the branch had; undefined without a branch. */
  readonly tip: string | undefined;
  /** Undefined when there was nothing to push. */
  readonly verdict: Verdict | undefined;
  readonly result: Result;
}

const mostPushes = 60;
/** Overtaken, and yet the branch has not moved, so often in a row. */
const mostStalls = 8;
/** The same with a lock file in the way: whoever holds one for a push is done by then. */
const mostLocks = 6;
const longestPauseMs = 10_000;
/** Writers do not hold a lock for long, so there is no use in waiting long for one. */
const longestLockMs = 3000;

/**
 * Waits at random after a lost race. The wait grows from the time one round takes, so that the writers spread out
 * over as many rounds as there are writers, however slow the remote is.
 */
async function pause(race: number, roundMs: number, longestMs: number): Promise<void> {
  const most = Math.min(longestMs, roundMs * 2 ** Math.min(race, 6));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}

/**
 * Repeats `round` until its push is taken or there is nothing to push; returns what it made, and how many pushes it took.
 * @throws RemoteRefusal `busy` or `locked`, with git's own words, and as `round`
 */
export async function pushUntilTaken<Result>(
  round: (push: number) => Promise<Round<Result>>,
): Promise<{ readonly result: Result; readonly pushes: number }> {
  let [stalls, locks] = [0, 0];
  let before: { readonly tip: string | undefined } | undefined;
  for (let push = 0; push < mostPushes; push += 1) {
    const begun = performance.now();
    const { tip, verdict, result } = await round(push);
    if (verdict === undefined) return { result, pushes: push };
    if (verdict.is === 'taken') return { result, pushes: push + 1 };
    const stands = before !== undefined && before.tip === tip;
    stalls = stands ? stalls + 1 : 0;
    locks = stands && verdict.is === 'locked' ? locks + 1 : 0;
    before = { tip };
    if (locks >= mostLocks || stalls >= mostStalls) throw new RemoteRefusal('locked', verdict.said);
    await pause(push, performance.now() - begun, verdict.is === 'locked' ? longestLockMs : longestPauseMs);
  }
  throw new RemoteRefusal('busy', `${mostPushes} pushes were overtaken by other writers`);
}
