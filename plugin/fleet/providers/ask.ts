/**
 * Asks a provider's API again and again: answers that have not changed are not sent again (ETag), limits are kept, and
 * what passes is told apart from what stays.
 */
import type { RetryingTransport } from '../../http/retry.ts';
import { type Answer, NoAnswer } from '../../http/transport.ts';
import type { Json } from '../../resources/json.ts';
import type { Ask } from './provider.ts';

/** The provider will not answer, however often it is asked. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The provider does not answer now. */
export class Unavailable extends Error {
  /** Milliseconds since 1970 before which there is no use in asking; undefined where it does not say. */
  readonly until: number | undefined;

  constructor(message: string, until?: number) {
    super(message);
    this.until = until;
  }
}

/** What is known of the API's limit and clock. */
export interface Budget {
  /** Requests that are left, and when there are more (milliseconds since 1970). */
  remaining: number | undefined;
  reset: number | undefined;
  /** Requests that were sent. */
  sent: number;
  /** The provider's clock at the first answer, milliseconds since 1970. */
  startedAt: number | undefined;
}

/** What is known before anything was sent. */
export function newBudget(): Budget {
  return { remaining: undefined, reset: undefined, sent: 0, startedAt: undefined };
}

/** How to ask. */
export interface AskOptions {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly http: RetryingTransport;
  readonly budget: Budget;
}

const mostBytes = 32 * 1024 * 1024;
const mostRedirects = 3;

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function count(answer: Answer, ...names: readonly string[]): number | undefined {
  const value = names.map((name) => header(answer, name)).find((one) => one !== undefined && /^\d{1,12}$/u.test(one));
  return value === undefined ? undefined : Number(value);
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function parse(answer: Answer): Json {
  try {
    const value: unknown = JSON.parse(answer.body.toString());
    if (isJson(value)) return value;
  } catch {
    // Below.
  }
  throw new Unavailable(`${answer.url.host} sent a response that is not JSON`);
}

function judge(answer: Answer, { remaining, reset }: Budget): 'body' | 'same' | 'missing' {
  const { status, url } = answer;
  if (status === 200) return 'body';
  if (status === 304) return 'same';
  if (status === 404) return 'missing';
  const after = Number(header(answer, 'retry-after'));
  const until = after > 0 ? Date.now() + after * 1000 : remaining === 0 ? reset : undefined;
  const isLimit = status === 429 || (status === 403 && (remaining === 0 || after > 0));
  if (isLimit) throw new Unavailable(`${url.host} limits requests`, until);
  if (status === 401) throw new Refused(status, `${url.host} does not take the token: it is wrong or expired`);
  if (status === 403) throw new Refused(status, `${url.host} refuses ${url.pathname}: the token may not read it`);
  if (status >= 500 || status === 408) throw new Unavailable(`${url.host} answered ${status}`, until);
  throw new Refused(status, `${url.host} answered ${status} for ${url.pathname}`);
}

/** See the file's comment. */
export function createAsk({ base, headers, http, budget }: AskOptions): Ask {
  const known = new Map<string, { readonly etag: string; readonly value: Json }>();
  const send = async (url: URL, redirects = 0): Promise<Answer> => {
    const before = known.get(url.href);
    budget.sent += 1;
    const answer = await http.ask({
      method: 'GET',
      url,
      maxBytes: mostBytes,
      headers: { 'user-agent': 'waybill', ...headers, ...(before ? { 'if-none-match': before.etag } : {}) },
    });
    const { location } = answer.headers;
    if (![301, 302, 307, 308].includes(answer.status) || location === undefined) return answer;
    const next = new URL(location, url);
    // A renamed repository; another host would get the token. Azure DevOps redirects to a page for people to log in.
    if (next.origin !== url.origin || redirects >= mostRedirects || answer.status === 302)
      throw new Refused(answer.status, `${url.host} leads to ${next.host}${next.pathname}: is the token right?`);
    return await send(next, redirects + 1);
  };
  return async (path, query = {}) => {
    const url = new URL(`${base}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    let answer: Answer;
    try {
      answer = await send(url);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.untrusted) throw new Refused(0, `${url.host}: ${error.message}`);
      throw new Unavailable(`${url.host} does not respond: ${error.message}`);
    }
    budget.startedAt ??= Date.parse(header(answer, 'date') ?? '') || Date.now();
    budget.remaining = count(answer, 'x-ratelimit-remaining', 'ratelimit-remaining') ?? budget.remaining;
    const reset = count(answer, 'x-ratelimit-reset', 'ratelimit-reset');
    budget.reset = reset === undefined ? budget.reset : reset * 1000;
    const verdict = judge(answer, budget);
    if (verdict === 'missing') return undefined;
    if (verdict === 'same') return known.get(url.href)?.value;
    const value = parse(answer);
    const etag = header(answer, 'etag');
    if (etag !== undefined) known.set(url.href, { etag, value });
    return value;
  };
}
