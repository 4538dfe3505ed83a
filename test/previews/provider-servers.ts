/**
 * Git providers as `waybill preview` asks and tells them: pull requests, comments, commit statuses and labels, kept in
 * the shapes of each provider's API. Requests are held against the provider's API description.
 */
import { isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { textAt } from '../handback/oracle.ts';
import { type Answer, listen, type Loopback } from '../handback/loopback.ts';
import { type ProviderName, providerBases, providerCheck } from '../conformance/provider-apis.ts';

/** A pull request, of any state. */
export interface Pull {
  readonly number: number;
  branch: string;
  commit: string;
  title: string;
  labels: string[];
  state: 'open' | 'closed' | 'merged';
  fork?: boolean;
}

interface Status {
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly url: string;
}

/** What a provider keeps. */
interface World {
  pulls: Pull[];
  comments: { readonly id: number; readonly number: number; body: string }[];
  /** By commit. */
  statuses: Map<string, Status[]>;
  /** GitLab's environments that were stopped. */
  stopped: string[];
  /** What is wrong with requests, by the API's description. */
  problems: string[];
  /** Methods and paths, in order. */
  requests: string[];
  /** Happens once when a status is read again after it was reported. */
  later?: (() => void) | undefined;
  /** Answers to the next requests that change something, in place of the provider's. */
  refusals: Answer[];
}

interface Request {
  readonly method: string;
  /** Without the API's prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** One provider: where its API is, and its answers. Undefined: there is no such path. */
interface Product {
  readonly name: ProviderName;
  readonly prefix: string;
  readonly header: string;
  readonly answer: (world: World, request: Request) => Json | undefined;
}

const time = (index: number): string => new Date(Date.UTC(2026, 5, 1) + index * 1000).toISOString();
const stateOf = (pull: Pull, words: readonly [string, string, string]): string =>
  words[pull.state === 'open' ? 0 : pull.state === 'closed' ? 1 : 2];
const numberIn = (path: string): number => Number(/\/(\d+)(?:\/|$)/u.exec(path)?.[1]);
const own = (world: World, path: string): Pull | undefined =>
  world.pulls.find(({ number }) => number === numberIn(path));

function add(world: World, number: number, body: string): Json {
  world.comments.push({ id: world.comments.length + 100, number, body });
  return {};
}

function edit(world: World, id: number, body: string): Json | undefined {
  const found = world.comments.find((one) => one.id === id);
  if (found) found.body = body;
  return found && {};
}

function told(world: World, commit: string, status: Status): Json {
  world.statuses.set(commit, [...(world.statuses.get(commit) ?? []), status]);
  return {};
}

/** A page of a list, by the provider's names for number and size. */
function page<Item>(all: readonly Item[], query: URLSearchParams, number: string, size: string): Item[] {
  const length = Number(query.get(size) ?? 20);
  const start = number === 'start' || number === '$skip' ? Number(query.get(number) ?? 0) : 0;
  const from = start || (Number(query.get(number) ?? 1) - 1) * (number === 'start' || number === '$skip' ? 0 : length);
  return all.slice(from, from + length);
}

const isOpen = ({ state }: Pull): boolean => state === 'open';

const gitlabPull = (pull: Pull): Json => ({
  iid: pull.number,
  source_branch: pull.branch,
  sha: pull.commit,
  title: pull.title,
  labels: pull.labels,
  state: stateOf(pull, ['opened', 'closed', 'merged']),
  source_project_id: pull.fork ? 9 : 7,
  target_project_id: 7,
});
const giteaPull = (pull: Pull): Json => ({
  number: pull.number,
  title: pull.title,
  head: { ref: pull.branch, sha: pull.commit, repo_id: pull.fork ? 9 : 7 },
  base: { ref: 'main', repo_id: 7 },
  labels: pull.labels.map((name, id) => ({ id, name })),
  state: isOpen(pull) ? 'open' : 'closed',
});
const repositoryNamed = (name: string): JsonObject => ({ full_name: name });
const bitbucketPull = (pull: Pull): Json => ({
  id: pull.number,
  title: pull.title,
  state: stateOf(pull, ['OPEN', 'DECLINED', 'MERGED']),
  source: {
    branch: { name: pull.branch },
    commit: { hash: pull.commit.slice(0, 12) },
    repository: repositoryNamed(pull.fork ? 'eve/user-service' : 'acme/user-service'),
  },
  destination: { branch: { name: 'main' }, repository: repositoryNamed('acme/user-service') },
});
const repositoryOf = (key: string): JsonObject => ({ slug: 'user-service', project: { key } });
const dataCenterPull = (pull: Pull): Json => ({
  id: pull.number,
  version: 3,
  title: pull.title,
  description: 'What it does',
  reviewers: [{ user: { name: 'ada' }, approved: true }],
  state: stateOf(pull, ['OPEN', 'DECLINED', 'MERGED']),
  fromRef: { displayId: pull.branch, latestCommit: pull.commit, repository: repositoryOf(pull.fork ? '~EVE' : 'ACME') },
  toRef: { displayId: 'main', repository: repositoryOf('ACME') },
});
const azurePull = (pull: Pull, labels = true): Json => ({
  pullRequestId: pull.number,
  title: pull.title,
  status: stateOf(pull, ['active', 'abandoned', 'completed']),
  sourceRefName: `refs/heads/${pull.branch}`,
  lastMergeSourceCommit: { commitId: pull.commit },
  ...(labels ? { labels: pull.labels.map((name) => ({ name })) } : {}),
  ...(pull.fork ? { forkSource: { name: 'refs/heads/main' } } : {}),
});
const value = (all: Json): Json => ({ value: all });

const values = (all: Json): Json => ({ values: all });

/** The providers, by their names for `--provider`. */
export const products: Readonly<Record<string, Product>> = {
  gitlab: {
    name: 'gitlab',
    prefix: '/api/v4',
    header: 'private-token',
    answer(world, { method, path, query, body }) {
      const rest = path.replace('/projects/acme%2Fuser-service', '');
      const commit = rest.split('/').at(method === 'POST' ? 2 : 3) ?? '';
      if (rest === '/merge_requests')
        return page(
          world.pulls.filter((one) => query.get('state') === 'all' || isOpen(one)),
          query,
          'page',
          'per_page',
        ).map(gitlabPull);
      if (rest.startsWith('/statuses/'))
        return told(world, commit, {
          context: textAt(body, ['name']),
          state: textAt(body, ['state']),
          description: textAt(body, ['description']),
          url: textAt(body, ['target_url']),
        });
      if (rest.startsWith('/repository/commits/'))
        return (world.statuses.get(commit) ?? []).map((one, index) => ({
          name: one.context,
          status: one.state,
          description: one.description,
          target_url: one.url,
          created_at: time(index),
          finished_at: null,
        }));
      if (rest === '/environments') return [{ id: 5, name: query.get('name') }];
      if (rest.endsWith('/stop')) {
        world.stopped.push(rest);
        return {};
      }
      const pull = own(world, rest);
      if (!pull) return undefined;
      if (rest.endsWith('/notes') && method === 'POST') return add(world, pull.number, textAt(body, ['body']));
      if (rest.endsWith('/notes'))
        return page(
          world.comments.filter(({ number }) => number === pull.number),
          query,
          'page',
          'per_page',
        ).map(({ id, body: text }) => ({ id, body: text }));
      if (rest.includes('/notes/')) return edit(world, Number(rest.split('/').at(-1)), textAt(body, ['body']));
      if (method === 'PUT') pull.labels = pull.labels.filter((one) => one !== textAt(body, ['remove_labels']));
      return gitlabPull(pull);
    },
  },
  gitea: {
    name: 'gitea',
    prefix: '/api/v1',
    header: 'authorization',
    answer(world, { method, path, query, body }) {
      const rest = path.replace('/repos/acme/user-service', '');
      const [, kind = '', commit = ''] = rest.split('/');
      if (rest === '/pulls')
        return page(
          world.pulls.filter((one) => isOpen(one) === (query.get('state') === 'open')),
          query,
          'page',
          'limit',
        ).map(giteaPull);
      if (kind === 'statuses')
        return told(world, commit, {
          context: textAt(body, ['context']),
          state: textAt(body, ['state']),
          description: textAt(body, ['description']),
          url: textAt(body, ['target_url']),
        });
      if (kind === 'commits')
        return {
          statuses: (world.statuses.get(commit) ?? []).map((one, index) => ({
            context: one.context,
            status: one.state,
            description: one.description,
            target_url: one.url,
            updated_at: time(index),
          })),
        };
      if (rest.startsWith('/issues/comments/')) return edit(world, numberIn(rest), textAt(body, ['body']));
      const pull = own(world, rest);
      if (!pull) return undefined;
      if (rest.endsWith('/comments') && method === 'POST') return add(world, pull.number, textAt(body, ['body']));
      if (rest.endsWith('/comments'))
        return world.comments
          .filter(({ number }) => number === pull.number)
          .map(({ id, body: text }) => ({ id, body: text }));
      if (rest.endsWith('/labels')) return pull.labels.map((name, id) => ({ id, name }));
      if (method === 'DELETE') pull.labels.splice(Number(rest.split('/').at(-1)), 1);
      return giteaPull(pull);
    },
  },
  bitbucket: {
    name: 'bitbucket-cloud',
    prefix: '/2.0',
    header: 'authorization',
    answer(world, { method, path, query, body }) {
      const rest = path.replace('/repositories/acme/user-service', '');
      const [, kind = '', commit = ''] = rest.split('/');
      if (rest === '/pullrequests')
        return values(
          page(
            world.pulls.filter((one) => isOpen(one) === (query.get('state') === 'OPEN')),
            query,
            'page',
            'pagelen',
          ).map(bitbucketPull),
        );
      if (kind === 'commit' && method === 'POST')
        return told(world, commit, {
          context: textAt(body, ['name']),
          state: textAt(body, ['state']),
          description: textAt(body, ['description']),
          url: textAt(body, ['url']),
        });
      if (kind === 'commit')
        return values(
          (world.statuses.get(commit) ?? []).map((one, index) => ({
            name: one.context,
            state: one.state,
            description: one.description,
            url: one.url,
            updated_on: time(index),
          })),
        );
      const pull = own(world, rest);
      if (!pull) return undefined;
      const raw = textAt(body, ['content', 'raw']);
      if (rest.endsWith('/comments') && method === 'POST') return add(world, pull.number, raw);
      if (rest.endsWith('/comments'))
        return values(
          page(
            world.comments.filter(({ number }) => number === pull.number),
            query,
            'page',
            'pagelen',
          ).map(({ id, body: text }) => ({ id, content: { raw: text } })),
        );
      if (rest.includes('/comments/')) return edit(world, Number(rest.split('/').at(-1)), raw);
      if (method === 'PUT') pull.title = textAt(body, ['title']);
      return bitbucketPull(pull);
    },
  },
  'bitbucket-data-center': {
    name: 'bitbucket-data-center',
    prefix: '/rest/api/latest',
    header: 'authorization',
    answer(world, { method, path, query, body }) {
      const rest = path.replace('/projects/ACME/repos/user-service', '');
      const commit = rest.split('/').at(rest.startsWith('/rest/') ? 5 : 2) ?? '';
      if (rest === '/pull-requests')
        return values(
          page(
            world.pulls.filter((one) => stateOf(one, ['OPEN', 'DECLINED', 'MERGED']) === query.get('state')),
            query,
            'start',
            'limit',
          ).map(dataCenterPull),
        );
      if (rest.endsWith('/builds'))
        return told(world, commit, {
          context: textAt(body, ['key']),
          state: textAt(body, ['state']),
          description: textAt(body, ['description']),
          url: textAt(body, ['url']),
        });
      if (rest.startsWith('/rest/build-status/'))
        return values(
          (world.statuses.get(commit) ?? []).map((one, index) => ({
            key: one.context,
            name: one.context,
            state: one.state,
            description: one.description,
            url: one.url,
            dateAdded: Date.UTC(2026, 5, 1) + index * 1000,
          })),
        );
      const pull = own(world, rest);
      if (!pull) return undefined;
      if (rest.endsWith('/activities'))
        return values(
          page(world.comments.filter(({ number }) => number === pull.number).toReversed(), query, 'start', 'limit').map(
            ({ id, body: text }) => ({
              action: 'COMMENTED',
              commentAction: 'ADDED',
              comment: { id, version: 2, text },
            }),
          ),
        );
      if (rest.endsWith('/comments')) return add(world, pull.number, textAt(body, ['text']));
      const id = Number(/\/comments\/(\d+)$/u.exec(rest)?.[1]);
      if (id > 0) return method === 'PUT' ? edit(world, id, textAt(body, ['text'])) : { id, version: 2 };
      if (method === 'PUT') {
        // Reviewers that are left out are taken away.
        expectReviewers(world, body);
        pull.title = textAt(body, ['title']);
      }
      return dataCenterPull(pull);
    },
  },
  'azure-devops': {
    name: 'azure-devops',
    prefix: '',
    header: 'authorization',
    answer(world, { method, path, query, body }) {
      const rest = path.replace('/acme/ecotrack/_apis/git/repositories/user-service', '');
      const [, kind = '', commit = ''] = rest.split('/');
      if (rest === '/pullrequests') {
        const listed = world.pulls.filter(
          (one) => stateOf(one, ['active', 'abandoned', 'completed']) === query.get('searchCriteria.status'),
        );
        return value(page(listed, query, '$skip', '$top').map((one) => azurePull(one)));
      }
      if (kind === 'commits' && method === 'POST')
        return told(world, commit, {
          context: textAt(body, ['context', 'name']),
          state: textAt(body, ['state']),
          description: textAt(body, ['description']),
          url: textAt(body, ['targetUrl']),
        });
      if (kind === 'commits')
        return value(
          (world.statuses.get(commit) ?? []).map((one, index) => ({
            state: one.state,
            description: one.description,
            targetUrl: one.url,
            context: { genre: 'argocd', name: one.context },
            creationDate: time(index),
          })),
        );
      const pull = own(world, rest);
      if (!pull) return undefined;
      if (rest.endsWith('/threads') && method === 'POST')
        return add(world, pull.number, textAt(body, ['comments', 0, 'content']));
      if (rest.endsWith('/threads'))
        return value(
          world.comments
            .filter(({ number }) => number === pull.number)
            .map(({ id, body: text }) => ({ id, comments: [{ id: 1, content: text }] })),
        );
      const thread = Number(/\/threads\/(\d+)\/comments\/1$/u.exec(rest)?.[1]);
      if (thread > 0) return edit(world, thread, textAt(body, ['content']));
      if (method === 'DELETE') pull.labels = pull.labels.filter((one) => !rest.endsWith(`/${one}`));
      if (rest.endsWith('/labels')) return value(pull.labels.map((name) => ({ name })));
      return azurePull(pull, false);
    },
  },
};

function expectReviewers(world: World, body: JsonObject): void {
  if (textAt(body, ['reviewers', 0, 'user', 'name']) !== 'ada') world.problems.push('the reviewers are gone');
  if (valueAt(body, ['version']) !== 3) world.problems.push('not the version that was read');
}

/** A provider that runs, and the address of its API. */
export interface ProviderServer extends Loopback {
  readonly world: World;
  readonly api: string;
}

/** Starts a provider without pull requests; `token` is the only one that it takes. */
export async function startProviderServer(key: string, token: string): Promise<ProviderServer> {
  const product = products[key];
  if (!product) throw new Error(key);
  const { name, prefix, header, answer } = product;
  const world: World = {
    pulls: [],
    comments: [],
    statuses: new Map(),
    stopped: [],
    problems: [],
    requests: [],
    refusals: [],
  };
  const described = providerBases[name];
  const check = providerCheck(name);
  const server = await listen((arrived): Answer => {
    const url = new URL(arrived.path, 'http://x');
    const credentials = arrived.headers[header] ?? '';
    const basic = Buffer.from(credentials.replace('Basic ', ''), 'base64').toString();
    if (!credentials.endsWith(token) && basic !== `:${token}`) return { status: 401, json: {} };
    const [sent] = arrived.body === '' ? [] : readJsonObjects(arrived.body, 'body');
    const body = isObject(sent?.value) ? sent.value : {};
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
    world.requests.push(`${arrived.method} ${path}`);
    if (url.pathname.startsWith(`${prefix}/`))
      world.problems.push(
        ...check({
          method: arrived.method,
          url: `${described}${path}${url.search}`,
          headers: {},
          status: 200,
          ...(sent ? { body } : {}),
        }),
      );
    if (arrived.method === 'GET' && world.statuses.size > 0 && /status(?:es)?$|build-status/u.test(path)) {
      world.later?.();
      world.later = undefined;
    }
    const refusal = arrived.method === 'GET' ? undefined : world.refusals.shift();
    if (refusal) return refusal;
    const json = answer(world, { method: arrived.method, path, query: url.searchParams, body });
    return json === undefined ? { status: 404, json: {} } : { status: arrived.method === 'POST' ? 201 : 200, json };
  });
  return { ...server, close: () => server.close(), world, api: `${server.url}${prefix}` };
}
