/**
 * Holds a command's time and memory from outside the event loop: a hostile input keeps the one thread busy, and whoever
 * runs on that thread cannot stop it. A small render pays for a `node:vm` limit only; a thread that watches is started
 * when the work becomes large or the command waits for something.
 */
import type { Failure } from '../diagnostics/failure.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { largeWork, onLargeWork } from './effort.ts';
import { tookTooLong, tookTooMuch } from './failures.ts';
import { LONGEST, withTimeLimit } from './time-limit.ts';
import { type Exceeded, startWatcher } from './watcher.ts';

/** What a command may use. Infinity for no limit, which leaves V8's own limit of memory. */
export interface Limits {
  readonly seconds: number;
  /** Bytes. */
  readonly memory: number;
}

/** For a person's command line, where V8's own limit of memory is all there is. */
export const unlimited: Limits = { seconds: Number.POSITIVE_INFINITY, memory: Number.POSITIVE_INFINITY };

/** Milliseconds that the limits of single steps, which say what took the time, get to fire before these. */
const GRACE = 250;

/** Milliseconds that a command may wait for others before the watcher is started. */
const LARGE_WORK_AFTER_MS = 200;

interface Watch {
  /** Milliseconds that are left. */
  remaining(): number;
  /** Ends the command, for its time is over. */
  stop(): void;
}

let current: Watch | undefined;

const uptime = (): number => process.uptime() * 1000;

/** The queue of promises, which Node lets run dry only between two calls of its own. */
const drainPromises = (): void => {
  if ('_tickCallback' in process && typeof process._tickCallback === 'function') {
    Reflect.apply(process._tickCallback, process, []);
  }
};

const textOf = ({ diagnostics }: Failure): string => formatDiagnostics(diagnostics, () => undefined);

/**
 * Begins a turn of the event loop whose whole work, up to where the command next waits for a file, a program or a
 * server, ends when the command's time is over. For what comes after such a wait.
 */
export async function limitedTurn(): Promise<void> {
  const watch = current;
  if (!watch || watch.remaining() > LONGEST) return;
  await new Promise<void>((begin, fail) => {
    setImmediate(() => {
      const milliseconds = Math.max(1, Math.ceil(watch.remaining()));
      try {
        const ended = withTimeLimit(milliseconds, () => {
          begin();
          drainPromises();
        });
        if (ended) return;
        watch.stop();
        // What was ended may have been one of Node's own callbacks, to whose end Node must not come back.
        drainPromises();
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** Runs a command's work within limits. Failure `limit-seconds`, `limit-memory`, and whatever the work fails with. */
export async function watch<Result>(limits: Limits, work: () => Promise<Result>): Promise<Result> {
  const end = uptime() + limits.seconds * 1000 + GRACE;
  const errors = { time: () => tookTooLong(limits.seconds), memory: tookTooMuch };
  let watcher: { stop(): void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const outer = current;
  let heard: (() => void) | undefined;
  const ended = new Promise<never>((_resolve, stop) => {
    current = { remaining: () => end - uptime(), stop: () => stop(errors.time()) };
    const start = (): void => {
      const say = (what: Exceeded, bytes: number): void => stop(errors[what](bytes));
      const last = { time: textOf(errors.time()), memory: textOf(errors.memory(limits.memory)) };
      watcher ??= startWatcher({ end, bytes: limits.memory }, last, say);
    };
    heard = onLargeWork(start);
    if (Number.isFinite(end)) {
      timer = setTimeout(largeWork, LARGE_WORK_AFTER_MS);
      timer.unref();
    }
  });
  try {
    const working = limitedTurn().then(work);
    return await Promise.race([working, ended]);
  } finally {
    // Whatever is said and written now is in no limited turn any more.
    if (Number.isFinite(end)) await new Promise((resolve) => setImmediate(resolve));
    clearTimeout(timer);
    watcher?.stop();
    onLargeWork(heard);
    current = outer;
  }
}
