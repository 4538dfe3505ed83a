/**
 * Source repositories as people and CI systems write them (https, ssh, scp-like), taken apart once, here.
 */
import { addressesOf, siteOfSshHost, splitPath } from '../platforms/platforms.ts';

/** A repository on a Git host. */
export interface Repository {
  /** Host name in lower case, with the port when an http(s) URL has one that is not the default. */
  readonly host: string;
  /** Owner, organisation or group; with `/` for GitLab's subgroups and for Azure DevOps' organisation/project. */
  readonly owner: string;
  /** Name without owner and without `.git`. */
  readonly name: string;
  /** The page in a browser, such as `https://host/owner/name`, without credentials; http only when the URL says http. */
  readonly webURL: string;
}

const scpLike = /^(?:[^@/:\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/u;
const protocols = new Set(['http:', 'https:', 'ssh:', 'git:', 'git+ssh:']);

/** The parts of the URL's path, decoded, without a final `.git`; undefined when they are no repository's path. */
function pathParts(url: URL): string[] | undefined {
  const parts: string[] = [];
  for (const part of url.pathname.replace(/(\.git)?\/*$/u, '').split('/')) {
    if (part === '') continue;
    try {
      parts.push(decodeURIComponent(part));
    } catch {
      return undefined;
    }
  }
  // `%2F` and dots would lead to another repository once the name stands in the path of a provider's API.
  return parts.every(isName) ? parts : undefined;
}

/** Whether a text can be one part of a repository's path, and stays one in any URL. */
function isName(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[/\\?#%\p{Cc}]/u.test(part);
}

/** Whether owner and name can be those of a repository: no part of them leads to another one. */
export function isRepositoryName({ owner, repository }: { owner: string; repository: string }): boolean {
  return owner.split('/').every(isName) && isName(repository);
}

/**
 * Takes a repository URL apart: `https://host/owner/name(.git)`, `ssh://git@host:22/owner/name`,
 * `git@host:owner/name`, GitLab subgroups, Bitbucket Data Center's `/scm/` and Azure DevOps' `_git`.
 * Undefined when it names no host, owner and repository (a path on disk, `owner/name` alone).
 */
export function parseRepository(url: string): Repository | undefined {
  const scp = scpLike.exec(url.trim());
  const text = scp ? `ssh://${scp[1]}/${scp[2]}` : url.trim();
  if (!URL.canParse(text)) return undefined;
  const parsed = new URL(text);
  const parts = protocols.has(parsed.protocol) ? pathParts(parsed) : undefined;
  const found = parts && splitPath(parsed, parts);
  const http = parsed.protocol === 'http:';
  const host = (http || parsed.protocol === 'https:' ? parsed.host : parsed.hostname).toLowerCase();
  if (!found || host === '') return undefined;
  const site = siteOfSshHost(host) ?? host;
  const page = found.page.map((part) => encodeURIComponent(part).replaceAll('%7E', '~')).join('/');
  return { host: site, owner: found.owner, name: found.name, webURL: `${http ? 'http' : 'https'}://${site}/${page}` };
}

/** A URL as it may be shown to everybody: without password, and over http(s) without user, which may be a token. */
export function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/iu, '$1').replace(/^([a-z+]+:\/\/[^/:@]*):[^/]*@/iu, '$1@');
}

/** True when two URLs name the same repository, whatever their scheme, port, user, letter case and `.git`. */
export function sameRepository(a: string, b: string): boolean {
  const [left, right] = [parseRepository(a), parseRepository(b)];
  if (!left || !right) return a === b;
  return repositoryId(left) === repositoryId(right);
}

/** One text for all forms of a repository's URL: `host/owner/name` in lower case, without port. */
export function repositoryId({ host, owner, name }: Repository): string {
  return `${host.replace(/:\d+$/u, '')}/${owner}/${name}`.toLowerCase();
}

/** The page of one commit. */
export function commitURL({ host, webURL }: Repository, commit: string): string {
  return `${webURL}/${addressesOf(host, webURL).commitPath}/${commit}`;
}

/** The page that shows the commits between two; `from` is the older. */
export function compareURL({ host, webURL }: Repository, from: string, to: string): string {
  return `${webURL}/${addressesOf(host, webURL).comparePath(from, to)}`;
}

/** The page of a pull request. */
export function pullRequestURL({ host, webURL }: Repository, number: number): string {
  return `${webURL}/${addressesOf(host, webURL).pullRequestPath(number)}`;
}
