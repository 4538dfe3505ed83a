import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/tools/folder.ts';
import { FairQueue } from './fair-queue.ts';
import { type Job, type PoolOptions, WorkerPool } from './pool.ts';
import { StoppedError } from './thread.ts';

const folder = temporaryFolders();

/** What the worker of these tests is asked to do. */
type Input = { readonly what: 'echo' | 'spin' | 'fill' | 'throw' | 'exit' | 'child' | 'late'; readonly text?: string };

const script = `
import { spawn } from 'node:child_process';
import { parentPort, workerData } from 'node:worker_threads';
parentPort.on('message', ({ kind, id, input }) => {
  const answer = (output) => parentPort.postMessage({ kind: 'done', id, output });
  if (kind === 'cancel') return;
  if (input.what === 'echo') answer(input.text);
  if (input.what === 'spin') for (;;);
  if (input.what === 'fill') for (const all = []; ; ) all.push(new Array(1000).fill(all.length));
  if (input.what === 'throw') parentPort.postMessage({ kind: 'failed', id, error: { message: 'no', stack: undefined } });
  if (input.what === 'exit') process.exit(3);
  if (input.what === 'child' || input.what === 'late') {
    Atomics.add(workerData, 0, 1);
    if (input.what === 'late') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    parentPort.postMessage({ kind: 'child', pid: child.pid, running: true });
    child.on('exit', () => {
      Atomics.sub(workerData, 0, 1);
      answer('ended');
    });
  }
});
`;

const pools: WorkerPool<Input, string>[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(options: Partial<PoolOptions> = {}): WorkerPool<Input, string> {
  const file = join(folder({ 'worker.mjs': script }), 'worker.mjs');
  const pool = new WorkerPool<Input, string>({
    script: file,
    task: 'x',
    heapMiB: 32,
    env: process.env,
    threads: 1,
    ...options,
  });
  pools.push(pool);
  return pool;
}

function job(input: Input, owner = 'a', signal?: AbortSignal): Job<Input> {
  return { owner, signal, prepare: () => ({ input }) };
}

const echo = (text: string, owner?: string): Job<Input> => job({ what: 'echo', text }, owner);

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'done',
    (reason: unknown) => reason,
  );
  return error instanceof StoppedError ? error.reason : String(error);
}

describe('a pool', () => {
  it('does work, and goes on after work that broke its thread', async () => {
    const pool = poolOf();
    expect(await pool.run(echo('1'))).toBe('1');
    expect(await reasonOf(pool.run(job({ what: 'throw' })))).toBe('crashed');
    expect(pool.started).toBe(1);
    expect(await reasonOf(pool.run(job({ what: 'exit' })))).toBe('crashed');
    expect(await reasonOf(pool.run(job({ what: 'fill' })))).toBe('memory');
    expect(await pool.run(echo('2'))).toBe('2');
    expect(pool.started).toBe(3);
  });

  it('ends work that does not listen, and work that waits', async () => {
    const pool = poolOf();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = pool.run(job({ what: 'spin' }, 'a', running.signal));
    const second = pool.run(job({ what: 'echo', text: 'x' }, 'b', waiting.signal));
    const third = pool.run(echo('3', 'c'));
    waiting.abort();
    expect(await reasonOf(second)).toBe('canceled');
    running.abort();
    expect(await reasonOf(first)).toBe('canceled');
    expect(await third).toBe('3');
    expect(await reasonOf(pool.run(job({ what: 'spin' }, 'a', AbortSignal.abort())))).toBe('canceled');
  });

  it('ends the programs of canceled work', async () => {
    const pool = poolOf();
    const controller = new AbortController();
    const work = pool.run(job({ what: 'child' }, 'a', controller.signal));
    // Each thread has its own list of children.
    const started = (): string[] =>
      readdirSync('/proc/self/task').flatMap((thread) =>
        readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(isSleep),
      );
    await expect.poll(started, { timeout: 60_000 }).toHaveLength(1);
    controller.abort();
    expect(await reasonOf(work)).toBe('canceled');
    await expect.poll(started, { timeout: 60_000 }).toEqual([]);
    expect(await pool.run(echo('x'))).toBe('x');
  });

  it('waits for a program that was being started, so that it does not stay as a zombie', async () => {
    const pool = poolOf();
    expect(await pool.run(echo('x'))).toBe('x');
    const controller = new AbortController();
    const work = pool.run(job({ what: 'late' }, 'a', controller.signal));
    controller.abort();
    expect(await reasonOf(work)).toBe('canceled');
    expect(await pool.run(echo('y'))).toBe('y');
    // The same thread: it was not ended.
    expect(pool.started).toBe(1);
  });

  it('refuses what is too much, of all and of one owner', async () => {
    const pool = poolOf({ queue: { total: 3, perOwner: 2 } });
    const stop = new AbortController();
    const spinning = reasonOf(pool.run(job({ what: 'spin' }, 'a', stop.signal)));
    const waiting = [pool.run(echo('1', 'a')), pool.run(echo('2', 'a'))];
    expect(await reasonOf(pool.run(echo('3', 'a')))).toBe('full');
    waiting.push(pool.run(echo('4', 'b')));
    expect(await reasonOf(pool.run(echo('5', 'c')))).toBe('full');
    expect(pool.waiting).toBe(3);
    stop.abort();
    expect(await spinning).toBe('canceled');
    expect(await Promise.all(waiting)).toEqual(['1', '2', '4']);
  });

  it('leaves a thread to the others when one owner takes long', async () => {
    const pool = poolOf({ threads: 2, perOwner: 1 });
    const stop = new AbortController();
    const spinning = [1, 2].map(() => reasonOf(pool.run(job({ what: 'spin' }, 'a', stop.signal))));
    expect(await pool.run(echo('x', 'b'))).toBe('x');
    await expect.poll(() => pool.active).toBe(1);
    stop.abort();
    expect(await Promise.all(spinning)).toEqual(['canceled', 'canceled']);
  });

  it('lets work wait while it may not start, but never all of it', async () => {
    const pool = poolOf({ threads: 2, mayStart: () => false });
    expect(await Promise.all(['1', '2', '3'].map((text) => pool.run(echo(text, text))))).toEqual(['1', '2', '3']);
    expect(pool.started).toBe(1);
  });

  it('gives work to the thread that it prefers', async () => {
    const pool = poolOf({ threads: 2 });
    pool.start();
    const threads: number[] = [];
    const chosen = (prefers: number): Job<Input> => ({
      owner: 'a',
      prefers: (number) => number === prefers,
      prepare: (number) => {
        threads.push(number);
        return { input: { what: 'echo', text: 'x' } };
      },
    });
    for (const number of [2, 1, 2]) await pool.run(chosen(number));
    expect(threads).toEqual([2, 1, 2]);
  });

  it('ends what runs and refuses the rest when it is closed', async () => {
    const pool = poolOf();
    const ended = [reasonOf(pool.run(job({ what: 'spin' }))), reasonOf(pool.run(echo('x')))];
    await pool.close();
    expect(await Promise.all(ended)).toEqual(['crashed', 'closed']);
    expect(await reasonOf(pool.run(echo('x')))).toBe('closed');
  });
});

function isSleep(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\0');
  } catch {
    return false;
  }
}

describe('a fair queue', () => {
  it('lets owners take turns, each in its own order', () => {
    const queue = new FairQueue<string>({ total: 100, perOwner: 100 });
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item.charAt(0), item);
    const taken = Array.from({ length: 7 }, () => queue.take(() => true));
    expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
    expect(queue.size).toBe(0);
  });

  it('passes over owners that may not run, and forgets what is removed', () => {
    const queue = new FairQueue<string>({ total: 100, perOwner: 100 });
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    expect(queue.take((owner) => owner !== 'a')).toBe('b1');
    expect(queue.remove('a', 'a1')).toBe(true);
    expect(queue.remove('a', 'a1')).toBe(false);
    expect([queue.take(() => true), queue.take(() => true)]).toEqual(['a2', undefined]);
  });
});
