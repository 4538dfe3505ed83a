/**
 * `waybill wait` against providers that are made up: their answers have the shapes of the published APIs, GitHub's
 * requests are held against GitHub's own description. No test waits: the clock is made up, too.
 */
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createAsk, Refused, Unavailable, type Budget } from '../../plugin/fleet/providers/ask.ts';
import type { Provider, Wanted } from '../../plugin/fleet/providers/provider.ts';
import { providerOf } from '../../plugin/fleet/providers/providers.ts';
import { waitForDeployment, type WaitResult } from '../../plugin/fleet/wait.ts';
import { createHttp } from '../../plugin/http/http.ts';
import { parseRepository } from '../../plugin/record/repository.ts';
import type { Json } from '../../plugin/resources/json.ts';
import { githubDescription } from '../conformance/github-api.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const newer = '1'.repeat(40);
const start = Date.parse('2026-06-01T12:00:00Z');
const time = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** What a path answers at a moment: JSON, or an error to throw. */
type Answers = (path: string, seconds: number) => Json | Error | undefined;

function provider(url: string, key: string): { provider: Provider; wanted: Wanted } {
  const repository = parseRepository(url);
  const found = repository && providerOf(repository, key, {});
  if (!repository || !found) throw new Error(`no provider of ${url}`);
  return { provider: found, wanted: { repository, commit, branch: 'main', environment: 'staging' } };
}

/** Waits with a made-up clock; gives the result, how long it took and what was asked. */
async function play(
  url: string,
  key: string,
  answers: Answers,
  more: { applications?: string[]; contexts?: string[]; seconds?: number; budget?: Partial<Budget> } = {},
): Promise<{ result: WaitResult | Error; seconds: number; asked: string[]; notes: string[] }> {
  let now = start;
  const asked: string[] = [];
  const notes: string[] = [];
  const budget: Budget = { remaining: undefined, reset: undefined, sent: 0, startedAt: start, ...more.budget };
  const result = await waitForDeployment({
    ...provider(url, key),
    ask: async (path, query = {}) => {
      asked.push(`${path}?${new URLSearchParams(query).toString()}`);
      budget.sent += 1;
      const answer = answers(path, (now - start) / 1000);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    applications: more.applications ?? [],
    contexts: more.contexts ?? [],
    budget,
    deadline: start + (more.seconds ?? 600) * 1000,
    interval: 4000,
    clock: {
      now: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    note: (line) => notes.push(line),
  }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  return { result, seconds: (now - start) / 1000, asked, notes };
}

const github = 'https://github.com/acme/web';

/** GitHub with one deployment whose statuses come one after another: `[seconds, state, description]`. */
function githubAnswers(
  statuses: readonly [number, string, string?][],
  other?: { sha: string; compared: string },
): Answers {
  return (path, seconds) => {
    if (path.endsWith('/deployments/7/statuses'))
      return statuses
        .filter(([at]) => at <= seconds)
        .map(([at, state, description = '']) => ({
          id: at + 1000,
          state,
          description,
          log_url: 'https://argocd/x',
          created_at: time(at),
        }))
        .toReversed();
    if (path.endsWith('/deployments/9/statuses')) return [{ id: 1, state: 'success', created_at: time(0) }];
    if (path.includes('/compare/')) return { status: other?.compared ?? 'identical' };
    if (path.endsWith('/status')) return { statuses: [] };
    return statuses.some(([at]) => at <= seconds)
      ? [
          { id: 7, sha: commit, environment: 'staging' },
          ...(other ? [{ id: 9, sha: other.sha, environment: 'staging' }] : []),
        ]
      : other
        ? [{ id: 9, sha: other.sha, environment: 'staging' }]
        : [];
  };
}

describe('waitForDeployment', () => {
  it('ends within five seconds after the status exists', async () => {
    const { result, seconds, notes } = await play(
      github,
      'github',
      githubAnswers([
        [10, 'in_progress'],
        [42, 'success'],
      ]),
    );
    expect(result).toMatchObject({ end: 'deployed' });
    expect(seconds - 42).toBeGreaterThanOrEqual(0);
    expect(seconds - 42).toBeLessThanOrEqual(5);
    expect(notes).toEqual(['staging: in_progress', 'staging: success']);
  });

  it("ends with the failing resource's own words", async () => {
    const { result } = await play(
      github,
      'github',
      githubAnswers([
        [0, 'in_progress'],
        [8, 'failure', 'Job/migrate: BackoffLimitExceeded'],
      ]),
    );
    expect(result).toMatchObject({
      end: 'failed',
      reports: [{ state: 'failure', description: 'Job/migrate: BackoffLimitExceeded', url: 'https://argocd/x' }],
    });
  });

  it.each<[string, readonly [number, string][], string]>([
    [
      'a success that another one replaced between two looks',
      [
        [5, 'success'],
        [6, 'inactive'],
      ],
      'deployed',
    ],
    [
      'a success of long ago that was replaced since',
      [
        [-9000, 'success'],
        [-8000, 'inactive'],
      ],
      'superseded',
    ],
    [
      'never well before it was replaced',
      [
        [1, 'in_progress'],
        [6, 'inactive'],
      ],
      'superseded',
    ],
    [
      'failed, then well',
      [
        [0, 'failure'],
        [0, 'success'],
      ],
      'deployed',
    ],
    ['waiting for somebody for ever', [[0, 'queued']], 'time'],
    ['a state that nobody knows', [[0, 'splendid']], 'time'],
  ])('takes %s as it is', async (_name, statuses, end) => {
    expect((await play(github, 'github', githubAnswers(statuses))).result).toMatchObject({ end });
  });

  it('names the newer commit that took its place, and no older one', async () => {
    const ahead = await play(github, 'github', githubAnswers([], { sha: newer, compared: 'ahead' }));
    // The list is asked for a commit and for the environment; here both give the other's.
    expect(ahead.result).toMatchObject({ end: 'superseded', by: newer });
    const behind = await play(github, 'github', githubAnswers([], { sha: newer, compared: 'behind' }), { seconds: 60 });
    expect(behind.result).toMatchObject({ end: 'time' });
    expect(behind.seconds).toBe(60);
  });

  it('survives a provider that fails, and says so once', async () => {
    const well = githubAnswers([[30, 'success']]);
    const { result, notes } = await play(github, 'github', (path, seconds) =>
      seconds < 40 ? new Unavailable('github answered 502') : well(path, seconds),
    );
    expect(result).toMatchObject({ end: 'deployed' });
    expect(notes).toEqual(['github answered 502; asking again', 'staging: success']);
  });

  it('waits as long as a provider that limits says', async () => {
    const well = githubAnswers([[0, 'success']]);
    const limited = await play(github, 'github', (path, seconds) =>
      seconds < 90 ? new Unavailable('limited', start + 90_000) : well(path, seconds),
    );
    expect(limited.asked.filter((one) => one.includes('/deployments?sha'))).toHaveLength(2);
    const spread = await play(github, 'github', githubAnswers([[0, 'queued']]), {
      budget: { remaining: 80, reset: start + 3_600_000 },
    });
    expect(spread.asked.length).toBeLessThan(40);
  });

  it('gives up at once where it may not read, and goes on where it could before', async () => {
    expect((await play(github, 'github', () => new Refused(401, 'expired'))).result).toBeInstanceOf(Refused);
    const well = githubAnswers([[20, 'success']]);
    const later = await play(github, 'github', (path, seconds) =>
      seconds > 3 && seconds < 12 ? new Refused(403, 'no') : well(path, seconds),
    );
    expect(later.result).toMatchObject({ end: 'deployed' });
  });
});

const status = 'deployment/web-staging';

describe('providers', () => {
  it.each<[string, string, string, Answers, RegExp]>([
    [
      'gitlab',
      'https://gitlab.com/acme/shop/web',
      'gitlab',
      (path) =>
        path.endsWith('/statuses')
          ? [
              { name: status, status: 'success', description: 'healthy' },
              { name: 'lint', status: 'failed' },
            ]
          : [],
      new RegExp(`^/projects/acme%2Fshop%2Fweb/repository/commits/${commit}/statuses\\?`, 'u'),
    ],
    [
      'bitbucket',
      'https://bitbucket.org/acme/web',
      'bitbucket',
      (path) =>
        path.endsWith('/statuses') ? { values: [{ key: 'x', name: status, state: 'SUCCESSFUL' }] } : { values: [] },
      new RegExp(`^/repositories/acme/web/commit/${commit}/statuses\\?`, 'u'),
    ],
    [
      'bitbucket data center',
      'https://git.acme.dev/scm/SHOP/web',
      'bitbucket-data-center',
      (path) =>
        path.includes('build-status')
          ? { values: [{ key: status, state: 'SUCCESSFUL', dateAdded: start }] }
          : { values: [] },
      new RegExp(`build-status/latest/commits/${commit}\\?`, 'u'),
    ],
    [
      'azure devops',
      'https://dev.azure.com/acme/shop/_git/web',
      'azure-devops',
      (path) =>
        path.endsWith('/statuses')
          ? {
              value: [
                { state: 'succeeded', context: { genre: 'argocd', name: status } },
                { state: 'failed', context: { genre: 'other', name: status } },
              ],
            }
          : { value: [] },
      new RegExp(`^/acme/shop/_apis/git/repositories/web/commits/${commit}/statuses\\?`, 'u'),
    ],
    [
      'gitea',
      'https://git.acme.dev/acme/web',
      'gitea',
      (path) => (path.endsWith('/status') ? { statuses: [{ context: status, status: 'success' }] } : []),
      new RegExp(`^/repos/acme/web/commits/${commit}/status\\?`, 'u'),
    ],
    [
      'github without deployments',
      github,
      'github',
      (path) => (path.endsWith('/status') ? { statuses: [{ context: status, state: 'success' }] } : []),
      new RegExp(`^/repos/acme/web/deployments\\?sha=${commit}`, 'u'),
    ],
  ])('%s: a success of the environment, and nothing else', async (_name, url, key, answers, path) => {
    const found = await play(url, key, answers, { seconds: 30 });
    expect(found.result).toMatchObject({ end: 'deployed' });
    expect(found.asked[0]).toMatch(path);
    expect((await play(url, key, answers, { seconds: 30, applications: ['api-staging'] })).result).toMatchObject({
      end: 'time',
    });
    expect((await play(url, key, answers, { seconds: 30, contexts: [status] })).result).toMatchObject({
      end: 'deployed',
    });
    // Broken answers are no success, whatever their shape.
    for (const broken of [
      null,
      7,
      'x',
      [],
      {},
      [null],
      { values: 7, value: {}, statuses: 'x' },
      [{ state: {}, status: [], context: 1 }],
    ])
      expect((await play(url, key, () => broken, { seconds: 10 })).result).toMatchObject({ end: 'time' });
  });

  it.each<[string, string, string, (list: string[]) => Json]>([
    ['gitlab', 'https://gitlab.com/acme/web', 'gitlab', (list) => list.map((id) => ({ id }))],
    [
      'bitbucket',
      'https://bitbucket.org/acme/web',
      'bitbucket',
      (list) => ({ values: list.map((hash) => ({ hash })) }),
    ],
    [
      'bitbucket data center',
      'https://git.acme.dev/scm/SHOP/web',
      'bitbucket-data-center',
      (list) => ({ values: list.map((id) => ({ id })) }),
    ],
    [
      'azure devops',
      'https://dev.azure.com/acme/shop/_git/web',
      'azure-devops',
      (list) => ({ value: list.map((commitId) => ({ commitId })) }),
    ],
    ['gitea', 'https://git.acme.dev/acme/web', 'gitea', (list) => list.map((sha) => ({ sha }))],
  ])('%s: the newer commits of the branch, where the commit is among them', async (_name, url, key, make) => {
    const { provider: one, wanted } = provider(url, key);
    expect(await one.newer(async () => make([newer, commit, '2'.repeat(40)]), wanted)).toEqual([newer]);
    expect(await one.newer(async () => make([newer]), wanted)).toEqual([]);
    expect(await one.newer(async () => make([newer, commit]), { ...wanted, branch: undefined })).toEqual([]);
  });

  it.each([
    ['https://github.com/acme/web', {}, 'github'],
    ['https://gitlab.acme.dev/acme/web', {}, 'gitlab'],
    ['https://code.acme.dev/acme/web', { CI_SERVER_HOST: 'code.acme.dev' }, 'gitlab'],
    [
      'https://code.acme.dev/acme/web',
      { GITEA_ACTIONS: 'true', GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://code.acme.dev' },
      'gitea',
    ],
    ['https://github.com/acme/web', { GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://code.acme.dev' }, 'github'],
    ['https://ghe.acme.dev/acme/web', { GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://ghe.acme.dev' }, 'github'],
    ['https://code.acme.dev/acme/web', {}, undefined],
  ])('%s is known by its host or its CI system', (url, env, expected) => {
    const repository = parseRepository(url);
    expect(repository && providerOf(repository, undefined, env)?.key).toBe(expected);
  });
});

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

interface Sent {
  readonly url: string;
  readonly etag: string | undefined;
}

/** A server; gives its address and what was asked. */
async function serve(
  answer: (url: string) => { status?: number; headers?: Record<string, string>; body: unknown },
): Promise<{ base: string; sent: Sent[] }> {
  const sent: Sent[] = [];
  const made = createServer((request, response) => {
    const url = request.url ?? '';
    sent.push({ url, etag: request.headers['if-none-match'] });
    const { status: code = 200, headers = {}, body } = answer(url);
    response.writeHead(code, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const address = made.address();
  return { base: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, sent };
}

const env = { GITHUB_TOKEN: 'secret-token', PATH: process.env['PATH'] };
const args = ['wait', '-e', 'staging', '--commit', commit, '--repository', github];

describe('waybill wait', () => {
  it('ends with 0, 1, 7 and 4, and asks only what GitHub describes', async () => {
    const run = async (answers: Answers) => {
      const { base, sent } = await serve((url) => {
        const answer = answers(url.split('?')[0] ?? '', 1000);
        return answer instanceof Error ? { status: 401, body: '{}' } : { body: answer ?? [] };
      });
      const { code, stdout, stderr } = await runCli([...args, '--api-url', base], { env });
      server?.close();
      const problems = sent.flatMap(({ url }) =>
        githubDescription().check({ method: 'GET', url: `https://api.github.com${url}`, headers: {}, status: 200 }),
      );
      expect(problems).toEqual([]);
      expect(stdout + stderr).not.toContain('secret-token');
      return { code, stdout };
    };
    expect(await run(githubAnswers([[0, 'success']]))).toEqual({
      code: 0,
      stdout: 'staging: success: https://argocd/x\nacme/web@8f3c0e7b6a5d in staging is deployed\n',
    });
    expect(await run(githubAnswers([[0, 'failure', 'Deployment/web: \u001B[31mtoo slow']]))).toEqual({
      code: 1,
      stdout:
        'staging: failure: Deployment/web: \uFFFD[31mtoo slow https://argocd/x\nacme/web@8f3c0e7b6a5d in staging has failed\n',
    });
    expect((await run(githubAnswers([[0, 'in_progress']], { sha: newer, compared: 'ahead' }))).code).toBe(7);
    expect(await run(() => new Error('401'))).toEqual({ code: 4, stdout: '' });
  });

  it.each([
    [['-e', 'staging'], {}, 'give --repository'],
    [['-e', 'staging', '--repository', github], {}, 'set GITHUB_TOKEN'],
    [['-e', 'staging', '--repository', 'https://git.acme.dev/a/b'], env, 'give --provider'],
    [['-e', 'staging', '--repository', github, '--commit', '8f3c'], env, 'give the full commit'],
  ])('says what is missing: %s', async (given, variables, message) => {
    const { code, stderr } = await runCli(['wait', ...given], { env: variables, cwd: '/' });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('createAsk', () => {
  const make = (
    base: string,
    budget: Budget = { remaining: undefined, reset: undefined, sent: 0, startedAt: undefined },
  ) => createAsk({ base, headers: { authorization: 'Bearer x' }, budget, http: createHttp({ env: {}, retries: 0 }) });

  it('asks again only for what has changed', async () => {
    let version = 1;
    const { base, sent } = await serve(() => ({ headers: { etag: `"${version}"` }, body: { version } }));
    const ask = make(base);
    expect(await ask('/a')).toEqual({ version: 1 });
    version = 2;
    expect(await ask('/a')).toEqual({ version: 2 });
    expect(sent.map(({ etag }) => etag)).toEqual([undefined, '"1"']);
  });

  it.each<[string, { status?: number; headers?: Record<string, string>; body: unknown }, RegExp, boolean]>([
    [
      'a limit',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }, body: {} },
      /limits requests/u,
      true,
    ],
    ['an error of the server', { status: 500, body: 'oops' }, /answered 500/u, true],
    ['no JSON', { body: '<html>' }, /not JSON/u, true],
    ['a refusal', { status: 403, body: {} }, /may not read/u, false],
    ['an expired token', { status: 401, body: {} }, /expired/u, false],
    [
      'a way to another host',
      { status: 301, headers: { location: 'https://evil.example/' }, body: '' },
      /leads to evil\.example/u,
      false,
    ],
    ['a page to log in', { status: 302, headers: { location: '/login' }, body: '' }, /is the token right/u, false],
  ])('tells %s apart from the others', async (_name, answer, message, isPassing) => {
    const { base } = await serve(() => answer);
    const error = await make(base)('/a').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(isPassing ? Unavailable : Refused);
    expect(String(error)).toMatch(message);
  });
});
