/**
 * Requests with retries: a bounded number at once for each host, transient errors retried with growing, random pauses.
 * Retry-After of a host applies to all requests to it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import { type Limit, limitOf } from './limit.ts';
import { type Answer, type Ask, NoAnswer, timeIsOver, type Transport } from './transport.ts';
import { waitOf } from './wait.ts';

/** How often and how long requests are retried. */
export interface RetryOptions {
  readonly concurrency: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly longestWaitMs: number;
  /** Aborted when the time for all requests is over. */
  readonly end: AbortSignal;
}

/** An answer that may be another one later. */
class PassingAnswer extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`status ${answer.status}`);
    this.answer = answer;
  }
}

const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

interface Host {
  readonly limit: Limit;
  /** Milliseconds since 1970 before which nothing is asked. */
  notBefore: number;
}

/** Sends requests patiently. */
export class RetryingTransport {
  readonly #transport: Transport;
  readonly #options: RetryOptions;
  readonly #hosts = new Map<string, Host>();

  constructor(transport: Transport, options: RetryOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  #host(url: URL): Host {
    const known = this.#hosts.get(url.host);
    if (known) return known;
    const made = { limit: limitOf(this.#options.concurrency), notBefore: 0 };
    this.#hosts.set(url.host, made);
    return made;
  }

  async #try(ask: Ask, host: Host): Promise<Answer> {
    const pause = host.notBefore - Date.now();
    if (pause > 0) await sleep(pause, undefined, { signal: this.#options.end });
    const answer = await this.#transport.once(ask);
    if (!passingStatuses.has(answer.status)) return answer;
    const wait = waitOf(answer.headers, Date.now());
    const passing = new PassingAnswer(answer);
    if (wait === undefined) throw passing;
    // Longer than anybody wants to wait for a command: the caller says until when.
    if (wait > this.#options.longestWaitMs) throw new AbortError(passing);
    host.notBefore = Math.max(host.notBefore, Date.now() + wait);
    throw passing;
  }

  /** The answer of the last try, whatever its status. Throws {@link NoAnswer} when no try had one. */
  async ask(ask: Ask): Promise<Answer> {
    const host = this.#host(ask.url);
    const { retries, backoffMs, end } = this.#options;
    try {
      return await host.limit(
        async () =>
          await pRetry(async () => await this.#try(ask, host), {
            retries,
            minTimeout: backoffMs,
            maxTimeout: 30_000,
            randomize: true,
            signal: end,
            shouldRetry: ({ error }) => error instanceof PassingAnswer || (error instanceof NoAnswer && error.passing),
          }),
      );
    } catch (error) {
      if (error instanceof PassingAnswer) return error.answer;
      if (end.aborted) throw timeIsOver();
      throw error;
    }
  }
}
