/**
 * What is known of a Git hosting product without asking it: its addresses, its words for states, and the variables that
 * hold its tokens. Each product is one file; platforms.ts lists them. Nothing here reads a file or sends a request.
 */

/** States in which a deployment or a commit status is reported. */
export type ReportedState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** A repository, by the path of its clone URL. */
export interface RepositoryPath {
  readonly owner: string;
  readonly name: string;
  /** The parts of the path of the repository's page. */
  readonly page: readonly string[];
}

/** A product that hosts Git repositories. */
export interface Platform {
  readonly key: string;
  readonly title: string;
  /** The public site; undefined for a product that every customer runs. */
  readonly site: string | undefined;
  /** Hosts that accept ssh for the site on the port of https. */
  readonly sshHosts: readonly string[];
  /** Variables that may hold a token for the API, in order. */
  readonly tokens: readonly string[];
  /** Whether a repository is at this product, by its host (lower case) or the address of its page. */
  isAt(host: string, webURL: string): boolean;
  /** The address of the REST API, without a final slash, by any address at the site. */
  api(url: string): string;
  /** Owner and name, where a clone URL is not the address of the page; undefined for clone URLs of other products. */
  split?(url: URL, parts: readonly string[]): RepositoryPath | undefined;
  /** The path from a repository's page to that of a commit, without the commit. */
  readonly commitPath: string;
  /** The page of a commit below the site, as a format for owner, repository and commit. */
  readonly commitFormat: string;
  /** The path from a repository's page to the commits between two; `from` is the older. */
  comparePath(from: string, to: string): string;
  /** The path from a repository's page to a pull request. */
  pullRequestPath(number: number): string;
  /** Its words for states, in lower case and without other characters than letters. */
  readonly states: Readonly<Record<string, ReportedState>>;
}
