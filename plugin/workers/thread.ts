/**
 * One worker thread, as the main thread sees it: it does one piece of work at a time, within its own memory, and can
 * be stopped at any moment together with the programs that it started.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { removeFoldersOf } from '../binaries/scratch.ts';
import { embeddedText } from './embedded.ts';
import { type FromWorker, type ToWorker, WORKER_ARGUMENT } from './messages.ts';

/** Why a piece of work has no output. */
export type StopReason = 'canceled' | 'memory' | 'crashed' | 'full' | 'closed';

/** Work that did not come to its end. */
export class StoppedError extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason, message: string) {
    super(message);
    this.name = 'StoppedError';
    this.reason = reason;
  }
}

/** How to start a thread. */
export interface ThreadOptions {
  /** The script that is this program; it is started with {@link WORKER_ARGUMENT}. */
  readonly script: string;
  /** The name of the work that it does (plugin/cli/worker.ts). */
  readonly task: string;
  /** Mebibytes of heap. Work that needs more ends, and the thread with it. */
  readonly heapMiB: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a thread is asked to do: a value that can be cloned, and the parts of it that are handed over instead. */
export interface Work<Input> {
  readonly input: Input;
  readonly transfer?: readonly ArrayBuffer[];
}

/** Milliseconds that a canceled worker has to come to an end by itself. Its caller does not wait for it. */
const GRACE = 100;

/**
 * The same while it has programs to wait for, which are killed: a program that its thread no longer waits for would stay
 * in the table of processes until this one ends.
 */
const GRACE_FOR_PROGRAMS = 30_000;

interface Running<Output> {
  readonly id: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread. */
export class Thread<Input, Output> {
  readonly #worker: Worker;
  readonly #thread: number;
  readonly #children = new Set<number>();
  /** How many programs the worker has started and not yet waited for: it counts them itself, in memory that is shared. */
  readonly #programs = new Int32Array(new SharedArrayBuffer(4));
  #canceled = false;
  #running: Running<Output> | undefined;
  #ids = 0;
  /** False once the thread has ended, for whatever reason. */
  alive = true;

  constructor(options: ThreadOptions) {
    const env = Object.fromEntries(
      Object.entries(options.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const embedded = embeddedText('program.cjs');
    this.#worker = new Worker(embedded ?? options.script, {
      eval: embedded !== undefined,
      argv: [WORKER_ARGUMENT, options.task],
      env,
      workerData: this.#programs,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMiB },
    });
    this.#thread = this.#worker.threadId;
    // Nothing but its own errors is worth reading; a worker that writes must not wait for a reader.
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: FromWorker<Output>) => this.#hear(message));
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the worker thread ended')));
    this.#worker.unref();
  }

  #hear(message: FromWorker<Output>): void {
    if (message.kind === 'child') {
      if (message.running) this.#children.add(message.pid);
      else this.#children.delete(message.pid);
      if (this.#canceled) this.#killChildren();
      return;
    }
    const running = this.#running;
    if (running?.id !== message.id) return;
    this.#running = undefined;
    this.#worker.unref();
    if (message.kind === 'done') running.resolve(message.output);
    else {
      const error = new StoppedError('crashed', message.error.message);
      if (message.error.stack !== undefined) error.stack = message.error.stack;
      running.reject(error);
    }
  }

  #end(error: Error): void {
    this.alive = false;
    this.#killChildren();
    removeFoldersOf(this.#thread).catch(() => undefined);
    const running = this.#running;
    this.#running = undefined;
    const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    running?.reject(new StoppedError(isMemory ? 'memory' : 'crashed', error.message));
  }

  #killChildren(): void {
    for (const pid of this.#children) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    this.#children.clear();
  }

  /** Does one piece of work. The thread must be alive and have nothing to do. StoppedError when it does not end. */
  run({ input, transfer }: Work<Input>): Promise<Output> {
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((resolve, reject) => {
      this.#running = { id, resolve, reject };
      this.#worker.ref();
      const message: ToWorker<Input> = { kind: 'run', id, input };
      this.#worker.postMessage(message, [...(transfer ?? [])]);
    });
  }

  /**
   * Ends what runs: its programs are killed, and a thread that then does not come to an end by itself is terminated,
   * wherever it is. Resolves when it runs no more.
   */
  async cancel(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const ended = new Promise<void>((resolve) => {
      this.#running = { id: running.id, resolve: () => resolve(), reject: () => resolve() };
    });
    running.reject(new StoppedError('canceled', 'canceled'));
    this.#canceled = true;
    this.#killChildren();
    const message: ToWorker<Input> = { kind: 'cancel', id: running.id };
    this.#worker.postMessage(message, []);
    const isOver = ended.then(() => true);
    let isEnded = false;
    for (let waited = 0; !isEnded && waited < GRACE_FOR_PROGRAMS; waited += GRACE) {
      isEnded = await Promise.race([isOver, delay(GRACE, false)]);
      if (Atomics.load(this.#programs, 0) === 0) break;
    }
    this.#canceled = false;
    if (!isEnded) await this.terminate();
  }

  /** Ends the thread. */
  async terminate(): Promise<void> {
    this.alive = false;
    this.#killChildren();
    await this.#worker.terminate();
  }
}
