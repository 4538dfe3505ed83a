/**
 * Git providers that take statuses and know of deployments, written to their published API descriptions: GitHub's own, for
 * the others excerpts in descriptions/. Every request is held against them.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import type { Json, JsonObject } from '../../plugin/resources/json.ts';
import { createCheck } from '../conformance/api-description.ts';
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
  readonly description: string;
  /** Where the described paths begin, in its own words. */
  readonly base: string;
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

function bitbucket(description: string, base: string): Provider {
  return {
    description,
    base,
    authorised: (header) => header('authorization') === `Bearer ${TOKEN}`,
    answer: ({ state }) => ({ state, key: 'k', name: 'deployment/user-service/staging' }),
    status: (body) => status(textAt(body, ['name']), textAt(body, ['state'])),
  };
}

const providers = {
  github: {
    description: '',
    base: 'https://api.github.com',
    authorised: (header) => header('authorization') === `Bearer ${TOKEN}`,
    answer: (known, path) =>
      path.includes('/deployments')
        ? [{ id: 8, state: known.state }]
        : { state: 'failure', statuses: [other, { id: 2, context: context(known), state: known.state }] },
    status: named,
  },
  gitlab: {
    description: 'gitlab',
    base: 'https://gitlab.com/api/v4',
    authorised: (header) => header('private-token') === TOKEN,
    answer: ({ commit, state }) =>
      state === 'none' ? [] : [{ id: 3, sha: state === 'replaced' ? '0'.repeat(40) : commit, status: 'success' }],
    status: (body) => status(textAt(body, ['name']), textAt(body, ['state'])),
  },
  'bitbucket-cloud': bitbucket('bitbucket-cloud', 'https://api.bitbucket.org/2.0'),
  'bitbucket-data-center': bitbucket('bitbucket-data-center', 'https://bitbucket.acme.dev/rest/api/latest'),
  'azure-devops': {
    description: 'azure-devops',
    base: 'https://dev.azure.com',
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
    description: 'gitea',
    base: 'https://git.acme.dev/api/v1',
    authorised: (header) => header('authorization') === `token ${TOKEN}`,
    answer: (known) => ({
      state: 'failure',
      statuses: [other, { id: 2, context: context(known), status: known.state }],
    }),
    status: named,
  },
} satisfies Record<string, Provider>;

/** The name of a provider. */
export type ProviderName = keyof typeof providers;

/** The token that every provider takes. */
export const statusToken = TOKEN;

const checks = new Map<string, ReturnType<typeof createCheck>>();

function checkOf({ description, base }: Provider): ReturnType<typeof createCheck> {
  const known = checks.get(base);
  if (known) return known;
  const file =
    description === ''
      ? createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
      : join(import.meta.dirname, 'descriptions', `${description}.json`);
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), file);
  const check = createCheck({ document: document?.value ?? {}, base });
  checks.set(base, check);
  return check;
}

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
  const provider: Provider = providers[name];
  const check = checkOf(provider);
  const heard: Heard = { statuses: [], problems: [], descriptions: [] };
  let left = failures;
  const { origin } = new URL(provider.base);
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
