/**
 * An HTTP server on this machine, for the part of a provider that a test plays.
 */
import { createServer } from 'node:http';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is answered; `json` becomes the body. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  /** In place of JSON: what a broken server sends. */
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): void;
}

/** Answers every request with what `answer` makes of it; an error of it is a 500, with its message. */
export async function listen(answer: (request: Arrived) => Answer | Promise<Answer>): Promise<Loopback> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (chunk: Buffer) => parts.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const body = Buffer.concat(parts).toString();
      Promise.resolve({ method: request.method ?? '', path: request.url ?? '', headers, body })
        .then(answer)
        .catch((error: unknown): Answer => ({ status: 500, json: { message: String(error) } }))
        .then(({ status, json, body: sent, headers = {} }) => {
          response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
          response.end(sent ?? (json === undefined ? '' : JSON.stringify(json)));
        })
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
