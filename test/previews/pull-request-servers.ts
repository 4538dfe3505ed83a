/**
 * Git providers as Argo CD's pull-request generator asks them: one list of open pull requests, in the form of each
 * provider's API. The generator's own clients read it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, type MutableJsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { withValue } from '../../plugin/resources/with-value.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type Answer, type Arrived, listen } from '../handback/loopback.ts';

/** An open pull request. */
export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly labels?: readonly string[];
}

interface Provider {
  /** The generator's key in the ApplicationSet. */
  readonly key: string;
  /** What follows the server's address in `api`. */
  readonly api: string;
  /** The path that lists pull requests, and the header that must have the token. */
  readonly path: string;
  readonly header: string;
  readonly list: (pulls: readonly PullRequest[]) => unknown;
  /** Other requests that the client makes before. */
  readonly others?: Readonly<Record<string, unknown>>;
}

const named = (labels: readonly string[] = []): { name: string }[] => labels.map((name) => ({ name }));

/** Bitbucket has no labels: words of the title in brackets are those. */
const titled = (title: string, labels: readonly string[] = []): string =>
  [title, ...labels.map((label) => `[${label}]`)].join(' ');

/** The six variants, by the name of the example's file. */
export const providers: Readonly<Record<string, Provider>> = {
  github: {
    key: 'github',
    api: '/',
    path: '/api/v3/repos/acme/user-service/pulls',
    header: 'authorization',
    list: (pulls) =>
      pulls.map(({ number, branch, commit, labels }) => ({
        number,
        title: branch,
        head: { ref: branch, sha: commit },
        base: { ref: 'main' },
        labels: named(labels),
        user: { login: 'ada' },
      })),
  },
  gitlab: {
    key: 'gitlab',
    api: '/',
    path: '/api/v4/projects/acme%2Fuser-service/merge_requests',
    header: 'private-token',
    list: (pulls) =>
      pulls.map(({ number, branch, commit, labels }) => ({
        iid: number,
        title: branch,
        source_branch: branch,
        target_branch: 'main',
        sha: commit,
        labels,
        author: { username: 'ada' },
      })),
  },
  gitea: {
    key: 'gitea',
    api: '',
    path: '/api/v1/repos/acme/user-service/pulls',
    header: 'authorization',
    others: { '/api/v1/version': { version: '1.24.0' } },
    list: (pulls) =>
      pulls.map(({ number, branch, commit, labels }) => ({
        number,
        title: branch,
        head: { ref: branch, sha: commit },
        base: { ref: 'main' },
        labels: named(labels),
        user: { login: 'ada' },
      })),
  },
  'bitbucket-cloud': {
    key: 'bitbucket',
    api: '',
    path: '/repositories/acme/user-service/pullrequests/',
    header: 'authorization',
    list: (pulls) => ({
      page: 1,
      size: pulls.length,
      pagelen: 10,
      values: pulls.map(({ number, branch, commit, labels }) => ({
        id: number,
        title: titled(branch, labels),
        // Bitbucket Cloud shortens commits in its lists.
        source: { branch: { name: branch }, commit: { hash: commit.slice(0, 12) } },
        destination: { branch: { name: 'main' } },
        author: { nickname: 'ada' },
      })),
    }),
  },
  'bitbucket-data-center': {
    key: 'bitbucketServer',
    api: '/rest',
    path: '/rest/api/1.0/projects/ACME/repos/user-service/pull-requests',
    header: 'authorization',
    list: (pulls) => ({
      size: pulls.length,
      limit: 100,
      isLastPage: true,
      values: pulls.map(({ number, branch, commit, labels }) => ({
        id: number,
        title: titled(branch, labels),
        fromRef: { id: `refs/heads/${branch}`, displayId: branch, latestCommit: commit },
        toRef: { id: 'refs/heads/main', displayId: 'main', latestCommit: '0'.repeat(40) },
        author: { user: { name: 'ada' } },
      })),
      start: 0,
    }),
  },
  'azure-devops': {
    key: 'azuredevops',
    api: '',
    path: '/acme/ecotrack/_apis/git/pullrequests',
    header: 'authorization',
    others: {
      '/acme/_apis/ResourceAreas': { count: 0, value: [] },
      '/acme/_apis': {
        count: 2,
        value: [
          {
            id: 'e81700f7-3be2-46de-8624-2eb35882fcaa',
            area: 'Location',
            resourceName: 'ResourceAreas',
            routeTemplate: '_apis/{resource}/{areaId}',
            resourceVersion: 1,
            minVersion: '1.0',
            maxVersion: '7.1',
            releasedVersion: '0.0',
          },
          {
            id: 'a5d28130-9cd2-40fa-9f08-902e7daa9efb',
            area: 'git',
            resourceName: 'pullRequests',
            routeTemplate: '{project}/_apis/{area}/pullrequests',
            resourceVersion: 1,
            minVersion: '1.0',
            maxVersion: '7.1',
            releasedVersion: '7.1',
          },
        ],
      },
    },
    list: (pulls) => ({
      count: pulls.length,
      value: pulls.map(({ number, branch, commit, labels }) => ({
        pullRequestId: number,
        title: branch,
        repository: { name: 'user-service' },
        sourceRefName: `refs/heads/${branch}`,
        targetRefName: 'refs/heads/main',
        lastMergeSourceCommit: { commitId: commit },
        labels: named(labels),
        createdBy: { uniqueName: 'ada@acme.dev' },
      })),
    }),
  },
};

/** A server of one provider; `pulls` are those that are open. */
export async function startProvider(
  { path, header, list, others = {} }: Provider,
  pulls: () => readonly PullRequest[],
): Promise<{ readonly url: string; readonly seen: string[]; close(): void }> {
  const seen: string[] = [];
  const answer = (request: Arrived): Answer => {
    const [asked = '', query] = request.path.split('?');
    // GitLab's server filters; the generator filters for the others.
    const wanted = new URLSearchParams(query).get('labels');
    const listed = pulls().filter(({ labels = [] }) => wanted === null || labels.includes(wanted));
    const other = Object.hasOwn(others, asked) ? others[asked] : undefined;
    if (other !== undefined) return { status: 200, json: other };
    const token = Buffer.from(request.headers[header]?.replace(/^\S+ /u, '') ?? '', 'base64').toString();
    const known = request.headers[header]?.includes('token-of-') === true || token.includes('token-of-');
    seen.push(`${request.method} ${asked}${known ? '' : ' without a token'}`);
    return asked === path ? { status: 200, json: list(listed) } : { status: 404, json: { message: 'not found' } };
  };
  const server = await listen(answer);
  return { ...server, close: () => server.close(), seen };
}

/** The example's ApplicationSet with its server at `url`, written into `folder`. */
export function applicationSetFor(name: string, url: string, folder: string): string {
  const file = `examples/previews/applicationsets/${name}.yaml`;
  const [document] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
  const { key = '', api = '' } = providers[name] ?? {};
  const path = ['spec', 'generators', 0, 'pullRequest', key];
  const value = document?.value ?? null;
  const provider = valueAt(value, path);
  if (!isObject(value) || !isObject(provider)) throw new Error(`${file} has no ${key}`);
  const moved: MutableJsonObject = { ...provider, api: `${url}${api}` };
  const made: JsonObject = withValue(value, path, moved);
  const target = join(folder, `${name}.json`);
  writeFileSync(target, JSON.stringify(made));
  return target;
}
