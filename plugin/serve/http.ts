/**
 * The page of the server for its operators: metrics for Prometheus, and whether it is alive and ready for the kubelet.
 * It says nothing of any repository.
 */
import { createServer, type Server } from 'node:http';
import { failure } from '../diagnostics/failure.ts';
import type { Metrics } from './metrics.ts';

/** An address to listen on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9095`, `[::1]:9095`, `:9095` for every address; undefined for what is none. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:]+)\]|([^:[\]]*)):(\d{1,5})$/iu.exec(text) ?? [];
  const number = Number(port);
  if (port === undefined || number > 65_535) return undefined;
  return { host: bracketed ?? (plain || '::'), port: number };
}

/** Begins to answer on an address. Failure `server-socket` when that is not possible. */
export async function serveMetrics(address: Address, metrics: Metrics, isReady: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (code: number, text: string, type = 'text/plain'): void => {
      response.writeHead(code, { 'content-type': type }).end(text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'only GET is allowed\n');
    else if (request.url === '/healthz') answer(200, 'ok\n');
    else if (request.url === '/readyz') answer(isReady() ? 200 : 503, isReady() ? 'ok\n' : 'not ready\n');
    else if (request.url === '/metrics') {
      void metrics.text().then(
        (text) => answer(200, text, metrics.contentType),
        (error: unknown) => answer(500, `${String(error)}\n`),
      );
    } else answer(404, 'there are /metrics, /healthz and /readyz\n');
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        failure('server-socket', `the metrics cannot be served on ${address.host}:${address.port}: ${error.message}`),
      );
    });
    server.listen(address.port, address.host, resolve);
  });
  return server;
}
