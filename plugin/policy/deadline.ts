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
}

/** Starts the clock. `now` gives milliseconds. */
export function startDeadline(policy: Policy, now: () => number = () => process.uptime() * 1000): Deadline {
  const { seconds } = policy.limits;
  const end = now() + seconds * 1000;
  return {
    remaining: () => Math.max(0, (end - now()) / 1000),
    check(done) {
      if (now() <= end) return;
      throw failure('limit-seconds', `rendering took more than ${seconds} seconds; the last step was ${done}`, {
        help: ["The limit is limits.seconds of the operator's policy. Argo CD's own deadline must be above it."],
      });
    },
  };
}
