/**
 * The one way to ask a server over HTTP: registries, GitHub and Kubernetes differ in what they say, not in how they are
 * asked. Connections are kept and few, proxies and authorities are those of the environment, passing errors are tried
 * again with growing pauses, and a server that says Retry-After is left alone for so long.
 */
import { setMaxListeners } from 'node:events';
import { RetryingTransport } from './retry.ts';
import { Transport } from './transport.ts';

/** How to ask. */
export interface HttpOptions {
  /** Variables that name proxies and NODE_EXTRA_CA_CERTS. Empty: no proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Requests under way to one host. @default 8 */
  readonly concurrency?: number | undefined;
  /** For one request. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Further tries after a passing error. @default 4 */
  readonly retries?: number | undefined;
  /** Before the first further try; grows. @default 500 */
  readonly backoffMs?: number | undefined;
  /** A server that asks for a longer pause is not waited for. @default 60000 */
  readonly longestWaitMs?: number | undefined;
  /** For all requests together. @default no limit */
  readonly totalMs?: number | undefined;
}

/** A timer of Node takes no more milliseconds: 24 days. */
const longestTimer = 2 ** 31 - 1;

/** What requests are sent with, for one command. */
export function createHttp(options: HttpOptions): RetryingTransport {
  const { env, concurrency = 8, timeoutMs = 30_000, retries = 4, backoffMs = 500, longestWaitMs = 60_000 } = options;
  const end =
    options.totalMs === undefined
      ? new AbortController().signal
      : AbortSignal.timeout(Math.min(Math.ceil(options.totalMs), longestTimer));
  // Every request under way listens to it; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, end);
  const transport = new Transport({ env, connections: concurrency, timeoutMs, end });
  return new RetryingTransport(transport, { concurrency, retries, backoffMs, longestWaitMs, end });
}
