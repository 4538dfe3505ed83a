/**
 * The policy's wall time. Argo CD kills a plugin at its own deadline, with an error that says nothing of the reason:
 * stopping just before it, with a sentence, is the point.
 *
 * A hostile input keeps the one thread busy, and then no timer of the event loop fires. So synchronous work runs under
 * the time limit of `node:vm`: a thread of Node's own ends whatever JavaScript runs when the time is over, regular
 * expressions and JSON included. It takes a fraction of a millisecond, where a worker would take fifteen.
 */
import { failure } from '../diagnostics/failure.ts';
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

/** setTimeout takes no more milliseconds, which is 24 days. */
const LONGEST = 2 ** 31 - 1;

/** The name by which the script below finds its work. */
const WORK = Symbol.for('waybill.work');

/** Runs `work` for at most this many milliseconds. Undefined when it was ended. */
function withTimeout<Result>(milliseconds: number, work: () => Result): { readonly result: Result } | undefined {
  const { runInThisContext } = process.getBuiltinModule('node:vm');
  let done: { readonly result: Result } | undefined;
  const step = (): void => {
    done = { result: work() };
  };
  Object.defineProperty(globalThis, WORK, { value: step, configurable: true });
  try {
    // The script has the limit, so the work must be called by it.
    runInThisContext("globalThis[Symbol.for('waybill.work')]()", { timeout: milliseconds, displayErrors: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
  } finally {
    Reflect.deleteProperty(globalThis, WORK);
  }
  return done;
}

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
    run(done, work) {
      const milliseconds = deadline.remaining() * 1000;
      if (milliseconds > LONGEST) return work();
      const ended = milliseconds < 1 ? undefined : withTimeout(Math.ceil(milliseconds), work);
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
