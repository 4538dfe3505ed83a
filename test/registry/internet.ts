/**
 * A small internet for tests: an HTTP proxy behind which every host is what a test says it is. It answers as the
 * providers' registries were seen to answer, and checks what is sent to them. (A fake, since none of them runs here; the
 * protocol itself is tested against a real server.)
 */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as its host sees it. */
interface Visit {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  /** Of a POST, decoded. */
  readonly form: URLSearchParams;
}

/** What a host answers. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

/** A host: answers visits. */
export type Host = (visit: Visit) => Reply;

/** A running internet. */
export interface Internet {
  /** For HTTP_PROXY. */
  readonly proxy: string;
  /** `METHOD http://host/path` of every visit, in order; empties the list. */
  visits(): string[];
  /** Who is where. */
  hosts: Readonly<Record<string, Host>>;
  close(): void;
}

async function visitOf(request: IncomingMessage): Promise<Visit> {
  const url = new URL(request.url ?? '');
  const form = new URLSearchParams(await text(request));
  return { method: request.method ?? '', url, authorization: request.headers.authorization, form };
}

/** Starts one without hosts. */
export async function startInternet(): Promise<Internet> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void visitOf(request).then((visit) => {
      seen.push(`${visit.method} ${decodeURIComponent(visit.url.href)}`);
      const host = internet.hosts[visit.url.host];
      const { status = 200, headers = {}, body = '' } = host?.(visit) ?? { status: 599, body: 'no such host' };
      const json = typeof body === 'string' ? {} : { 'content-type': 'application/json' };
      response.writeHead(status, { ...json, ...headers });
      response.end(visit.method === 'HEAD' ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const internet: Internet = {
    proxy: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    visits: () => seen.splice(0),
    hosts: {},
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return internet;
}
