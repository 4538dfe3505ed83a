/**
 * Requests that change something at a provider. Refusals and outages are told apart as in plugin/fleet/providers/ask.ts.
 */
import { Refused, Unavailable } from '../fleet/providers/ask.ts';
import type { RetryingTransport } from '../http/retry.ts';
import { NoAnswer } from '../http/transport.ts';
import type { Send } from './provider.ts';

/** How to send. */
export interface SendOptions {
  /** The API's address, without a final slash. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For what may be sent twice. */
  readonly http: RetryingTransport;
  /** Without retries, for what would be there twice: a comment that is added. */
  readonly once: RetryingTransport;
}

/** See the file's comment. */
export function createSend({ base, headers, http, once }: SendOptions): Send {
  return async (method, path, body) => {
    const url = new URL(`${base}${path}`);
    const isNew = method === 'POST' && /(?:comments|notes|threads)$/u.test(url.pathname);
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const ask = { method, url, headers: { 'user-agent': 'waybill', ...headers, ...type }, maxBytes: 1 << 24, ...text };
    try {
      const { status } = await (isNew ? once : http).ask(ask);
      if (status >= 200 && status < 300) return;
      // What is to go is gone.
      if (method === 'DELETE' && status === 404) return;
      const message = `${url.host} answered ${status} to ${method} ${url.pathname}`;
      if (status === 401) throw new Refused(status, `${url.host} does not take the token: it is wrong or expired`);
      if (status === 408 || status === 429 || status >= 500) throw new Unavailable(message);
      throw new Refused(status, status === 403 ? `${message}: the token may not do that` : message);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw error.untrusted ? new Refused(0, error.message) : new Unavailable(`${url.host}: ${error.message}`);
    }
  };
}
