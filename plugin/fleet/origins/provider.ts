/**
 * The Git providers of the source repositories as an origin: how many commits lie between two environments, what commits
 * are about, which pull request brought them, and what was reported of them. It adds to a fleet and never changes a
 * state: whoever may write statuses can write any. What a provider does not say is left out, and its origin says so.
 */
import { compareURL, parseRepository, type Repository } from '../../record/repository.ts';
import type {
  Fleet,
  FleetCell,
  FleetCommit,
  FleetHistoryEntry,
  FleetOrigin,
  FleetService,
} from '../../schemas/fleet.generated.ts';
import { defined } from '../defined.ts';
import { Asking, type Host, hostOf, type Hosts } from '../providers/asking.ts';
import type { CommitFacts, Distance, In, PullRequest, Report } from '../providers/provider.ts';
import { timeOf } from '../versions.ts';
import { wantedReports } from '../wait.ts';

type Question<Answer> = (host: Host, where: In) => Promise<Answer | undefined>;

/** A commit that no pull request brought. */
const noPullRequest: PullRequest = { number: -1, url: '', title: '' };

/** For how long it is not asked again what a provider did not know, and what may change, in milliseconds. */
const shortly = 600_000;

function link(url: string): string | undefined {
  return /^https?:\/\//u.test(url) ? url : undefined;
}

/** The source commits of a cell and of the one before it, of the first image that both have from one repository. */
function comparedOf(
  cell: FleetCell,
  before: FleetCell | undefined,
): { from: FleetCommit; to: FleetCommit } | undefined {
  if (!cell.behind || cell.behind.same || !before) return undefined;
  for (const from of cell.commits) {
    const to = before.commits.find(
      ({ repository, commit, images }) =>
        repository === from.repository && commit !== from.commit && images.some((one) => from.images.includes(one)),
    );
    if (to) return { from, to };
  }
  return undefined;
}

function beforeOf({ cells }: FleetService, { behind }: FleetCell): FleetCell | undefined {
  return behind && cells.find(({ environment }) => environment === behind.environment);
}

function newestFirst(a: FleetHistoryEntry, b: FleetHistoryEntry): number {
  return a.at < b.at ? 1 : a.at > b.at ? -1 : 0;
}

function entryOf({ commit, repository }: FleetCommit, report: Report): FleetHistoryEntry[] {
  const { at, state: what, description, url } = report;
  if (at === undefined) return [];
  const from = 'provider' as const;
  return [defined({ at: timeOf(at), what, from, commit, repository, text: description || undefined, url: link(url) })];
}

function withFacts(commit: FleetCommit, facts: CommitFacts | undefined, pull: PullRequest | undefined): FleetCommit {
  const said = {
    subject: commit.subject ?? (facts?.subject || undefined),
    author: commit.author ?? (facts?.author || undefined),
    committedAt: commit.committedAt ?? (facts?.at === undefined ? undefined : timeOf(facts.at)),
    pullRequest:
      commit.pullRequest ??
      (pull && defined({ number: pull.number, url: link(pull.url), title: pull.title || undefined })),
  };
  return { ...commit, ...defined(said) };
}

/** The fleet with what is said of each of its cells. */
async function each(
  work: (cell: FleetCell, service: FleetService) => Promise<Partial<FleetCell>>,
  fleet: Fleet,
): Promise<Fleet> {
  const services = fleet.services.map(async (service): Promise<FleetService> => {
    const cells = service.cells.map(async (cell) => Object.assign({}, cell, await work(cell, service)));
    return { ...service, cells: await Promise.all(cells) };
  });
  return { ...fleet, services: await Promise.all(services) };
}

/** Questions of one kind, each asked once: what is known of commits never changes. */
class Kind<Answer> {
  readonly #kept = new Map<string, { readonly answer: Promise<Answer | undefined>; until: number }>();
  readonly #lasts: boolean;

  /** @param lasts whether an answer is good for ever */
  constructor(lasts: boolean) {
    this.#lasts = lasts;
  }

  async ask(key: string, now: () => number, question: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const known = this.#kept.get(key);
    if (known && known.until > now()) return await known.answer;
    const made = { answer: question(), until: Number.POSITIVE_INFINITY };
    this.#kept.set(key, made);
    const answer = await made.answer;
    if (answer === undefined || !this.#lasts) made.until = now() + shortly;
    return answer;
  }
}

/** Asks providers, and keeps what it has learned for as long as it lives. */
export class Providers {
  readonly #hosts: Hosts;
  readonly #now: () => number;
  readonly #reached = new Map<string, Host | string>();
  #asking = new Map<string, Asking>();
  readonly #distances = new Kind<Distance>(true);
  readonly #facts = new Kind<CommitFacts>(true);
  readonly #pullRequests = new Kind<PullRequest>(true);
  readonly #commits = new Kind<readonly string[]>(false);
  readonly #reports = new Kind<readonly Report[]>(false);

  constructor(hosts: Hosts, now: () => number = Date.now) {
    this.#hosts = hosts;
    this.#now = now;
  }

  /** What was asked since the last call of {@link restart}. */
  get origins(): FleetOrigin[] {
    return [...this.#asking.values()].map(({ origin }) => origin);
  }

  /** Begins another reading: limits count from here, and hosts that failed are tried again. */
  restart(): void {
    this.#asking = new Map();
  }

  #askingOf(repository: Repository): Asking {
    const { host } = repository;
    const known = this.#asking.get(host);
    if (known) return known;
    const reached = this.#reached.get(host) ?? hostOf(repository, this.#hosts);
    this.#reached.set(host, reached);
    const made = new Asking(host, reached, this.#now);
    this.#asking.set(host, made);
    return made;
  }

  async #ask<Answer>(kind: Kind<Answer>, page: string, key: string, question: Question<Answer>) {
    const repository = parseRepository(page);
    if (!repository) return undefined;
    return await kind.ask(`${repository.webURL}\0${key}`, this.#now, async () => {
      const asking = this.#askingOf(repository);
      return await asking.about(async (host) => await question(host, { repository }));
    });
  }

  async #comparison(cell: FleetCell, before: FleetCell | undefined): Promise<FleetCell['behind']> {
    const compared = comparedOf(cell, before);
    if (!compared || !cell.behind) return cell.behind;
    const { from, to } = compared;
    const found = await this.#ask(this.#distances, from.repository, `${from.commit} ${to.commit}`, (host, where) =>
      host.provider.compare(host.ask, where, from.commit, to.commit),
    );
    const repository = parseRepository(from.repository);
    if (!found || !repository) return cell.behind;
    const url = compareURL(repository, from.commit, to.commit);
    return { ...cell.behind, ...defined({ commits: found.ahead, ahead: found.behind, url }) };
  }

  /** The commit with its subject, author and pull request. */
  async commit(commit: FleetCommit): Promise<FleetCommit> {
    const { repository, commit: id, subject, author, pullRequest } = commit;
    const [facts, pull] = await Promise.all([
      subject === undefined || author === undefined
        ? this.#ask(this.#facts, repository, id, (host, where) => host.provider.commit(host.ask, where, id))
        : undefined,
      pullRequest === undefined
        ? this.#ask(this.#pullRequests, repository, id, async (host, where) =>
            // Not an unknown thing where there is no such question.
            host.provider.pullRequestOf
              ? ((await host.provider.pullRequestOf(host.ask, where, id)) ?? noPullRequest)
              : noPullRequest,
          )
        : undefined,
    ]);
    return withFacts(commit, facts, pull === noPullRequest ? undefined : pull);
  }

  async #entries({ name }: FleetService, cell: FleetCell): Promise<FleetHistoryEntry[]> {
    const environment = cell.reportedAs ?? cell.environment;
    const names = cell.applications.map((one) => one.name);
    const applications = names.length > 0 ? names : [name, `${name}-${cell.environment}`];
    const entries = cell.commits.map(async (commit) => {
      const { repository: page, commit: id } = commit;
      const all = await this.#ask(this.#reports, page, `${id} ${environment}`, (host, { repository }) =>
        host.provider.reports(host.ask, { repository, commit: id, environment, branch: undefined }),
      );
      const own = (all ?? []).filter(
        (one) => one.environment === undefined || one.environment.toLowerCase() === environment.toLowerCase(),
      );
      const repository = parseRepository(page);
      if (!repository) return [];
      const wanted = { repository, commit: id, environment, branch: undefined };
      return wantedReports(own, { wanted, applications, contexts: [] }).flatMap((one) => entryOf(commit, one));
    });
    return (await Promise.all(entries)).flat();
  }

  /** The commits of a pull request, by its page's repository. Empty where nothing is known of it. */
  async commitsOf(page: string, number: number): Promise<readonly string[]> {
    const found = await this.#ask(this.#commits, page, String(number), async (host, where) => {
      const commits = await host.provider.commitsOf(host.ask, where, number);
      return commits.length === 0 ? undefined : commits;
    });
    return found ?? [];
  }

  /** Whether the second commit has the first one in its history; undefined where the provider does not say. */
  async isIn(page: string, commit: string, later: string): Promise<boolean | undefined> {
    const found = await this.#ask(this.#distances, page, `${later} ${commit}`, (host, where) =>
      host.provider.compare(host.ask, where, later, commit),
    );
    return found && found.ahead === 0;
  }

  /**
   * The fleet with what the providers of its source repositories know. The distances come first: they matter most where
   * a limit ends the questions.
   * @param withHistory whether reports of deployments are asked for, which costs two requests or more for each cell
   */
  async fleet(fleet: Fleet, withHistory: boolean): Promise<Fleet> {
    const compared = await each(async (cell, service) => {
      const behind = await this.#comparison(cell, beforeOf(service, cell));
      return behind ? { behind } : {};
    }, fleet);
    const described = await each(async ({ commits }) => {
      return { commits: await Promise.all(commits.map(async (one) => await this.commit(one))) };
    }, compared);
    const whole = withHistory
      ? await each(async (cell, service) => {
          const entries = await this.#entries(service, cell);
          return { history: [...cell.history, ...entries].sort(newestFirst) };
        }, described)
      : described;
    return { ...whole, origins: [...fleet.origins, ...this.origins] };
  }
}
