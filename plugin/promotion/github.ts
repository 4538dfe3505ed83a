/**
 * Questions to GitHub's REST API, at github.com or a GitHub Enterprise Server, through plugin/http (proxies, further
 * tries after passing errors, Retry-After).
 * https://docs.github.com/rest/using-the-rest-api
 */
import { isUtf8 } from 'node:buffer';
import { failure } from '../diagnostics/failure.ts';
import { parseRepository } from '../record/repository.ts';
import { createHttp } from '../http/http.ts';
import type { RetryingTransport } from '../http/retry.ts';
import { type Answer, NoAnswer } from '../http/transport.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { JsonProblem, parseJson } from '../resources/parse-json.ts';

/** How GitHub is asked. */
export interface GitHubAccess {
  /** Read access to statuses, checks and deployments; never shown. Undefined for public repositories. */
  readonly token: string | undefined;
  /** The API's base URL, such as `https://github.acme.dev/api/v3`. @default https://api.github.com, for repositories there */
  readonly apiURL?: string | undefined;
  /** The process's variables: proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Lists have at most this many on a page; more than ten pages of them are no answer to a question of green or not. */
const perPage = 100;
const mostPages = 10;
const mostRedirects = 3;
const largestAnswer = 16 * 1024 * 1024;

function unreadable(what: string, help: readonly string[] = []): Error {
  return failure('statuses-unreadable', what, { help });
}

function bodyOf({ body }: Answer, url: URL): Json {
  if (!isUtf8(body)) throw unreadable(`GitHub's response for ${url.href} is not UTF-8`);
  try {
    return parseJson(body.toString());
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw unreadable(`GitHub's response for ${url.href} is not JSON (line ${error.line}, column ${error.column})`, [
      'A proxy or a login page may have sent it.',
    ]);
  }
}

/** When GitHub's budget of requests is used up, until when; https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function usedUpUntil({ status, headers }: Answer): string | undefined {
  const reset = Number(headers['x-ratelimit-reset']);
  if (![403, 429].includes(status) || headers['x-ratelimit-remaining'] !== '0' || !(reset > 0)) return undefined;
  return new Date(reset * 1000).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}

/** GitHub, for one command. */
export class GitHub {
  readonly #access: GitHubAccess;
  readonly #transport: RetryingTransport;

  constructor(access: GitHubAccess) {
    this.#access = access;
    this.#transport = createHttp({ env: access.env });
  }

  /** Whether a source repository may be one that this GitHub has. */
  mayHave(repository: string): boolean {
    const host = parseRepository(repository)?.host;
    return host !== undefined && (this.#access.apiURL !== undefined || host === 'github.com');
  }

  /**
   * The URL of a source repository at the API.
   * @throws Failure `statuses-unreadable` where GitHub cannot be asked about it
   */
  repository(url: string): string {
    const repository = parseRepository(url);
    if (!repository) throw unreadable(`the source repository ${url} is not the URL of a repository at GitHub`);
    const { host, owner, name } = repository;
    // The repository stands in a file that many may edit: the token goes to no host that it names.
    const base = this.#access.apiURL ?? (host === 'github.com' ? 'https://api.github.com' : undefined);
    if (base === undefined) {
      throw unreadable(`${url} is not at github.com`, [
        'Set GITHUB_API_URL to the API of its GitHub Enterprise Server, or give results with --statuses.',
      ]);
    }
    return `${base}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  }

  /** Follows a renamed repository, at the same host only: another one would get the token. */
  async #ask(url: URL, redirects = 0): Promise<Answer> {
    const { token } = this.#access;
    let answer: Answer;
    try {
      answer = await this.#transport.ask({
        method: 'GET',
        url,
        maxBytes: largestAnswer,
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'waybill',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw unreadable(`${url.href} could not be read: ${error.message}`, [
        error.untrusted
          ? 'If it has a private authority, name its file in NODE_EXTRA_CA_CERTS.'
          : 'Check the name, the network and the proxy variables.',
      ]);
    }
    const { location } = answer.headers;
    if (![301, 302, 307, 308].includes(answer.status) || location === undefined) return answer;
    const next = new URL(location, url);
    if (next.origin === url.origin && redirects < mostRedirects) return await this.#ask(next, redirects + 1);
    throw unreadable(`${url.href} redirects to ${next.origin}, which is not allowed`);
  }

  async #json(url: URL): Promise<Json> {
    const answer = await this.#ask(url);
    if (answer.status === 200) return bodyOf(answer, url);
    const until = usedUpUntil(answer);
    const used =
      this.#access.token === undefined
        ? 'No token was given: set GITHUB_TOKEN.'
        : 'The token of GITHUB_TOKEN was used: it needs read access to commit statuses, checks and deployments.';
    throw unreadable(`GitHub responded with ${answer.status} for ${url.href}`, [
      until === undefined ? used : `Its limit of requests is used up until ${until}.`,
    ]);
  }

  /**
   * The items of a list, from all its pages.
   * @param key where an answer is an object that has the list: its key
   * @throws Failure `statuses-unreadable`
   */
  async list(at: string, query: Readonly<Record<string, string>>, key?: string): Promise<readonly Json[]> {
    const items: Json[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const url = new URL(at);
      const all = { ...query, per_page: String(perPage), page: String(page) };
      for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
      const answer = await this.#json(url);
      const found = key === undefined ? answer : isObject(answer) ? getKey(answer, key) : undefined;
      if (!isArray(found)) throw unreadable(`GitHub's response for ${url.href} has no list${key ? ` ${key}` : ''}`);
      items.push(...found);
      if (found.length < perPage) return items;
    }
    throw unreadable(`${at} has more than ${mostPages * perPage} entries`);
  }
}
