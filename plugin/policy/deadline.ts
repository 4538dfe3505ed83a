/**
 * The policy's wall time, for the steps of a render. Argo CD kills a plugin at its own deadline, with an error that says
 * nothing of the reason: stopping just before it, with a sentence that names the step, is the point. What is no step is
 * stopped a moment later by the room of limits.
 */
import { tookTooLong } from '../limits/failures.ts';
import { LONGEST, withTimeLimit } from '../limits/time-limit.ts';
import type { Policy } from './policy.ts';

/** How much time a render has left. */
export interface Deadline {
  /** Seconds left, 0 when it is over; Infinity without a limit. For the timeouts of child processes. */
  remaining(): number;
  /**
   * Runs synchronous work and ends it, wherever it is, when the time is over: Failure `limit-seconds`. No `finally` and no
   * `catch` of the work runs then. `done` is what takes the time, as `reading the source`.
   */
  run<Result>(done: string, work: () => Result): Result;
  /**
   * Waits for `work`, but no longer than there is time: Failure `limit-seconds`. Nobody stops the work itself; the
   * process ends after the error is told.
   */
  within<Result>(done: string, work: Promise<Result>): Promise<Result>;
}

/** Starts the clock. `now` gives milliseconds. */
export function startDeadline(policy: Policy, now: () => number = () => process.uptime() * 1000): Deadline {
  const { seconds } = policy.limits;
  const end = now() + seconds * 1000;
  const over = (done: string): Error => tookTooLong(seconds, done);
  const deadline: Deadline = {
    remaining: () => Math.max(0, (end - now()) / 1000),
    run(done, work) {
      const milliseconds = deadline.remaining() * 1000;
      if (milliseconds > LONGEST) return work();
      const ended = milliseconds < 1 ? undefined : withTimeLimit(Math.ceil(milliseconds), work);
      if (!ended) throw over(done);
      return ended.result;
    },
    async within(done, work) {
      const milliseconds = deadline.remaining() * 1000;
      if (milliseconds > LONGEST) return await work;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(over(done)), milliseconds);
      });
      try {
        return await Promise.race([work, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
  return deadline;
}
