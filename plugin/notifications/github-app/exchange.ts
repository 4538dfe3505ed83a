/**
 * What GitHub is asked while the App is made: the App for the code that the browser brought, and whether an
 * installation is the organisation's own.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { failure } from '../../diagnostics/failure.ts';
import { createHttp } from '../../http/http.ts';
import { NoAnswer } from '../../http/transport.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { JsonProblem, parseJson } from '../../resources/parse-json.ts';
import { stringAt } from '../../resources/read-fields.ts';

/** An App as GitHub gave it once. The key is nowhere else: it is written and never shown. */
export interface MadeApp {
  readonly id: number;
  readonly slug: string;
  readonly owner: string;
  readonly pem: string;
}

const mostBytes = 1024 * 1024;

function refused(message: string, ...help: string[]): Error {
  return failure('github-app', message, { help });
}

function parsed(body: Buffer | Uint8Array): JsonObject {
  const bytes = Buffer.from(body);
  try {
    const value: Json = isUtf8(bytes) ? parseJson(bytes.toString()) : null;
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof JsonProblem) return {};
    throw error;
  }
}

/** GitHub's side of the flow. */
export class AppExchange {
  readonly #api: string;
  readonly #http: ReturnType<typeof createHttp>;

  /** @param api such as `https://api.github.com` */
  constructor(api: string, env: Readonly<Record<string, string | undefined>>) {
    this.#api = api;
    // A code works once: what GitHub has taken must not be asked again.
    this.#http = createHttp({ env, retries: 0 });
  }

  async #ask(method: 'GET' | 'POST', path: string, token?: string): Promise<{ status: number; body: JsonObject }> {
    try {
      const answer = await this.#http.ask({
        method,
        url: new URL(`${this.#api}${path}`),
        maxBytes: mostBytes,
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'waybill',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      return { status: answer.status, body: parsed(answer.body) };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw refused(`GitHub could not be reached: ${error.message}`, 'Check the network and the proxy variables.');
    }
  }

  /** The App for a code. Failure `github-app` for a code that is unknown, used or older than an hour. */
  async convert(code: string): Promise<MadeApp> {
    const { status, body } = await this.#ask('POST', `/app-manifests/${encodeURIComponent(code)}/conversions`);
    const again = 'Start again: a code works once, and for an hour.';
    if (status !== 201) throw refused(`GitHub responded with ${status} to the code of the App`, again);
    const owner = getKey(body, 'owner');
    const app = {
      id: Number(getKey(body, 'id')),
      slug: stringAt(body, 'slug'),
      owner: stringAt(owner, 'login'),
      pem: stringAt(body, 'pem'),
    };
    const isWhole = Number.isSafeInteger(app.id) && app.id > 0 && /^[\w-]+$/u.test(app.slug) && app.owner !== '';
    if (!isWhole || !app.pem.includes('PRIVATE KEY')) throw refused("GitHub's response has no App or no key", again);
    return app;
  }

  /** Whether the installation is one of the App, on this account: the number comes from a browser, and anybody's. */
  async isInstalledFor(app: MadeApp, installation: number, account: string): Promise<boolean> {
    const { status, body } = await this.#ask('GET', `/app/installations/${installation}`, appToken(app));
    const on = getKey(body, 'account');
    return status === 200 && stringAt(on, 'login').toLowerCase() === account.toLowerCase();
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token of the App itself, for ten minutes (RFC 7519, RS256); a minute back, for clocks that are not the same. */
function appToken({ id, pem }: MadeApp): string {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 540, iss: String(id) })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), createPrivateKey(pem)).toString('base64url')}`;
}
