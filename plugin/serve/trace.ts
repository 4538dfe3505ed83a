/**
 * One span for each request, in the trace that Argo CD began: its repo-server sends the W3C trace context, and a
 * collector takes spans as JSON over HTTP (OTLP). Nothing is sent unless OpenTelemetry's variables name a collector.
 */
import { randomBytes } from 'node:crypto';
import { createHttp } from '../http/http.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The place of a request in a trace. */
export interface TraceContext {
  readonly traceId: string;
  /** Of the caller. */
  readonly parentId: string;
  /** Of this request. */
  readonly spanId: string;
  /** Whether the caller wants it kept. */
  readonly sampled: boolean;
}

/** A request that ended. */
export interface EndedRequest {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** W3C `traceparent`, version 00; later versions begin in the same way. */
const PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/u;

/** The context that a caller sent; undefined for none, and for what is none. */
export function contextOf(traceparent: string): TraceContext | undefined {
  const [, traceId, parentId, flags] = PARENT.exec(traceparent) ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  return { traceId, parentId, spanId: randomBytes(8).toString('hex'), sampled: Number.parseInt(flags, 16) % 2 === 1 };
}

/** Where spans go, as OpenTelemetry's specification names it; undefined where nobody wants them. */
export function collectorOf(env: Env): URL | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return undefined;
  const traces = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const all = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const text = traces || (all ? `${all.replace(/\/$/u, '')}/v1/traces` : '');
  return /^https?:\/\//u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

function attribute([key, value]: readonly [string, string | number]) {
  return { key, value: typeof value === 'number' ? { intValue: String(Math.round(value)) } : { stringValue: value } };
}

function spanOf({ traceId, parentId, spanId }: TraceContext, request: EndedRequest) {
  return {
    traceId,
    spanId,
    parentSpanId: parentId,
    name: request.name,
    kind: 2,
    startTimeUnixNano: nanoseconds(request.begun),
    endTimeUnixNano: nanoseconds(request.ended),
    attributes: Object.entries(request.attributes).map(attribute),
    status: { code: request.failed ? 2 : 1 },
  };
}

/** Spans that may wait. A collector that is away costs spans, and nothing else. */
const WAITING = 200;
const EVERY_MS = 1000;

/** Sends spans, a second's worth at a time. */
export class Tracer {
  readonly #collector: URL;
  readonly #service: string;
  readonly #http: ReturnType<typeof createHttp>;
  readonly #waiting: ReturnType<typeof spanOf>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(collector: URL, env: Env) {
    this.#collector = collector;
    this.#service = env['OTEL_SERVICE_NAME'] || 'waybill';
    this.#http = createHttp({ env, retries: 0, timeoutMs: 5000 });
  }

  /** Adds a span. */
  add(context: TraceContext, request: EndedRequest): void {
    if (!context.sampled || this.#waiting.length >= WAITING) return;
    this.#waiting.push(spanOf(context, request));
    this.#timer ??= setTimeout(() => void this.flush(), EVERY_MS).unref();
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const spans = this.#waiting.splice(0);
    if (spans.length === 0) return;
    const resource = { attributes: [attribute(['service.name', this.#service])] };
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'waybill' }, spans }] }] });
    const headers = { 'content-type': 'application/json' };
    try {
      await this.#http.ask({ method: 'POST', url: this.#collector, headers, body, maxBytes: 64 * 1024 });
    } catch {
      // A collector that does not answer must not disturb renders.
    }
  }
}
