/**
 * The page as a server: read-only, made for one team's browser or for a proxy that has asked who somebody is.
 *
 * It has no login of its own. What it defends against is other pages in the reader's browser: a name that resolves to
 * this machine (DNS rebinding) is refused by its Host header, and what another site embeds is refused by Sec-Fetch-Site
 * and Cross-Origin-Resource-Policy, since the data files are scripts.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filesOf, type Site } from './site.ts';

/** How to serve. */
export interface ServeOptions {
  /** The address to listen on. */
  readonly address: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Names that browsers may call it by, beside those of this machine; without ports. */
  readonly hosts: readonly string[];
  /** Milliseconds for which what was read is taken as new. */
  readonly freshMs: number;
  /** Reads the fleet. */
  readonly read: () => Promise<Site>;
  /** Hears why the fleet could not be read again; what was read before is served on. */
  readonly onError: (error: unknown) => void;
}

/** A server that runs. */
export interface RunningPage {
  readonly url: string;
  /** Ends it; what is being answered is answered. */
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

const headers = {
  'Cache-Control': 'no-cache',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name in a Host header, without its port; undefined when it is none. */
function hostName(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^\s:/\\@[\]]+)(?::\d+)?$/iu.exec(header ?? '')?.[1]?.toLowerCase();
}

/** Why a request is refused; undefined for one that may be answered. */
function refusal({ method, headers: sent }: IncomingMessage, hosts: ReadonlySet<string>): [number, string] | undefined {
  const host = hostName(sent.host);
  if (host === undefined || !hosts.has(host)) {
    return [421, `this server is not called ${JSON.stringify(sent.host ?? '')}; name it with --host\n`];
  }
  if (method !== 'GET' && method !== 'HEAD') return [405, 'only GET and HEAD\n'];
  const site = sent['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && sent['sec-fetch-mode'] !== 'navigate') return [403, 'another site may not read this\n'];
  return undefined;
}

/** The newest site. Asks for it again when somebody wants it and it has grown old; never twice at once. */
class Latest {
  readonly #options: ServeOptions;
  #site: Site;
  #readAt = performance.now();
  #isReading = false;

  constructor(options: ServeOptions, site: Site) {
    this.#options = options;
    this.#site = site;
  }

  /** Without waiting for what is being read: a page that asks again gets it then. */
  get(): Site {
    const isOld = performance.now() - this.#readAt > this.#options.freshMs;
    if (isOld && !this.#isReading) void this.#read();
    return this.#site;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      this.#site = await this.#options.read();
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#readAt = performance.now();
      this.#isReading = false;
    }
  }
}

/** Answers one request. */
async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = decodePath(request.url ?? '/');
  const make = path === undefined ? undefined : filesOf(site).get(path);
  if (path === undefined || !make) {
    response.writeHead(404, headers).end('there is no such page\n');
    return;
  }
  const body = Buffer.from(await make());
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const all = { ...headers, 'Content-Type': types[path.split('.').at(-1) ?? ''] ?? 'text/plain', ETag: etag };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, all).end();
  else if (request.method === 'HEAD') response.writeHead(200, { ...all, 'Content-Length': body.length }).end();
  else response.writeHead(200, { ...all, 'Content-Length': body.length }).end(body);
}

/** `data/fleet.json` of `/data/fleet.json?1`; `index.html` of `/`. */
function decodePath(url: string): string | undefined {
  const path = url.split('?', 1)[0] ?? '';
  return path === '/' ? 'index.html' : path.startsWith('/') ? path.slice(1) : undefined;
}

/** Listens, and resolves when it does. @throws what the system says, such as EADDRINUSE */
async function listen(server: Server, { address, port }: ServeOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no address');
  return bound;
}

/**
 * Reads the fleet, then serves its page until it is closed.
 * @throws what reading the fleet for the first time throws, and what the system says about the address
 */
export async function servePage(options: ServeOptions): Promise<RunningPage> {
  const latest = new Latest(options, await options.read());
  const hosts = new Set([...local, ...options.hosts.map((one) => one.toLowerCase())]);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    // Kubernetes' probes come by the pod's address.
    if (request.url === '/healthz') {
      response.writeHead(200, headers).end('ok\n');
      return;
    }
    const refused = refusal(request, hosts);
    if (refused) {
      response.writeHead(refused[0], headers).end(refused[1]);
      return;
    }
    answer(latest.get(), request, response).catch((error: unknown) => {
      options.onError(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, headers).end('this could not be made; see the log\n');
    });
  });
  const { address, port, family } = await listen(server, options);
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}
