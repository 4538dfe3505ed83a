/**
 * One HTTP request, whoever is asked: connections that are kept, proxies, authorities, a limit in time
 * and one in size. The only file that imports Node's http and the proxy agents.
 */
import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { authorities } from './authorities.ts';
import { proxyFor } from './proxy.ts';

/** A request. */
export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer's body. */
  readonly maxBytes: number;
  /** Authorities (PEM) to trust beside Node's own. */
  readonly ca?: string | undefined;
  /** Trust no others than `ca`. @default false */
  readonly onlyCa?: boolean | undefined;
  /** A client certificate (PEM) and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** An answer, with its whole body. */
export interface Answer {
  /** Where it came from in the end. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why there is no answer. */
export class NoAnswer extends Error {
  /** Whether another try may help: no for an unknown host or an untrusted certificate. */
  readonly passing: boolean;
  /** Whether it is the certificate. Who asks knows where an authority of its own is named. */
  readonly untrusted: boolean;

  constructor(message: string, passing: boolean, untrusted = false) {
    super(message);
    this.name = 'NoAnswer';
    this.passing = passing;
    this.untrusted = untrusted;
  }
}

const certificateErrors =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|ERR_SSL_|EPROTO)/u;

/** What there is to say when the time for all requests is over. */
export function timeIsOver(): NoAnswer {
  return new NoAnswer('the time for requests is over', false);
}

function noAnswer(error: Error, end: AbortSignal): NoAnswer {
  if (error instanceof NoAnswer) return error;
  if (end.aborted) return timeIsOver();
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOTFOUND') return new NoAnswer('there is no host of this name (ENOTFOUND)', false);
  if (certificateErrors.test(code)) {
    return new NoAnswer(`its TLS cannot be trusted: ${error.message} (${code})`, false, true);
  }
  return new NoAnswer(error.message || code || 'the connection failed', true);
}

/** How requests are sent. */
export interface TransportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Connections to one host. */
  readonly connections: number;
  readonly timeoutMs: number;
  /** Aborted when the time for all requests is over. */
  readonly end: AbortSignal;
}

/** Sends requests. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #agents = new Map<string, HttpAgent>();
  readonly #authorities: (ca: string) => string[];

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#authorities = authorities(options.env);
  }

  #agent(url: URL): HttpAgent {
    const proxy = proxyFor(url, this.#options.env);
    const key = `${url.protocol} ${proxy ?? ''}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const options = { keepAlive: true, maxSockets: this.#options.connections };
    if (proxy !== undefined && !/^https?:/u.test(proxy)) {
      throw new NoAnswer('the proxy in the environment variables uses neither http nor https', false);
    }
    const secure = url.protocol === 'https:';
    const direct = (): HttpAgent => (secure ? new HttpsAgent(options) : new HttpAgent(options));
    const made =
      proxy === undefined
        ? direct()
        : secure
          ? new HttpsProxyAgent(proxy, options)
          : new HttpProxyAgent(proxy, options);
    this.#agents.set(key, made);
    return made;
  }

  /** Sends one request and gives its answer, whatever the status; redirects are answers. Throws {@link NoAnswer}. */
  async once(ask: Ask): Promise<Answer> {
    const { url, method, headers, body, maxBytes, ca, onlyCa = false, cert, key } = ask;
    const { timeoutMs, end } = this.#options;
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const trusted = ca === undefined ? {} : { ca: onlyCa ? ca : this.#authorities(ca) };
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const options = {
          method,
          headers: { ...headers, ...length },
          agent: this.#agent(url),
          signal: end,
          ...trusted,
          ...(cert === undefined || key === undefined ? {} : { cert, key }),
        };
        const sent = start(url, options, (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > maxBytes) {
              response.destroy(new NoAnswer(`its response has more than ${maxBytes} bytes`, false));
            } else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () => {
            resolve({ url, status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
          });
        });
        const timer = setTimeout(() => {
          reject(new NoAnswer(`no complete response within ${timeoutMs / 1000} seconds`, true));
          sent.destroy();
        }, timeoutMs);
        sent.on('close', () => clearTimeout(timer));
        sent.on('error', reject);
        sent.end(body);
      });
    } catch (error) {
      throw noAnswer(error instanceof Error ? error : new Error(String(error)), end);
    }
  }
}
