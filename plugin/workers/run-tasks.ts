/**
 * The other end of a worker thread: takes one piece of work after the other from the main thread, does it and answers.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { watchChildren } from '../binaries/run.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What an output hands over instead of being cloned. */
export interface Done<Output> {
  readonly output: Output;
  readonly transfer?: readonly ArrayBuffer[];
}

/** What a thread does. */
type Work<Input, Output> = (input: Input, signal: AbortSignal) => Promise<Done<Output>>;

/** Does the work of this thread with `work`, until the thread is ended. */
export function runTasks<Input, Output>(work: Work<Input, Output>): void {
  const port = parentPort;
  if (!port) throw new Error('this is no worker thread');
  const post = (message: FromWorker<Output>, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const programs: unknown = workerData;
  const count = (change: number): void => {
    if (programs instanceof Int32Array) Atomics.add(programs, 0, change);
  };
  watchChildren({
    starting: () => count(1),
    started: (pid) => post({ kind: 'child', pid, running: true }),
    ended: (pid) => {
      count(-1);
      if (pid !== undefined) post({ kind: 'child', pid, running: false });
    },
  });
  let current: { readonly id: number; readonly controller: AbortController } | undefined;
  port.on('message', (message: ToWorker<Input>) => {
    if (message.kind === 'cancel') {
      if (current?.id === message.id) current.controller.abort();
      return;
    }
    const { id, input } = message;
    const controller = new AbortController();
    current = { id, controller };
    void work(input, controller.signal).then(
      ({ output, transfer }) => post({ kind: 'done', id, output }, transfer),
      (error: unknown) => {
        const known = error instanceof Error ? error : new Error(String(error));
        post({ kind: 'failed', id, error: { message: known.message, stack: known.stack } });
      },
    );
  });
}
