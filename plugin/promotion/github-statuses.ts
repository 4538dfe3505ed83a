/**
 * Commit statuses and check runs from GitHub's REST API, for github.com and GitHub Enterprise Server:
 * https://docs.github.com/rest/commits/statuses and https://docs.github.com/rest/checks/runs
 */
import { failure } from '../diagnostics/failure.ts';
import { parseRepository } from '../record/repository.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import { type ReadStatuses, stateOf, type StatusState } from './statuses.ts';

/** How GitHub is asked. */
export interface GitHubAccess {
  /** Read access to statuses and checks; never shown. Undefined for public repositories. */
  readonly token: string | undefined;
  /** The API's base URL, such as `https://github.acme.dev/api/v3`. @default https://api.github.com, for repositories there */
  readonly apiURL?: string | undefined;
}

/** Statuses are at most this many on a page; more than ten pages of them are no answer to a question of green or not. */
const perPage = 100;
const mostPages = 10;

function unreadable(what: string, help: readonly string[]): Error {
  return failure('statuses-unreadable', what, { help });
}

async function get(url: string, { token }: GitHubAccess): Promise<Json> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'waybill',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(30_000),
      // A redirect to another host would take the token along.
      redirect: 'error',
    });
  } catch (error) {
    throw unreadable(`${url} could not be read: ${error instanceof Error ? error.message : 'no answer'}`, []);
  }
  if (!response.ok) {
    const used =
      token === undefined
        ? 'No token was given: set GITHUB_TOKEN.'
        : 'The token of GITHUB_TOKEN was used: it needs read access to commit statuses and checks.';
    throw unreadable(`GitHub answered ${response.status} for ${url}`, [used]);
  }
  return readYaml(await response.text(), { file: url, duplicateKeys: 'last-wins' })[0]?.value ?? null;
}

async function all(url: string, list: string, access: GitHubAccess): Promise<Json[]> {
  const items: Json[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await get(`${url}?per_page=${perPage}&page=${page}`, access);
    const found = isObject(answer) ? getKey(answer, list) : undefined;
    if (!isArray(found)) throw unreadable(`GitHub's answer for ${url} has no ${list}`, []);
    items.push(...found);
    if (found.length < perPage) return items;
  }
  throw unreadable(`${url} has more than ${mostPages * perPage} ${list}`, []);
}

function text(item: Json, key: string): string {
  const value = isObject(item) ? getKey(item, key) : undefined;
  return typeof value === 'string' ? value : '';
}

/** A run that has ended well, in GitHub's eyes: neutral and skipped ones let a merge pass too. */
function checkState(item: Json): StatusState {
  if (text(item, 'status') !== 'completed') return 'pending';
  const conclusion = text(item, 'conclusion');
  return ['neutral', 'skipped'].includes(conclusion) ? 'success' : stateOf(conclusion);
}

/** Reads from GitHub, or the GitHub Enterprise Server of `apiURL`. @see ReadStatuses */
export function statusesFromGitHub(access: GitHubAccess): ReadStatuses {
  return async (url, commit) => {
    const repository = parseRepository(url);
    if (!repository) throw unreadable(`the source repository ${url} is no URL that GitHub could be asked about`, []);
    const { host, owner, name } = repository;
    // The repository stands in a file that many may edit: the token goes to no host that it names.
    const base = access.apiURL ?? (host === 'github.com' ? 'https://api.github.com' : undefined);
    if (base === undefined) {
      throw unreadable(`${url} is not at github.com`, [
        'Set GITHUB_API_URL to the API of its GitHub Enterprise Server, or give results with --statuses.',
      ]);
    }
    const of = `${base}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/commits/${commit}`;
    const [runs, statuses] = await Promise.all([
      all(`${of}/check-runs`, 'check_runs', access),
      all(`${of}/status`, 'statuses', access),
    ]);
    // The newest comes first for both; a status beats a check run of the same name, as it is said on purpose.
    const states = new Map<string, StatusState>();
    for (const run of runs.toReversed()) states.set(text(run, 'name'), checkState(run));
    for (const status of statuses.toReversed()) states.set(text(status, 'context'), stateOf(text(status, 'state')));
    return states;
  };
}
