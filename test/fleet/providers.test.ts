/**
 * The Git provider as an origin of the fleet: the real command line against a GitHub that is made up, whose requests and
 * answers are held against GitHub's published description; the other providers by the shapes of their documentation.
 */
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Provider } from '../../plugin/fleet/providers/provider.ts';
import { mayGetToken, parseNamedHost, providerOf, tokenOf } from '../../plugin/fleet/providers/providers.ts';
import { parseRepository } from '../../plugin/record/repository.ts';
import type { Json } from '../../plugin/resources/json.ts';
import { githubDescription } from '../conformance/github-api.ts';
import { createRepository } from '../tools/repository.ts';
import { type CliResult, runCli } from '../tools/run-cli.ts';

const older = 'a'.repeat(40);
const newer = 'b'.repeat(40);
const merged = 'c'.repeat(40);
const secret = 'token-that-nobody-may-see';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** What a GitHub knows: `newer` is 3 commits ahead of `older`, and has `merged`, of pull request 12, in its history. */
function known(path: string): Answer {
  const compared: Record<string, readonly [number, number]> = {
    [`${older}...${newer}`]: [3, 0],
    [`${newer}...${merged}`]: [0, 1],
    [`${older}...${merged}`]: [2, 0],
  };
  const [, pair = ''] = /\/compare\/(.*)$/u.exec(path) ?? [];
  const [ahead, behind] = compared[pair] ?? [];
  if (ahead !== undefined) return { body: { ahead_by: ahead, behind_by: behind, commits: [] } };
  const pull = {
    number: 12,
    title: 'Retry <b>payments</b>\u202E',
    html_url: 'https://github.com/acme/web/pull/12',
    merged_at: '2026-06-01T10:00:00Z',
    merge_commit_sha: merged,
    head: { sha: 'd'.repeat(40) },
  };
  if (path.endsWith(`/commits/${newer}/pulls`)) return { body: [{ ...pull, number: 13, merged_at: null }, pull] };
  if (path.endsWith('/pulls')) return { body: [] };
  if (path.endsWith('/pulls/12')) return { body: pull };
  if (path.includes('/git/commits/'))
    return {
      body: {
        message: `About ${path.slice(-40, -36)}\n\nmore`,
        author: { name: 'Ada Lovelace' },
        committer: { date: '2026-06-01T11:00:00Z' },
      },
    };
  if (path.includes('/statuses'))
    return { body: [{ id: 3, state: 'failure', created_at: '2026-06-01T12:00:00Z', description: 'Job/migrate' }] };
  if (path.includes('/deployments')) return { body: [{ id: 1, sha: older, environment: 'production' }] };
  return { status: 404, body: { message: 'Not Found' } };
}

interface Server {
  /** `127.0.0.1:1234`. */
  readonly host: string;
  readonly asked: string[];
  readonly authorizations: Set<string | undefined>;
}

async function serve(answer: (path: string) => Answer): Promise<Server> {
  const asked: string[] = [];
  const authorizations = new Set<string | undefined>();
  const server = createServer((request, response) => {
    asked.push((request.url ?? '').replace('/api/v3', ''));
    authorizations.add(request.headers.authorization);
    const { status = 200, headers = {}, body } = answer((request.url ?? '').split('?')[0] ?? '');
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked, authorizations };
}

const lock = (environment: string, page: string, commit: string): string => `apiVersion: waybill.dev/v1
kind: ImageLock
environment: ${environment}
images:
  - { name: ghcr.io/acme/web, tag: sha-${commit}, source: { repository: '${page}', commit: ${commit} } }
`;

/** A deployments repository whose service is built from a repository of this host. */
function repositoryOf(host: string): string {
  const page = `http://${host}/acme/web`;
  return createRepository({
    'apps/web/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
environments: { staging: {}, production: {} }
`,
    'apps/web/base/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n',
    'apps/web/locks/staging.yaml': lock('staging', page, newer),
    'apps/web/locks/production.yaml': lock('production', page, older),
  });
}

const env = { PATH: process.env['PATH'], GITHUB_TOKEN: secret };

async function run(
  server: Server,
  args: readonly string[],
  variables: Record<string, string | undefined> = env,
): Promise<CliResult> {
  const result = await runCli([...args, '--ask-provider', '--provider-host', `github=${server.host}`], {
    cwd: repositoryOf(server.host),
    env: variables,
  });
  expect(result.stdout + result.stderr).not.toContain(secret);
  return result;
}

describe('status --ask-provider', () => {
  it('counts the commits between environments, and says what commits are about, as GitHub describes its API', async () => {
    const server = await serve(known);
    const { code, stdout } = await run(server, ['status', '-o', 'json']);
    expect(code).toBe(0);
    const page = `http://${server.host}/acme/web`;
    expect(JSON.parse(stdout)).toMatchObject({
      origins: [{}, {}, { kind: 'provider', name: server.host, read: true }],
      services: [
        {
          cells: [
            {
              state: 'unknown',
              isWell: false,
              commits: [
                {
                  commit: newer,
                  subject: 'About bbbb',
                  author: 'Ada Lovelace',
                  pullRequest: { number: 12, url: 'https://github.com/acme/web/pull/12' },
                },
              ],
            },
            {
              // A provider's word is history, and makes no state.
              state: 'unknown',
              behind: { environment: 'staging', commits: 3, ahead: 0, url: `${page}/compare/${older}...${newer}` },
              history: [{ what: 'failure', from: 'provider', text: 'Job/migrate' }],
            },
          ],
        },
      ],
    });
    const problems = server.asked.flatMap((url) =>
      githubDescription().check({ method: 'GET', url: `https://api.github.com${url}`, headers: {}, status: 200 }),
    );
    expect(problems).toEqual([]);
    // Each question once.
    expect(new Set(server.asked).size).toBe(server.asked.length);
    expect([...server.authorizations]).toEqual([`Bearer ${secret}`]);
    const table = await run(server, ['status']);
    expect(table.stdout).toContain('3 commits behind staging');
    expect(table.stdout).toContain('About bbbb');
  });

  it.each<[string, Answer, string]>([
    ['an expired token', { status: 401, body: {} }, 'wrong or expired'],
    ['a token without rights', { status: 403, body: {} }, 'the token may not read it'],
    ['a private repository', { status: 404, body: {} }, 'repositories that the token may not read'],
    [
      'a limit',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' }, body: {} },
      'limits requests',
    ],
    ['a limit that is near', { headers: { 'x-ratelimit-remaining': '9' }, body: [] }, 'requests are left of its limit'],
    ['an outage', { status: 500, body: 'oops' }, 'answered 500'],
    ['a page to log in', { body: '<html>' }, 'not JSON'],
    [
      'a redirect to another host',
      { status: 301, headers: { location: 'https://evil.example.com/' }, body: '' },
      'leads to evil.example.com',
    ],
  ])('says what is missing with %s, and shows the rest', async (_name, answer, words) => {
    const { code, stdout, stderr } = await run(await serve(() => answer), ['status']);
    expect(code).toBe(0);
    expect(stderr).toContain(words);
    expect(stdout).toContain('bbbbbbbb');
    expect(stdout).not.toContain('commits behind');
  });

  it('asks nobody without a token, without the option, and no host that only a lock names', async () => {
    const server = await serve(known);
    const without = await run(server, ['status'], { PATH: process.env['PATH'] });
    expect(without.stderr).toContain('there is no token: set GITHUB_TOKEN');
    const cwd = repositoryOf(server.host);
    expect((await runCli(['status'], { cwd, env })).code).toBe(0);
    const unnamed = await runCli(['status', '--ask-provider'], { cwd, env });
    expect(unnamed.stderr).toContain(`give --provider-host PROVIDER=${server.host}`);
    expect(server.asked).toEqual([]);
  });
});

describe('where --ask-provider', () => {
  it('finds a pull request that no lock names, in the later commit that contains it', async () => {
    const server = await serve(known);
    const { code, stdout } = await run(server, ['where', `http://${server.host}/acme/web/pull/12`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/web +staging +\? unknown .*in bbbbbbbb, which is later/u);
    expect(stdout).toMatch(/web +production +not yet/u);
  });

  it('is not found where the provider does not know it either', async () => {
    const server = await serve(known);
    const { code, stdout, stderr } = await run(server, [
      'where',
      `http://${server.host}/acme/web/commit/${'e'.repeat(40)}`,
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('error[where-unknown]');
  });
});

function provider(
  url: string,
  key: string,
): { one: Provider; where: { repository: NonNullable<ReturnType<typeof parseRepository>> } } {
  const repository = parseRepository(url);
  const one = repository && providerOf(repository, key, {});
  if (!repository || !one) throw new Error(url);
  return { one, where: { repository } };
}

describe('providers', () => {
  const pull = { id: 7, iid: 7, number: 7, title: 'T', state: 'merged' };
  it.each<[string, string, (path: string) => Json | undefined, number | undefined]>([
    [
      'gitlab',
      'https://gitlab.com/acme/web',
      (path) => {
        if (path.endsWith('/compare')) return { commits: [{}, {}], compare_timeout: false };
        if (path.endsWith('/merge_requests'))
          return [
            { ...pull, state: 'opened' },
            { ...pull, web_url: 'https://x/7' },
          ];
        return path.includes('/merge_requests/')
          ? { merge_commit_sha: null, squash_commit_sha: merged, sha: newer }
          : { title: 'S', author_name: 'Ada' };
      },
      7,
    ],
    [
      'gitea',
      'https://codeberg.org/acme/web',
      (path) => {
        if (path.includes('/compare/')) return { total_commits: 2, commits: [] };
        if (path.endsWith('/pull')) return { ...pull, html_url: 'https://x/7' };
        return path.includes('/pulls/')
          ? { merge_commit_sha: merged, head: { sha: newer } }
          : { commit: { message: 'S\n', author: { name: 'Ada' } } };
      },
      7,
    ],
    [
      'bitbucket',
      'https://bitbucket.org/acme/web',
      (path) => {
        if (path.endsWith('/commits')) return { values: [{}, {}] };
        if (path.endsWith('/pullrequests')) return { values: [{ ...pull, links: { html: { href: 'https://x/7' } } }] };
        if (path.includes('/pullrequests/'))
          return { merge_commit: { hash: merged.slice(0, 12) }, source: { commit: { hash: newer.slice(0, 12) } } };
        return {
          hash: path.endsWith(merged.slice(0, 12)) ? merged : newer,
          message: 'S\n',
          author: { raw: 'Ada <a@b.c>' },
        };
      },
      7,
    ],
    [
      'bitbucket-data-center',
      'https://git.acme.dev/projects/SHOP/repos/web',
      (path) => {
        if (path.endsWith('/compare/commits')) return { values: [{}, {}], isLastPage: true };
        if (path.endsWith('/pull-requests'))
          return { values: [{ ...pull, state: 'MERGED', links: { self: [{ href: 'https://x/7' }] } }] };
        return path.includes('/pull-requests/')
          ? { properties: { mergeCommit: { id: merged } }, fromRef: { latestCommit: newer } }
          : { message: 'S', author: { displayName: 'Ada' } };
      },
      7,
    ],
    [
      'azure-devops',
      'https://dev.azure.com/acme/shop/_git/web',
      (path) => {
        if (path.endsWith('/diffs/commits')) return { aheadCount: 2, behindCount: 0 };
        return path.includes('/pullrequests/')
          ? { status: 'completed', lastMergeCommit: { commitId: merged }, lastMergeSourceCommit: { commitId: newer } }
          : { comment: 'S', author: { name: 'Ada' } };
      },
      undefined,
    ],
  ])(
    '%s: distance, commit and pull request; nothing where its answers are broken',
    async (key, url, answer, number) => {
      const { one, where } = provider(url, key);
      const ask = async (path: string) => answer(path);
      expect(await one.compare(ask, where, older, newer)).toMatchObject({ ahead: 2 });
      expect(await one.commit(ask, where, newer)).toMatchObject({ subject: 'S', author: 'Ada' });
      expect((await one.pullRequestOf?.(ask, where, newer))?.number).toBe(number);
      expect(await one.commitsOf(ask, where, 7)).toEqual([merged, newer]);
      for (const broken of [
        undefined,
        null,
        7,
        'x',
        [],
        {},
        [null],
        { values: 7, commits: 'x', total_commits: -1, ahead_by: 1.5, aheadCount: '2' },
      ]) {
        const bad = async () => broken;
        expect((await one.compare(bad, where, older, newer))?.ahead ?? 0).toBe(0);
        expect((await one.commit(bad, where, newer))?.subject ?? '').toBe('');
        expect(await one.pullRequestOf?.(bad, where, newer)).toBeUndefined();
        expect(await one.commitsOf(bad, where, 7)).toEqual([]);
      }
    },
  );

  it('counts nothing where a list has more pages, or took too long', async () => {
    const cloud = provider('https://bitbucket.org/acme/web', 'bitbucket');
    expect(
      await cloud.one.compare(async () => ({ values: [{}], next: 'https://x' }), cloud.where, older, newer),
    ).toBeUndefined();
    const server = provider('https://git.acme.dev/projects/SHOP/repos/web', 'bitbucket-data-center');
    expect(
      await server.one.compare(async () => ({ values: [{}], isLastPage: false }), server.where, older, newer),
    ).toBeUndefined();
    const gitlab = provider('https://gitlab.com/acme/web', 'gitlab');
    expect(
      await gitlab.one.compare(async () => ({ commits: [{}], compare_timeout: true }), gitlab.where, older, newer),
    ).toBeUndefined();
  });

  it.each([
    ['https://github.com/acme/web', {}, [], true],
    ['http://github.com/acme/web', {}, [], false],
    ['https://gitlab.evil.example/acme/web', {}, [], false],
    ['https://gitlab.evil.example/acme/web', { CI_SERVER_HOST: 'gitlab.acme.dev' }, [], false],
    ['https://gitlab.acme.dev/acme/web', { CI_SERVER_URL: 'https://gitlab.acme.dev' }, [], true],
    ['https://gitlab.acme.dev:8443/acme/web', { CI_SERVER_URL: 'https://gitlab.acme.dev' }, [], false],
    ['https://git.acme.dev/acme/web', {}, ['gitea=git.acme.dev'], true],
    ['https://git.acme.dev.evil.example/acme/web', {}, ['gitea=git.acme.dev'], false],
  ])('%s with %j and %j: gets the token: %s', (url, variables, named, expected) => {
    const repository = parseRepository(url);
    const hosts = named.flatMap((one) => parseNamedHost(one) ?? []);
    expect(repository && mayGetToken(repository, hosts, variables)).toBe(expected);
  });

  it("keeps the token of Gitea's Actions from GitHub, which has its name", () => {
    const variables = { GITEA_ACTIONS: 'true', GITHUB_TOKEN: 'x', GITHUB_SERVER_URL: 'https://git.acme.dev' };
    expect(tokenOf(provider('https://github.com/a/b', 'github').one, variables)).toBeUndefined();
    expect(tokenOf(provider('https://git.acme.dev/a/b', 'gitea').one, variables)).toBe('x');
  });

  it.each(['', 'nobody=git.acme.dev', 'https://git.acme.dev', 'git.acme.dev/acme', 'a b', 'gitea=', 'x@y'])(
    '--provider-host %j is refused',
    async (text) => {
      expect((await runCli(['status', '--provider-host', text], { env: {} })).code).toBe(2);
    },
  );
});
