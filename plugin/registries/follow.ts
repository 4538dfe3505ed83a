/**
 * Follows redirects: registries keep blobs at S3, GCS or Azure. Credentials stay with the host they are for.
 */
import type { Hosts } from './hosts.ts';
import type { RetryingTransport } from '../http/retry.ts';
import { forbiddenRedirect } from './redirects.ts';
import { type Answer, type Ask, NoAnswer } from '../http/transport.ts';

const most = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** The target of a redirect; undefined when the answer is none. Throws {@link NoAnswer} for a target that is forbidden. */
function target(answer: Answer, hosts: Hosts): URL | undefined {
  const { location } = answer.headers;
  if (!redirects.has(answer.status) || location === undefined) return undefined;
  if (!URL.canParse(location, answer.url.href)) throw new NoAnswer('it redirects to what is no URL', false);
  const to = new URL(location, answer.url);
  const why = forbiddenRedirect(answer.url, to, hosts);
  // The query of such a URL is a credential (a signature) and not to be shown.
  if (why !== undefined) throw new NoAnswer(`it redirects to ${to.origin}, which is not followed: ${why}`, false);
  return to;
}

/** The answer behind at most five redirects. Only GET and HEAD follow. Throws {@link NoAnswer}. */
export async function askFollowing(transport: RetryingTransport, hosts: Hosts, first: Ask): Promise<Answer> {
  let { url, headers, ca } = first;
  for (let hop = 0; hop <= most; hop += 1) {
    const answer = await transport.ask({ ...first, url, headers, ca });
    const to = first.method === 'POST' ? undefined : target(answer, hosts);
    if (to === undefined) return answer;
    if (to.origin !== url.origin) {
      const { authorization: _, ...rest } = headers;
      headers = rest;
    }
    ca = hosts.settings(to.host).ca ?? ca;
    url = to;
  }
  throw new NoAnswer(`it redirects more than ${most} times`, false);
}
