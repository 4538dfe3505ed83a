/**
 * `waybill serve`: the whole server. It takes requests, lets worker threads render, and answers before the caller's
 * deadline. What it does is told by one line a request, by metrics, and by gRPC's health service.
 */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Failure } from '../diagnostics/failure.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { WorkerPool } from '../workers/pool.ts';
import { archiveLimits } from './archive.ts';
import { type Call, GrpcServer, type Refusal } from './grpc.ts';
import { type Address, serveMetrics } from './http.ts';
import { CallerGoneError, Intake, type Received } from './intake.ts';
import { availableBytes, isUnderPressure, planMemory } from './memory.ts';
import { emptyMessage } from './messages.ts';
import { Metrics } from './metrics.ts';
import { type About, type Answer, RenderService } from './service.ts';
import { protect, takeOver } from './socket.ts';
import type { TaskInput, TaskOutput } from './task.ts';
import { collectorOf, contextOf, Tracer } from './trace.ts';

/** How to serve. */
export interface ServeOptions {
  /** Path of the socket. */
  readonly socket: string;
  /** The script that is this program: worker threads are started with it. */
  readonly script: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @default as many as processors, at least two, at most eight */
  readonly threads: number | undefined;
  /** Bytes of an unpacked repository. */
  readonly repositoryBytes: number;
  /** Where metrics are served; undefined: nowhere. */
  readonly metrics: Address | undefined;
  /** Milliseconds that what runs has to end when the server stops. */
  readonly graceMs: number;
  /** Takes a line of the log. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** A server that runs. */
export interface RunningServer {
  /** Finishes what runs, refuses the rest, removes the socket. */
  stop(): Promise<void>;
}

/** Milliseconds before the caller's deadline: an answer needs a moment to arrive. */
const BEFORE_DEADLINE = 100;

/** Milliseconds for a request without a deadline. */
const LONGEST_REQUEST = 120_000;

/** Milliseconds between two parts of an archive. A caller that needs longer has stopped. */
const IDLE_MS = 20_000;
const ARCHIVE_BYTES = 100 * 1024 * 1024;
const ENV_CHARACTERS = 8 * 1024 * 1024;

/** Renders that may wait: of all Applications, and of one. */
const QUEUE = { total: 256, perOwner: 32 };

/** Requests that are received or rendered at once. */
const STREAMS = 512;

function refusalOf(code: string, text: string): Refusal {
  if (code === 'archive-invalid') return { code: 'invalid', text };
  if (['archive-limit', 'server-busy', 'limit-memory'].includes(code)) return { code: 'exhausted', text };
  if (code === 'server-stopping') return { code: 'unavailable', text };
  return { code: 'unknown', text };
}

/** A signal that is aborted when the caller is gone, or just before its deadline. */
function lifeOf({ stream, deadline }: Call): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const left = Math.min(deadline - Date.now() - BEFORE_DEADLINE, LONGEST_REQUEST);
  const timer = setTimeout(() => controller.abort('the deadline of the caller is near'), Math.max(0, left));
  stream.on('cancelled', () => controller.abort('the caller has disconnected'));
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}

/** An error that came before the work began. */
function described(error: unknown): { readonly code: string; readonly text: string } {
  if (error instanceof Failure) {
    return {
      code: error.diagnostics[0]?.code ?? 'unknown',
      text: formatDiagnostics(error.diagnostics, () => undefined),
    };
  }
  return { code: error instanceof CallerGoneError ? 'canceled' : 'internal', text: String(error) };
}

/** A text for the log: the whole of it is what Argo CD shows. */
function short(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.length > 1000 ? `${trimmed.slice(0, 1000)}…` : trimmed;
}

const NOBODY: About = { application: '', project: '', revision: '' };

class RequestServer implements RunningServer {
  readonly #options: ServeOptions;
  readonly #pool: WorkerPool<TaskInput, TaskOutput>;
  readonly #service: RenderService;
  readonly #intake: Intake;
  readonly #metrics: Metrics;
  readonly #grpc: GrpcServer;
  readonly #tracer: Tracer | undefined;
  #ready = false;
  #stopping = false;

  constructor(options: ServeOptions) {
    this.#options = options;
    const threads = options.threads ?? Math.max(2, Math.min(8, availableParallelism()));
    const memory = planMemory(availableBytes(), threads);
    this.#pool = new WorkerPool({
      script: options.script,
      task: 'serve',
      heapMiB: memory.heapMiB,
      env: {
        ...options.env,
        WAYBILL_SERVE_CACHES: JSON.stringify([memory.archiveBytes, memory.documentBytes, memory.printedBytes]),
      },
      threads,
      // An Application that takes long must leave a thread to the others.
      perOwner: Math.max(1, Math.floor(threads / 2)),
      queue: QUEUE,
      mayStart: () => {
        if (!isUnderPressure(memory.pressureBytes)) return true;
        this.#service.forget();
        return false;
      },
    });
    this.#service = new RenderService({
      env: options.env,
      pool: this.#pool,
      archive: archiveLimits(options.repositoryBytes),
      resultBytes: memory.resultBytes,
    });
    this.#intake = new Intake({
      archiveBytes: ARCHIVE_BYTES,
      totalBytes: memory.intakeBytes,
      firstMs: LONGEST_REQUEST,
      idleMs: IDLE_MS,
      envCharacters: ENV_CHARACTERS,
    });
    this.#metrics = new Metrics({
      waiting: () => this.#pool.waiting,
      running: () => this.#pool.active,
      streams: () => this.#intake.streams,
      receivedBytes: () => this.#intake.bytes,
      cacheBytes: () => this.#service.keptBytes,
      threads: () => this.#pool.started,
    });
    this.#grpc = new GrpcServer((call) => this.#answer(call));
    const collector = collectorOf(options.env);
    this.#tracer = collector ? new Tracer(collector, options.env) : undefined;
  }

  async start(): Promise<void> {
    const { socket, metrics } = this.#options;
    await takeOver(socket);
    this.#pool.start();
    if (metrics) await serveMetrics(metrics, this.#metrics, () => this.#ready);
    await this.#grpc.listen(socket);
    protect(socket);
    this.#ready = true;
    this.#grpc.setReady(true);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#ready = false;
    this.#grpc.setReady(false);
    // A new caller finds no server and tries again later; those that are connected get their answers.
    rmSync(this.#options.socket, { force: true });
    await this.#grpc.close(this.#options.graceMs);
    await this.#pool.close();
    await this.#tracer?.flush();
  }

  async #answer(call: Call): Promise<{ readonly response: Uint8Array } | Refusal> {
    const begun = performance.now();
    const life = lifeOf(call);
    let about = NOBODY;
    let archiveBytes = 0;
    let answer: Answer;
    try {
      answer = await this.#intake.receive(call.stream, async (received) => {
        about = RenderService.about(received);
        archiveBytes = received.bytes.length;
        return await this.#render(call, received, life.signal);
      });
    } catch (error) {
      answer = { outcome: 'failed', files: 0, ...described(error) };
    } finally {
      life.end();
    }
    this.#tell(call, about, answer, { milliseconds: performance.now() - begun, archiveBytes });
    if (answer.outcome === 'done') return { response: answer.response };
    if (answer.code === 'internal') return { code: 'internal', text: answer.text };
    return refusalOf(answer.code, answer.text);
  }

  async #render({ what }: Call, received: Received, signal: AbortSignal): Promise<Answer> {
    // The plugin is configured without discovery, so that Argo CD does not send each repository twice.
    if (what === 'match') {
      return { outcome: 'done', response: emptyMessage, files: 0, resources: 0, warnings: [], cached: false };
    }
    if (this.#stopping) {
      return { outcome: 'failed', code: 'server-stopping', text: 'the server is stopping: try again', files: 0 };
    }
    if (this.#intake.streams > STREAMS) {
      return { outcome: 'failed', code: 'server-busy', text: 'too many requests at once: try again', files: 0 };
    }
    return await this.#service.answer({ what, received, signal });
  }

  #tell(
    { what, traceparent }: Call,
    about: About,
    answer: Answer,
    { milliseconds, archiveBytes }: { readonly milliseconds: number; readonly archiveBytes: number },
  ): void {
    const done = answer.outcome === 'done';
    const outcome = done ? (answer.cached ? 'cached' : 'done') : answer.code;
    if (what !== 'match') this.#metrics.observe({ what, outcome, seconds: milliseconds / 1000, archiveBytes });
    const context = contextOf(traceparent);
    if (context) {
      const ended = Date.now();
      const attributes = { ...about, outcome, files: answer.files, 'archive.bytes': archiveBytes };
      this.#tracer?.add(context, {
        name: `waybill ${what}`,
        begun: ended - milliseconds,
        ended,
        failed: !done,
        attributes,
      });
    }
    this.#options.log({
      level: done ? 'info' : 'error',
      msg: what,
      ...about,
      outcome,
      ms: Math.round(milliseconds * 10) / 10,
      files: answer.files,
      bytes: archiveBytes,
      ...(context ? { trace_id: context.traceId, span_id: context.spanId } : {}),
      ...(done ? { resources: answer.resources } : { error: short(answer.text) }),
      ...(done && answer.warnings.length > 0 ? { warnings: answer.warnings.slice(0, 5).map(short) } : {}),
    });
  }
}

/** Starts the server. Failure `server-socket`. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const server = new RequestServer(options);
  await server.start();
  return server;
}
