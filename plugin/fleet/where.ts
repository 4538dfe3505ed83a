/**
 * Where a commit, pull request, tag, digest or image runs: since when, where not yet, and what stands between. A pure
 * function over what was read.
 */
import type { LockedImage } from '../lock/lock.ts';
import { parseRepository } from '../record/repository.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import type { Fleet, FleetCell, FleetChange, FleetCommit, FleetService } from '../schemas/fleet.generated.ts';
import type { Readings } from './assemble.ts';
import { defined } from './defined.ts';
import { LockView } from './lock-view.ts';
import { changeOf } from './versions.ts';

/** What is looked for. */
export interface Query {
  readonly kind: 'commit' | 'pull request' | 'digest' | 'image' | 'tag';
  /** As people read it. */
  readonly text: string;
  /** A text that a lock has, whenever one of its entries matches. */
  readonly needle: string;
  /** The source repository's page, where the text names it. */
  readonly repository?: string | undefined;
  /** The number of a pull request. */
  readonly number?: number;
  readonly matches: (image: Pick<LockedImage, 'name' | 'newName' | 'tag' | 'digest' | 'source'>) => boolean;
}

const pullRequestPage =
  /^https?:\/\/[^/]+\/(.+?)(?:\/-)?\/(?:pull|pulls|pull-requests|merge_requests|pullrequest)\/(\d+)/u;

function pullRequest(number: number, repository: string | undefined, text: string): Query {
  return {
    kind: 'pull request',
    text,
    needle: `pullRequest: ${number}`,
    repository,
    number,
    matches: ({ source }) => {
      if (source?.pullRequest !== number) return false;
      return (
        repository === undefined || (parseRepository(source.repository)?.webURL ?? source.repository) === repository
      );
    },
  };
}

function image(reference: string): Query {
  const { name, tag, digest } = splitReference(reference);
  return {
    kind: 'image',
    text: reference,
    needle: digest ?? tag ?? name.slice(name.lastIndexOf('/') + 1),
    matches: (one) => {
      const isNamed = [one.name, one.newName].some((other) => other !== undefined && nameKey(other) === nameKey(name));
      if (digest !== undefined) return one.digest === digest;
      return isNamed && (tag === undefined || one.tag === tag);
    },
  };
}

/**
 * What a text asks for: a full or abbreviated commit, the page or number (`#12`) of a pull request, a digest, an image
 * with or without tag, else a tag or version.
 */
export function parseQuery(text: string): Query {
  const query = text.trim();
  const [page, , number] = pullRequestPage.exec(query) ?? [];
  if (page !== undefined && number !== undefined) {
    const repository = parseRepository(
      page.replace(/(?:\/-)?\/(?:pull|pulls|pull-requests|merge_requests|pullrequest)\/\d+$/u, ''),
    );
    return pullRequest(Number(number), repository?.webURL, query);
  }
  const hash = /^#(\d{1,9})$/u.exec(query)?.[1];
  if (hash !== undefined) return pullRequest(Number(hash), undefined, query);
  const [, repositoryOfCommit, commitPage] =
    /^(https?:\/\/.*?)(?:\/-)?\/commits?\/([0-9a-f]{7,40})$/u.exec(query) ?? [];
  const commit = commitPage ?? (/^[0-9a-f]{7,40}$/u.test(query) ? query : undefined);
  if (commit !== undefined)
    return {
      kind: 'commit',
      text: commit,
      needle: commit,
      repository: repositoryOfCommit === undefined ? undefined : parseRepository(repositoryOfCommit)?.webURL,
      matches: ({ source }) => source?.commit.startsWith(commit) === true,
    };
  // A pod's imageID: `docker-pullable://name@sha256:…`.
  const digest = /(?:^|@)(sha256:[0-9a-f]{8,64})$/u.exec(query)?.[1];
  if (digest !== undefined)
    return { kind: 'digest', text: digest, needle: digest, matches: (one) => one.digest?.startsWith(digest) === true };
  if (query.includes('/') || query.includes(':')) return image(query);
  return {
    kind: 'tag',
    text: query,
    needle: query,
    matches: ({ tag, source }) => tag === query || source?.version === query || source?.ref === `refs/tags/${query}`,
  };
}

/** One cell, as far as the query concerns it. */
export interface Location {
  readonly service: string;
  readonly environment: string;
  /** `runs`: the lock names it. `ran`: it did before. `not yet`: neither. */
  readonly is: 'runs' | 'ran' | 'not yet';
  readonly image?: string;
  /** The change since which the lock names it, or that brought it then. */
  readonly since?: FleetChange;
  /** The change that replaced it. */
  readonly until?: FleetChange;
  /** The source commit that is to run there now, where that is another one. */
  readonly instead?: FleetCommit;
  /** `instead` has it in its history, as the provider says: then it runs, too. */
  readonly isWithin?: boolean;
  readonly cell: FleetCell;
  /** What stands between, in words. */
  readonly between: readonly string[];
}

/** What was found. */
export interface Where {
  readonly query: Pick<Query, 'kind' | 'text'>;
  /** The source commits that it means, with where they came from. */
  readonly commits: readonly FleetCommit[];
  readonly images: readonly string[];
  readonly locations: readonly Location[];
}

interface Matched {
  readonly service: FleetService;
  readonly cells: readonly { readonly cell: FleetCell; readonly view: LockView | undefined }[];
}

function between(
  cell: FleetCell,
  earlier: FleetCell | undefined,
  service: FleetService,
  matches: Query['matches'],
  view: LockView | undefined,
): string[] {
  const words: string[] = [];
  for (const { image, tag, digest, commit, stays, reason } of cell.lock?.holds ?? []) {
    const isHeld =
      stays === true ||
      matches(
        defined({ name: image, tag, digest, source: commit === undefined ? undefined : { repository: '', commit } }),
      );
    if (isHeld) words.push(`held: ${reason}`);
  }
  if (view === undefined) words.push('it has no lock here');
  else if (cell.lock?.problem !== undefined) words.push(`its lock cannot be read: ${cell.lock.problem}`);
  if (earlier !== undefined) {
    const where = service.directory === undefined || service.directory === '.' ? '' : ` -C ${service.directory}`;
    words.push(`a promotion: waybill promote --from ${earlier.environment} --to ${cell.environment}${where}`);
  }
  return words;
}

function locationsOf({ service, cells }: Matched, query: Query, url: string | undefined): Location[] {
  const found: Location[] = [];
  let earlier: FleetCell | undefined;
  for (const { cell, view } of cells) {
    const { environment } = cell;
    const now = view?.images.find((one) => query.matches(one));
    const span = view?.spanOf(query.matches);
    const base = { service: service.name, environment, cell };
    const since = span && changeOf(span.since.change, url);
    if (now) {
      const isLive = cell.state === 'success' || cell.state === 'unknown';
      const reason = isLive || cell.reason === undefined ? [] : [cell.reason];
      found.push(defined({ ...base, is: 'runs' as const, image: now.name, since, between: reason }));
      earlier = cell;
    } else if (
      cell.applications.some(
        ({ live, target }) =>
          query.kind === 'commit' && [...live, ...target].some(({ commit }) => commit.startsWith(query.needle)),
      )
    ) {
      found.push({ ...base, is: 'runs', between: ['the cluster has it; the lock does not name it'] });
      earlier = cell;
    } else {
      const [instead] = cell.commits;
      const words = between(cell, span ? undefined : earlier, service, query.matches, view);
      const until = span?.until && changeOf(span.until.change, url);
      found.push(
        defined({ ...base, is: span ? ('ran' as const) : ('not yet' as const), since, until, instead, between: words }),
      );
      // A promotion from here would bring what has replaced it.
      if (span) earlier = undefined;
    }
  }
  return found;
}

/** Where it is. `fleet` is what {@link Readings} come to. */
export function where(readings: Readings, fleet: Fleet, query: Query): Where {
  const { repository, versions, texts } = readings;
  const url = repository?.url;
  const declared = new Map((repository?.services ?? []).map((one) => [one.name, one]));
  const matched = fleet.services.map((service): Matched => {
    const environments = declared.get(service.name)?.environments ?? [];
    return {
      service,
      cells: service.cells.map((cell) => {
        const now = environments.find(({ name }) => name === cell.environment);
        return { cell, view: now?.lock ? new LockView({ versions, texts, url }, now) : undefined };
      }),
    };
  });
  const locations = matched.flatMap((one) => {
    const each = locationsOf(one, query, url);
    return each.some(({ is }) => is !== 'not yet') ? each : [];
  });
  const views = matched.flatMap(({ cells }) => cells.flatMap(({ view }) => view ?? []));
  const commits = new Map<string, FleetCommit>();
  const images = new Set<string>();
  for (const view of views) {
    for (const one of view.commitsWhere(query.matches)) commits.set(one.commit, commits.get(one.commit) ?? one);
    for (const one of view.referencesWhere(query.matches)) images.add(one);
  }
  return {
    query: { kind: query.kind, text: query.text },
    commits: [...commits.values()],
    images: [...images],
    locations,
  };
}
