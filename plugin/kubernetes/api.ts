/**
 * The one place that asks a Kubernetes API server, from inside a pod: lists objects with the pod's service account.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

/** Where Kubernetes puts a pod's credentials. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const PAGE = 500;
const TIMEOUT_MS = 30_000;

/** How to reach the API server. */
export interface ApiServer {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  /** PEM. */
  readonly ca: string;
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

async function get(server: ApiServer, path: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const { host, port, ca, token } = server;
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const asked = request({ host, port, path, ca, headers, timeout: TIMEOUT_MS }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`GET ${path.split('?')[0]}: ${answer.statusCode} ${text.slice(0, 300)}`));
      });
    });
    asked.on('timeout', () =>
      asked.destroy(new Error(`GET ${path.split('?')[0]}: no answer in ${TIMEOUT_MS / 1000} s`)),
    );
    asked.on('error', reject);
    asked.end();
  });
}

/**
 * The pages of a list, as text, each a Kubernetes List in JSON. `path` begins with `/api`; `next` finds the token of
 * the page behind a page. Errors: what the server said, with status; network errors as Node names them.
 */
export async function listPages(
  server: ApiServer,
  path: string,
  labelSelector: string,
  next: (page: string) => string | undefined,
): Promise<string[]> {
  const pages: string[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (labelSelector !== '') query.set('labelSelector', labelSelector);
    if (token !== undefined) query.set('continue', token);
    const page = await get(server, `${path}?${query.toString()}`);
    pages.push(page);
    token = next(page) || undefined;
  } while (token !== undefined);
  return pages;
}
