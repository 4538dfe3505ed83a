/**
 * Checks the tokens in the environment: whether their server accepts them, and their scopes. It checks the variable that
 * the commands use (`tokens` of plugin/platforms). A token is never printed.
 */
import { createHttp } from '../http/http.ts';
import { NoAnswer } from '../http/transport.ts';
import { github } from '../platforms/github.ts';
import { gitlab } from '../platforms/gitlab.ts';
import type { Finding } from './finding.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** One kind of token. */
interface TokenKind {
  readonly subject: string;
  /** The variables that can hold it, in order of precedence. */
  readonly variables: readonly string[];
  /** The request that checks it; undefined if its server is unknown. */
  readonly url: (env: Env) => string | undefined;
  readonly headers: (token: string) => Readonly<Record<string, string>>;
  /** Its scopes by the response; undefined if the response does not contain them. */
  readonly scopes: (header: (name: string) => string | undefined, body: string) => string | undefined;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const kinds: readonly TokenKind[] = [
  {
    subject: github.key,
    variables: github.tokens,
    // https://docs.github.com/en/rest/rate-limit: accepts every kind of token.
    url: (env) => `${env['GITHUB_API_URL'] || 'https://api.github.com'}/rate_limit`,
    headers: bearer,
    scopes: (header) => header('x-oauth-scopes'),
  },
  {
    subject: gitlab.key,
    variables: gitlab.tokens,
    // https://docs.gitlab.com/api/personal_access_tokens/#get-details-on-a-personal-access-token
    url: (env) => `${env['CI_API_V4_URL'] || 'https://gitlab.com/api/v4'}/personal_access_tokens/self`,
    headers: (token) => ({ 'private-token': token }),
    scopes: (_header, body) => /"scopes":\[([^\]]*)\]/u.exec(body)?.[1]?.replaceAll('"', '').replaceAll(',', ', '),
  },
  {
    subject: 'argocd',
    variables: ['ARGOCD_AUTH_TOKEN'],
    url: ({ ARGOCD_SERVER: server }) =>
      server ? `${/^https?:/u.test(server) ? server : `https://${server}`}/api/v1/session/userinfo` : undefined,
    headers: bearer,
    scopes: (_header, body) => /"username":"([\w:.@-]*)"/u.exec(body)?.[1],
  },
];

async function checkToken(kind: TokenKind, env: Env): Promise<Finding | undefined> {
  const { subject, variables } = kind;
  const variable = variables.find((name) => env[name]);
  const token = variable === undefined ? undefined : env[variable];
  if (variable === undefined || token === undefined) return undefined;
  const text = kind.url(env);
  if (text === undefined) {
    return { subject, state: 'missing', detail: `${variable} is set, and ARGOCD_SERVER is not: it is not used` };
  }
  if (!URL.canParse(text))
    return { subject, state: 'wrong', detail: `${variable} is for a server without a valid URL` };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.hostname !== '127.0.0.1') {
    return { subject, state: 'wrong', detail: `${variable} is not sent to ${url.host}: it needs https` };
  }
  try {
    const http = createHttp({ env, timeoutMs: 10_000, retries: 0 });
    const headers = { ...kind.headers(token), accept: 'application/json', 'user-agent': 'waybill' };
    const answer = await http.ask({ method: 'GET', url, headers, maxBytes: 1024 * 1024 });
    if (answer.status === 200) {
      const one = (name: string): string | undefined => answer.headers[name]?.toString();
      const scopes = kind.scopes(one, answer.body.toString())?.replaceAll(/[^\w:,. /@-]/gu, '');
      return { subject, state: 'ok', detail: `${variable} for ${url.host}: ${scopes || 'its scopes are unknown'}` };
    }
    const detail = `${url.host} does not accept ${variable} (${answer.status})`;
    return { subject, state: 'wrong', detail, advice: [`Renew the token, or unset ${variable}.`] };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return {
      subject,
      state: 'missing',
      detail: `${url.host} could not be reached to check ${variable}: ${error.message}`,
    };
  }
}

/** One finding for each token that is set. */
export async function checkTokens(env: Env): Promise<Finding[]> {
  const findings = await Promise.all(kinds.map(async (kind) => await checkToken(kind, env)));
  return findings.filter((one) => one !== undefined);
}
