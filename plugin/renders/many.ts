/**
 * Work on many applications of one repository, in as many threads as there are processors: `render --all`, `validate`
 * and `diff --all`.
 */
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { failure } from '../diagnostics/failure.ts';
import { ReuseCaches } from '../reuse/reuse.ts';
import { WorkerPool } from '../workers/pool.ts';
import { StoppedError } from '../workers/thread.ts';

/** Fewer requests than these are done faster than a thread starts. */
const FEW = 8;

/** Mebibytes of heap for each thread. */
const HEAP = 2048;

/** The part of this thread's heap that the results may take. */
const PART_FOR_RESULTS = 0.4;

/** Bytes that each thread keeps between two renders, which often share their bases. */
const KEPT = { documentBytes: 64 * 1024 * 1024, printedBytes: 16 * 1024 * 1024 };

/** What every request names. */
export interface ManyRequest {
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: string | undefined;
}

/** One kind of work. Requests and results can be cloned. */
export interface ManyWork<Request extends ManyRequest, Result> {
  /** The task that does it in a worker thread (plugin/cli/worker.ts). */
  readonly task: 'render' | 'validate' | 'diff';
  /** The same, in this thread. */
  readonly here: (request: Request) => Promise<Result>;
  /** Bytes of memory that a result takes, where that may be many: all results are kept until the last one is there. */
  readonly bytesOf?: (result: Result) => number;
}

/** How to do it. */
export interface ManyOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The script that is this program; without it everything is done in this thread. */
  readonly script: string | undefined;
  /** Told after each request. */
  readonly progress: (done: number, all: number, last: ManyRequest) => void;
}

/** The caches of one thread. */
export function newCaches(): ReuseCaches {
  return new ReuseCaches(KEPT);
}

function stopped(error: unknown, { directory, environment }: ManyRequest): unknown {
  if (!(error instanceof StoppedError) || error.reason !== 'memory') return error;
  const name = [directory || '.', environment].filter((part) => part !== undefined).join(' ');
  return failure('limit-memory', `${name} needs more than ${HEAP} MiB of memory`);
}

/** Fails before what is kept is so much that V8 would end the process. */
function countKept(): (bytes: number) => void {
  const most = getHeapStatistics().heap_size_limit * PART_FOR_RESULTS;
  let kept = 0;
  return (bytes) => {
    kept += bytes;
    if (kept <= most) return;
    throw failure('limit-memory', `what is rendered needs more than ${Math.round(most / 2 ** 20)} MiB of memory`, {
      help: ['Render fewer applications at once: name a directory below, or an environment.'],
    });
  };
}

/** Does every request and gives the results in their order. Failure `limit-memory` when one, or all, need too much. */
export async function doMany<Request extends ManyRequest, Result>(
  { task, here, bytesOf = () => 0 }: ManyWork<Request, Result>,
  requests: readonly Request[],
  { env, script, progress }: ManyOptions,
): Promise<Result[]> {
  let done = 0;
  const keep = countKept();
  const counted = (request: Request, result: Result): Result => {
    keep(bytesOf(result));
    done += 1;
    progress(done, requests.length, request);
    return result;
  };
  if (script === undefined || requests.length < FEW) {
    const results: Result[] = [];
    for (const request of requests) results.push(counted(request, await here(request)));
    return results;
  }
  const threads = Math.max(1, Math.min(8, availableParallelism(), requests.length));
  const pool = new WorkerPool<Request, Result>({ script: realpathSync(script), task, heapMiB: HEAP, env, threads });
  try {
    return await Promise.all(
      requests.map(async (request) => {
        try {
          return counted(request, await pool.run({ owner: request.directory, prepare: () => ({ input: request }) }));
        } catch (error) {
          throw stopped(error, request);
        }
      }),
    );
  } finally {
    await pool.close();
  }
}

/** `[#####     ] 20/40 apps/web production`, for a terminal. */
export function progressBar(done: number, all: number, { directory, environment }: ManyRequest): string {
  const width = 20;
  const full = Math.round((done / all) * width);
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${done}/${all} ${directory || '.'} ${environment ?? ''}`.trimEnd();
}
