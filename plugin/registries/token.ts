/**
 * Asks a token server for a bearer token: GET with basic authentication or none
 * (https://distribution.github.io/distribution/spec/auth/token/), POST with an identity token
 * (https://distribution.github.io/distribution/spec/auth/oauth/).
 */
import { validate } from '../schemas/token-answer.validate.generated.js';
import type { TokenAnswer } from '../schemas/token-answer.generated.ts';
import { basicHeader, type Lookup } from './credential.ts';
import { refused, unusable } from './failures.ts';
import { parseAnswer } from './parse.ts';
import type { Answer, Ask } from '../http/transport.ts';

/** Which token. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  /** The registry's host as images name it, for messages. */
  readonly registry: string;
  readonly found: Lookup;
  readonly ca: string | undefined;
}

/** A token. */
export interface Token {
  readonly header: string;
  /** Milliseconds since 1970; a little before it really ends. */
  readonly expires: number;
}

const largest = 1024 * 1024;
/** What a token lives where the server does not say: by the specification, in seconds. */
const shortest = 60;
const client = 'waybill';

function question({ realm, service, scopes, found, ca }: TokenRequest): Ask {
  const { credential } = found;
  const common = { maxBytes: largest, ca };
  const headers = { accept: 'application/json', 'user-agent': client };
  if (credential?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.secret,
      client_id: client,
    });
    if (service !== undefined) form.set('service', service);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { ...common, method: 'POST', url: realm, headers: { ...headers, ...type }, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const basic = credential === undefined ? {} : { authorization: basicHeader(credential) };
  return { ...common, method: 'GET', url, headers: { ...headers, ...basic } };
}

/**
 * A new token. `send` sends the request. Failures `registry-unauthorised` and such for a refusal, `registry-answer` for
 * an answer without a token.
 */
export async function fetchToken(request: TokenRequest, send: (ask: Ask) => Promise<Answer>): Promise<Token> {
  const ask = question(request);
  const what = `a token for ${request.scopes.join(' ') || request.registry}`;
  const asked = Date.now();
  const answer = await send(ask);
  if (answer.status !== 200) throw refused(answer, what, request.registry, request.found);
  const { host } = answer.url;
  const value = parseAnswer<TokenAnswer>(validate, answer.body, { host, what });
  const token = value.token || value.access_token;
  if (!token || !/^[\x21-\x7e]+$/u.test(token)) throw unusable(host, what, 'it has no token');
  const seconds = value.expires_in !== undefined && value.expires_in > 0 ? value.expires_in : shortest;
  // A tenth earlier: the clock of the registry is another one, and the answer took its time.
  return { header: `Bearer ${token}`, expires: asked + seconds * 900 };
}
