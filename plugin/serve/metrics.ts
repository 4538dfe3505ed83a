/**
 * What the server counts, for Prometheus. prom-client is used here and nowhere else.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds. A warm render takes milliseconds, a large repository a second, the deadline of Argo CD is a minute. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is read when somebody asks for the metrics. */
export interface Gauges {
  readonly waiting: () => number;
  readonly running: () => number;
  readonly streams: () => number;
  readonly receivedBytes: () => number;
  readonly cacheBytes: () => number;
  readonly threads: () => number;
}

/** One request that was answered. */
export interface Observed {
  readonly what: 'manifests' | 'parameters';
  /** `done`, `cached`, or the code of the error. */
  readonly outcome: string;
  readonly seconds: number;
  readonly archiveBytes: number;
}

/** The metrics of one server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #renders: Counter<'what' | 'outcome'>;
  readonly #errors: Counter<'code'>;
  readonly #seconds: Histogram<'what'>;
  readonly #bytes: Counter;

  constructor(gauges: Gauges) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#renders = new Counter({
      name: 'waybill_serve_requests_total',
      help: 'Finished requests, by kind and by outcome: rendered, cached or failed.',
      labelNames: ['what', 'outcome'],
      registers,
    });
    this.#errors = new Counter({
      name: 'waybill_serve_errors_total',
      help: 'Requests that failed, by the code of the first error.',
      labelNames: ['code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'waybill_serve_request_duration_seconds',
      help: 'Time from the start of a request to its response.',
      labelNames: ['what'],
      buckets: BUCKETS,
      registers,
    });
    this.#bytes = new Counter({
      name: 'waybill_serve_archive_bytes_total',
      help: 'Bytes of the archives that were received.',
      registers,
    });
    const gauge = (name: string, help: string, read: () => number): void => {
      // The registry keeps it.
      void new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    };
    gauge('waybill_serve_queue_length', 'Renders that wait for a worker thread.', gauges.waiting);
    gauge('waybill_serve_running', 'Renders that run.', gauges.running);
    gauge('waybill_serve_streams', 'Requests that are being received or rendered.', gauges.streams);
    gauge('waybill_serve_held_bytes', 'Bytes of archives that are held for requests.', gauges.receivedBytes);
    gauge('waybill_serve_cache_bytes', 'Bytes of results that are kept for later requests.', gauges.cacheBytes);
    gauge('waybill_serve_threads_started', 'Worker threads that were started since the start.', gauges.threads);
  }

  /** Counts a request. */
  observe({ what, outcome, seconds, archiveBytes }: Observed): void {
    const failed = outcome !== 'done' && outcome !== 'cached';
    this.#renders.inc({ what, outcome: failed ? 'failed' : outcome });
    if (failed) this.#errors.inc({ code: outcome });
    this.#seconds.observe({ what }, seconds);
    this.#bytes.inc(archiveBytes);
  }

  /** The type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics, in Prometheus' text format. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }
}
