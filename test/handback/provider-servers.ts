/**
 * Git providers that take statuses and know of deployments, written to their published API descriptions: GitHub's own, for
 * the others excerpts in descriptions/. Every request is held against them.
 */
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import type { Json, JsonObject } from '../../plugin/resources/json.ts';
import { providerBases, providerCheck, type ProviderName } from '../conformance/provider-apis.ts';
import { listen } from './loopback.ts';
import { textAt } from './oracle.ts';

/** What a provider knows of the deployment that is tested. */
export interface Known {
  readonly commit: string;
  readonly environment: string;
  /** Its last word on the deployment, as it says it itself. */
  readonly state: string;
}

interface Provider {
  /** What a token looks like in a request. */
  readonly authorised: (header: (name: string) => string) => boolean;
  /** What it answers to questions. */
  readonly answer: (known: Known, path: string) => Json;
  /** `NAME STATE` of a status that it takes. */
  readonly status: (body: JsonObject) => string;
}

const TOKEN = 'the-token-of-ci';
const basic = (user: string): string => `Basic ${Buffer.from(`${user}:${TOKEN}`).toString('base64')}`;
const words: Readonly<Record<string, string>> = {
  INPROGRESS: 'pending',
  SUCCESSFUL: 'success',
  FAILED: 'failure',
  failed: 'failure',
  succeeded: 'success',
};
const status = (name: string, state: string): string => `${name} ${words[state] ?? state}`;
const context = ({ environment }: Known): string => `deployment/user-service/${environment}`;
const named = (body: JsonObject): string => status(textAt(body, ['context']), textAt(body, ['state']));
const other = { id: 1, context: 'tests/user-service', state: 'failure', status: 'failure' };

const bitbucket: Provider = {
  authorised: (header) => header('authorization') === `Bearer ${TOKEN}`,
  answer: ({ state }) => ({ state, key: 'k', name: 'deployment/user-service/staging' }),
  status: (body) => status(textAt(body, ['name']), textAt(body, ['state'])),
};

const providers: Readonly<Record<ProviderName, Provider>> = {
  github: {
    authorised: (header) => header('authorization') === `Bearer ${TOKEN}`,
    answer: (known, path) =>
      path.includes('/deployments')
        ? [{ id: 8, state: known.state }]
        : { state: 'failure', statuses: [other, { id: 2, context: context(known), state: known.state }] },
    status: named,
  },
  gitlab: {
    authorised: (header) => header('private-token') === TOKEN,
    answer: ({ commit, state }) =>
      state === 'none' ? [] : [{ id: 3, sha: state === 'replaced' ? '0'.repeat(40) : commit, status: 'success' }],
    status: (body) => status(textAt(body, ['name']), textAt(body, ['state'])),
  },
  'bitbucket-cloud': bitbucket,
  'bitbucket-data-center': bitbucket,
  'azure-devops': {
    authorised: (header) => header('authorization') === basic(''),
    answer: (known) => ({
      count: 2,
      value: [
        { state: 'failed', context: { genre: 'waybill', name: context(known) } },
        { state: known.state, context: { genre: 'argocd', name: context(known) } },
      ],
    }),
    status: (body) => status(textAt(body, ['context', 'name']), textAt(body, ['state'])),
  },
  gitea: {
    authorised: (header) => header('authorization') === `token ${TOKEN}`,
    answer: (known) => ({
      state: 'failure',
      statuses: [other, { id: 2, context: context(known), status: known.state }],
    }),
    status: named,
  },
};

/** The token that every provider takes. */
export const statusToken = TOKEN;

/** A body as JSON or as a form. */
function parsed(text: string, type: string): JsonObject {
  if (type.includes('form')) return Object.fromEntries(new URLSearchParams(text));
  return readJsonObjects(text, 'body')[0]?.value ?? {};
}

/** What a server was told. */
export interface Heard {
  /** Statuses in order: `NAME STATE`. */
  readonly statuses: string[];
  /** Requests that are not as described, and such without the token. */
  readonly problems: string[];
  readonly descriptions: string[];
}

/**
 * Runs `work` with the address of a provider in place of its own: `move` changes URLs that begin with the provider's.
 * The first `failures` requests are answered with 502.
 */
export async function withProvider<T>(
  name: ProviderName,
  known: Known,
  failures: number,
  work: (move: (url: string) => string) => Promise<T>,
): Promise<{ result: T; heard: Heard }> {
  const provider = providers[name];
  const check = providerCheck(name);
  const heard: Heard = { statuses: [], problems: [], descriptions: [] };
  let left = failures;
  const { origin } = new URL(providerBases[name]);
  const server = await listen(({ method, path, headers, body: text }) => {
    const header = (key: string): string => headers[key] ?? '';
    const url = origin + path;
    const body = text === '' ? {} : { body: parsed(text, header('content-type')) };
    heard.problems.push(...check({ method, url, headers: {}, ...body, status: 200 }));
    if (!provider.authorised(header)) heard.problems.push(`${url}: no token`);
    if (left-- > 0) return { status: 502 };
    if (body.body !== undefined) {
      heard.statuses.push(provider.status(body.body));
      heard.descriptions.push(textAt(body.body, ['description']));
    }
    return { status: 200, json: provider.answer(known, path) };
  });
  try {
    const result = await work((url) => url.replace(origin, server.url));
    return { result, heard };
  } finally {
    server.close();
  }
}
