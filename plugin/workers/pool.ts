/**
 * Worker threads that share work: as many as there are processors, started when they are first needed, each replaced
 * when a piece of work broke it. What waits is bounded and fair between owners, and what is no longer wanted ends.
 */
import { FairQueue, type QueueLimits } from './fair-queue.ts';
import { StoppedError, Thread, type ThreadOptions, type Work } from './thread.ts';

/** How a pool works. */
export interface PoolOptions extends ThreadOptions {
  readonly threads: number;
  /** How many pieces of work of one owner run at once. @default no limit */
  readonly perOwner?: number;
  /** @default no limit */
  readonly queue?: QueueLimits;
  /** Asked before a piece of work starts while `running` others run: false lets it wait until one of them ends. */
  readonly mayStart?: (running: number) => boolean;
}

/** A piece of work. */
export interface Job<Input> {
  /** Whose it is. */
  readonly owner: string;
  /** Cancels it, waiting or running. */
  readonly signal?: AbortSignal | undefined;
  /** Whether this thread would do it faster than the others; of several that are free it then takes it. */
  readonly prefers?: (thread: number) => boolean;
  /** Called when the thread of this number is about to do it. */
  readonly prepare: (thread: number) => Work<Input>;
}

interface Entry<Input, Output> {
  readonly job: Job<Input>;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot<Input, Output> {
  /** Counts up with every thread that is started: a new thread remembers nothing. */
  number: number;
  thread: Thread<Input, Output> | undefined;
  busy: boolean;
}

/** Threads that do one kind of work. */
export class WorkerPool<Input, Output> {
  readonly #options: PoolOptions;
  readonly #queue: FairQueue<Entry<Input, Output>>;
  readonly #slots: Slot<Input, Output>[];
  readonly #running = new Map<string, number>();
  #active = 0;
  #started = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#queue = new FairQueue(options.queue ?? { total: Infinity, perOwner: Infinity });
    this.#slots = Array.from({ length: options.threads }, () => ({ number: 0, thread: undefined, busy: false }));
  }

  /** Pieces of work that run. */
  get active(): number {
    return this.#active;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Threads that were started, in all: more than there are threads means that some were replaced. */
  get started(): number {
    return this.#started;
  }

  /**
   * Does a piece of work. StoppedError: `full` (too much waits), `canceled`, `memory` (it needed more than the heap),
   * `crashed`, `closed`.
   */
  run(job: Job<Input>): Promise<Output> {
    return new Promise((resolve, reject) => {
      const entry = { job, resolve, reject };
      const { signal, owner } = job;
      if (this.#closed) reject(new StoppedError('closed', 'no more work is accepted'));
      else if (signal?.aborted) reject(new StoppedError('canceled', 'canceled'));
      else if (!this.#queue.push(owner, entry)) reject(new StoppedError('full', 'too much work waits'));
      else {
        signal?.addEventListener(
          'abort',
          () => {
            if (this.#queue.remove(owner, entry)) reject(new StoppedError('canceled', 'canceled'));
          },
          { once: true },
        );
        this.#dispatch();
      }
    });
  }

  #dispatch(): void {
    const { perOwner = Infinity, mayStart = () => true } = this.#options;
    for (;;) {
      if (this.#closed || this.#slots.every(({ busy }) => busy) || this.#queue.size === 0) return;
      if (this.#active > 0 && !mayStart(this.#active)) return;
      const entry = this.#queue.take((owner) => (this.#running.get(owner) ?? 0) < perOwner);
      if (!entry) return;
      void this.#work(this.#slotFor(entry.job), entry);
    }
  }

  /** A free slot: one that the job prefers, else one whose thread runs, else any. There is one. */
  #slotFor(job: Job<Input>): Slot<Input, Output> {
    const free = this.#slots.filter(({ busy }) => !busy);
    const started = free.filter(({ thread }) => thread?.alive);
    const slot = started.find(({ number }) => job.prefers?.(number)) ?? started[0] ?? free[0];
    if (!slot) throw new Error('no thread is free');
    return slot;
  }

  async #work(slot: Slot<Input, Output>, { job, resolve, reject }: Entry<Input, Output>): Promise<void> {
    const { owner, signal } = job;
    slot.busy = true;
    this.#active += 1;
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
    let canceling: Promise<void> | undefined;
    const cancel = (): void => {
      canceling ??= slot.thread?.cancel();
    };
    try {
      const thread = this.#threadOf(slot);
      const output = thread.run(job.prepare(slot.number));
      signal?.addEventListener('abort', cancel, { once: true });
      resolve(await output);
    } catch (error) {
      reject(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      // The thread does not take other work before it has really stopped.
      await canceling;
      const left = (this.#running.get(owner) ?? 1) - 1;
      if (left === 0) this.#running.delete(owner);
      else this.#running.set(owner, left);
      this.#active -= 1;
      slot.busy = false;
      this.#dispatch();
    }
  }

  #threadOf(slot: Slot<Input, Output>): Thread<Input, Output> {
    if (slot.thread?.alive) return slot.thread;
    this.#started += 1;
    slot.number = this.#started;
    slot.thread = new Thread(this.#options);
    return slot.thread;
  }

  /** Starts all threads, so that the first piece of work does not wait for it. */
  start(): void {
    for (const slot of this.#slots) this.#threadOf(slot);
  }

  /** Takes no more work and ends the threads, with what runs in them. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let entry = this.#queue.take(() => true); entry; entry = this.#queue.take(() => true)) {
      entry.reject(new StoppedError('closed', 'no more work is accepted'));
    }
    await Promise.all(this.#slots.map(async ({ thread }) => await thread?.terminate()));
  }
}
