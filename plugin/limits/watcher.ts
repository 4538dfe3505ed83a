/**
 * A second thread that looks at the clock and at the memory of the process. It can stop the first one while that is
 * busy, which nothing on the first one can. Starting it takes fifteen milliseconds, so a small render starts none.
 */
import type { Worker } from 'node:worker_threads';

/** What may be used up. */
export interface Bounds {
  /** When the time is over, in milliseconds of `process.uptime() * 1000`; Infinity for never. */
  readonly end: number;
  /** Resident memory of the process. */
  readonly bytes: number;
}

/** What was used up. */
export type Exceeded = 'time' | 'memory';

/** Thrown to nobody, so that the process ends: the watcher has said why. */
export class SaidAlready extends Error {}

/** The part of V8's own limit at which the watcher stops a process; at the limit V8 ends it with a stack trace. */
const PART_OF_HEAP = 0.95;

/**
 * What the thread runs. An event loop that is free gets a message and ends the command as any error does. One that is
 * busy does not: then this thread says why, and JavaScript is ended as a debugger would end it, so that the message comes
 * after all. If even that does not help, the process is killed.
 */
const code = `
const { parentPort, workerData: { end, bytes, last, said } } = require('node:worker_threads');
const look = setInterval(() => {
  const exceeded = process.uptime() * 1000 > end ? 'time' : process.memoryUsage.rss() > bytes ? 'memory' : undefined;
  if (exceeded === undefined) return;
  clearInterval(look);
  parentPort.postMessage(exceeded);
  setTimeout(() => {
    if (Atomics.exchange(said, 0, 1) === 1) return;
    try { require('node:fs').writeSync(2, last[exceeded]); } catch {}
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2000);
    try {
      const { Session } = require('node:inspector');
      const session = new Session();
      session.connectToMainThread();
      session.post('Runtime.terminateExecution', () => session.disconnect());
    } catch {}
  }, 100);
}, 20);`;

/** Starts the thread. `exceeded` is called once at most; `last` is what the thread writes where that cannot be called. */
export function startWatcher(
  { end, bytes }: Bounds,
  last: Readonly<Record<Exceeded, string>>,
  exceeded: (what: Exceeded, bytes: number) => void,
): { stop(): void } {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
  const { heap_size_limit: heap } = process.getBuiltinModule('node:v8').getHeapStatistics();
  const most = Math.min(bytes, heap * PART_OF_HEAP);
  // Whoever sets it first says why the command ends.
  const said = new Int32Array(new SharedArrayBuffer(4));
  const thread: Worker = new Thread(code, { eval: true, execArgv: [], workerData: { end, bytes: most, last, said } });
  // It must not keep the process alive, and a process without it is as it was before.
  thread.unref();
  thread.on('error', () => undefined);
  thread.on('message', (what: Exceeded) => {
    // Its work was ended in the middle: no promise of it can be trusted to settle.
    if (Atomics.exchange(said, 0, 1) === 1) throw new SaidAlready();
    exceeded(what, most);
  });
  return { stop: () => void thread.terminate() };
}
