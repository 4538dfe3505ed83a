/**
 * The one place that asks a Kubernetes API server: lists objects with a pod's service account, or as a kubeconfig says.
 */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { redact } from '../diagnostics/redact.ts';
import { createHttp } from '../http/http.ts';
import type { RetryingTransport } from '../http/retry.ts';

/** Where Kubernetes puts a pod's credentials. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const PAGE = 500;
/** A page of 500 Applications with their history is a few megabytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** How to reach the API server. */
export interface ApiServer {
  readonly host: string;
  readonly port: number;
  /** Before `/api`: of a proxy such as Rancher's. @default '' */
  readonly path?: string;
  readonly token: string | undefined;
  /** PEM; undefined: the authorities of Node. */
  readonly ca: string | undefined;
  /** PEM of a client certificate and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** The API server of the cluster this process runs in; undefined outside of one. `account` is the credentials' folder. */
export function apiServer(env: Readonly<Record<string, string | undefined>>, account = ACCOUNT): ApiServer | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined) return undefined;
  return {
    host,
    port: Number(port ?? 443),
    token: readFileSync(join(account, 'token'), 'utf8').trim(),
    ca: readFileSync(join(account, 'ca.crt'), 'utf8'),
  };
}

async function ask(
  http: RetryingTransport,
  server: ApiServer,
  path: string,
): Promise<{ status: number; text: string }> {
  const { host, port, ca, token, cert, key, path: base = '' } = server;
  const { status, body } = await http.ask({
    method: 'GET',
    url: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}${base}${path}`),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      accept: 'application/json',
      'user-agent': 'waybill',
    },
    maxBytes: MAX_BYTES,
    ca,
    onlyCa: ca !== undefined,
    cert,
    key,
  });
  return { status, text: body.toString() };
}

function refusal({ token }: ApiServer, path: string, status: number, text: string): Error {
  return new Error(
    `GET ${path.split('?')[0]}: ${status} ${redact(text.slice(0, 300), token === undefined ? [] : [token])}`,
  );
}

async function get(http: RetryingTransport, server: ApiServer, path: string): Promise<string> {
  const { status, text } = await ask(http, server, path);
  if (status === 200) return text;
  throw refusal(server, path, status, text);
}

/**
 * One object as JSON text; `missing` and `forbidden` are the server's answers 404 and 401 or 403. Errors as `listPages`.
 */
export async function getObject(server: ApiServer, path: string): Promise<{ text: string } | 'missing' | 'forbidden'> {
  const http = createHttp({ env: {}, retries: 1, timeoutMs: 10_000 });
  const { status, text } = await ask(http, server, path);
  if (status === 200) return { text };
  if (status === 404) return 'missing';
  if (status === 401 || status === 403) return 'forbidden';
  throw refusal(server, path, status, text);
}

/**
 * The pages of a list, as text, each a Kubernetes List in JSON. `path` begins with `/api`; `next` finds the token of
 * the page behind a page. Errors: what the server said, with status; a NoAnswer when it did not answer.
 */
export async function listPages(
  server: ApiServer,
  path: string,
  labelSelector: string,
  next: (page: string) => string | undefined,
): Promise<string[]> {
  // No proxy: the API server is in the same cluster.
  const http = createHttp({ env: {} });
  const pages: string[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (labelSelector !== '') query.set('labelSelector', labelSelector);
    if (token !== undefined) query.set('continue', token);
    const page = await get(http, server, `${path}?${query.toString()}`);
    pages.push(page);
    token = next(page) || undefined;
  } while (token !== undefined);
  return pages;
}
