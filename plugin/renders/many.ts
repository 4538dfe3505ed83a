/**
 * Many renders of one repository: in as many threads as there are processors, for `render --all` and its likes.
 */
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ReuseCaches } from '../reuse/reuse.ts';
import { WorkerPool } from '../workers/pool.ts';
import { type OneRequest, type OneResult, renderOne } from './one.ts';

/** Fewer than these are rendered faster than a thread starts. */
const FEW = 8;

/** Mebibytes of heap for each thread. */
const HEAP = 2048;

/** Bytes that each thread keeps between two renders, which often share their bases. */
const KEPT = { documentBytes: 64 * 1024 * 1024, printedBytes: 16 * 1024 * 1024 };

/** How to render. */
export interface ManyOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The script that is this program; without it everything is rendered in this thread. */
  readonly script: string | undefined;
  /** Told after each render. */
  readonly progress: (done: number, all: number, last: OneRequest) => void;
}

/** The caches of one thread. */
export function newCaches(): ReuseCaches {
  return new ReuseCaches(KEPT);
}

/** Renders everything and gives the results in the order of the requests. */
export async function renderMany(requests: readonly OneRequest[], options: ManyOptions): Promise<OneResult[]> {
  const { env, script, progress } = options;
  let done = 0;
  const told = (request: OneRequest, result: OneResult): OneResult => {
    done += 1;
    progress(done, requests.length, request);
    return result;
  };
  if (script === undefined || requests.length < FEW) {
    const caches = newCaches();
    const results: OneResult[] = [];
    for (const request of requests) results.push(told(request, await renderOne(request, env, caches)));
    return results;
  }
  const threads = Math.max(1, Math.min(8, availableParallelism(), requests.length));
  const pool = new WorkerPool<OneRequest, OneResult>({
    script: realpathSync(script),
    task: 'render',
    heapMiB: HEAP,
    env,
    threads,
  });
  try {
    return await Promise.all(
      requests.map(async (request) =>
        told(request, await pool.run({ owner: request.directory, prepare: () => ({ input: request }) })),
      ),
    );
  } finally {
    await pool.close();
  }
}

/** `[#####     ] 20/40 apps/web production`, for a terminal of so many columns. */
export function progressBar(done: number, all: number, { directory, environment }: OneRequest): string {
  const width = 20;
  const full = Math.round((done / all) * width);
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${done}/${all} ${directory || '.'} ${environment ?? ''}`.trimEnd();
}
