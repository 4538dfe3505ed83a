/**
 * Ends synchronous work that takes too long. No timer of the event loop fires while the one thread is busy, so the work
 * runs under the time limit of `node:vm`: a thread of Node's own ends whatever JavaScript runs when the time is over,
 * regular expressions and JSON included. It takes a fraction of a millisecond, where a worker would take fifteen.
 */

/** setTimeout takes no more milliseconds, which is 24 days. */
export const LONGEST = 2 ** 31 - 1;

/** The name by which the script below finds its work. */
const WORK = Symbol.for('waybill.work');

/**
 * Runs `work` for at most this many milliseconds. Undefined when it was ended: no `finally` and no `catch` of the work
 * runs then.
 */
export function withTimeLimit<Result>(
  milliseconds: number,
  work: () => Result,
): { readonly result: Result } | undefined {
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
