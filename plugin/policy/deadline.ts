/**
 * The policy's wall time. Argo CD kills a plugin at its own deadline, with an error that says nothing of the reason:
 * stopping just before it, with a sentence, is the point.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Policy } from './policy.ts';

/** How much time a render has left. */
export interface Deadline {
  /** Seconds left, 0 when it is over; Infinity without a limit. For the timeouts of child processes. */
  remaining(): number;
  /** Call between stages: Failure `limit-seconds` when the time is over. `done` is what took it, as `reading the source`. */
  check(done: string): void;
  /**
   * Waits for `work`, but no longer than there is time: Failure `limit-seconds`. Nobody stops the work itself; the
   * process ends after the error is told.
   */
  within<Result>(done: string, work: Promise<Result>): Promise<Result>;
}

/** setTimeout takes no more milliseconds, which is 24 days. */
const LONGEST = 2 ** 31 - 1;

/** Starts the clock. `now` gives milliseconds. */
export function startDeadline(policy: Policy, now: () => number = () => process.uptime() * 1000): Deadline {
  const { seconds } = policy.limits;
  const end = now() + seconds * 1000;
  const over = (done: string): Error =>
    failure('limit-seconds', `rendering took more than ${seconds} seconds; the last step was ${done}`, {
      help: ["The limit is limits.seconds of the operator's policy. Argo CD's own deadline must be above it."],
    });
  const deadline: Deadline = {
    remaining: () => Math.max(0, (end - now()) / 1000),
    check(done) {
      if (now() > end) throw over(done);
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
