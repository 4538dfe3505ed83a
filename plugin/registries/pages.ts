/**
 * The next page of a list: the Link header (RFC 8288), with which registries say where it is.
 */
import LinkHeader from 'http-link-header';

/** Where the next page is, or why it is not followed. */
export type NextPage = { readonly path: string } | { readonly problem: string } | undefined;

/**
 * The path and query of the next page, to be asked of the same host. Undefined when this was the last page. A link to
 * another host is a problem: credentials would go there. Its scheme and port do not matter: registries behind a proxy
 * often believe they speak http.
 */
export function nextPage(header: string | undefined, url: URL): NextPage {
  if (header === undefined || header === '') return undefined;
  let target: string | undefined;
  try {
    target = LinkHeader.parse(header).rel('next')[0]?.uri;
  } catch {
    return { problem: `its Link header cannot be read: ${JSON.stringify(header.slice(0, 200))}` };
  }
  if (target === undefined) return undefined;
  if (!URL.canParse(target, url.href)) return { problem: 'its Link header has no URL' };
  const next = new URL(target, url);
  if (next.hostname !== url.hostname) return { problem: `its next page is at another host, ${next.host}` };
  return { path: `${next.pathname}${next.search}` };
}
