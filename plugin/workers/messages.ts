/**
 * What the main thread and a worker thread send each other.
 */

/** To a worker. At most one `run` is under way. */
export type ToWorker<Input> =
  | { readonly kind: 'run'; readonly id: number; readonly input: Input }
  | { readonly kind: 'cancel'; readonly id: number };

/** An error that the work did not expect. */
interface UnexpectedError {
  readonly message: string;
  readonly stack: string | undefined;
}

/** From a worker. `child`: it started a program, or one that it started ended. */
export type FromWorker<Output> =
  | { readonly kind: 'done'; readonly id: number; readonly output: Output }
  | { readonly kind: 'failed'; readonly id: number; readonly error: UnexpectedError }
  | { readonly kind: 'child'; readonly pid: number; readonly running: boolean };

/** The argument that makes this program a worker thread (plugin/bin.ts). */
export const WORKER_ARGUMENT = '--waybill-worker';
