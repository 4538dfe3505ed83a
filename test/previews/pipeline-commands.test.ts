/**
 * `waybill preview` at the five providers that have no workflows of GitHub: servers that keep pull requests, comments and
 * statuses in each provider's shapes, and hold every request against its API description.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliResult, runCli } from '../tools/run-cli.ts';
import { products, type ProviderServer, type Pull, startProviderServer } from './provider-servers.ts';

const token = 'token-of-the-pipeline';
const head = 'a'.repeat(40);
const older = 'b'.repeat(40);
const context = 'deployment/user-service-preview-12';
const repositories: Readonly<Record<string, string>> = {
  gitlab: 'https://gitlab.com/acme/user-service',
  gitea: 'https://gitea.acme.dev/acme/user-service',
  bitbucket: 'https://bitbucket.org/acme/user-service',
  'bitbucket-data-center': 'https://bitbucket.acme.dev/scm/ACME/user-service',
  'azure-devops': 'https://dev.azure.com/acme/ecotrack/_git/user-service',
};
/** The words for queued, failure, ended, in_progress and success. */
const words: Readonly<Record<string, readonly string[]>> = {
  gitlab: ['pending', 'failed', 'canceled', 'running', 'success'],
  gitea: ['pending', 'failure', 'warning', 'pending', 'success'],
  bitbucket: ['INPROGRESS', 'FAILED', 'STOPPED', 'INPROGRESS', 'SUCCESSFUL'],
  'bitbucket-data-center': ['INPROGRESS', 'FAILED', 'CANCELLED', 'INPROGRESS', 'SUCCESSFUL'],
  'azure-devops': ['pending', 'failed', 'notApplicable', 'pending', 'succeeded'],
};

let server: ProviderServer;
let provider = '';
afterEach(() => {
  expect(server.world.problems).toEqual([]);
  server.close();
});

const pull = (more: Partial<Pull> = {}): Pull => ({
  number: 12,
  branch: 'feature/login',
  commit: head,
  title: 'Log in [preview]',
  labels: ['preview', 'bug'],
  state: 'open',
  ...more,
});

async function preview(command: string, ...more: readonly string[]): Promise<CliResult> {
  const isSweep = command === 'sweep';
  return await runCli(
    [
      'preview',
      command,
      '--service=user-service',
      '--domain=preview.acme.dev',
      `--repository=${repositories[provider]}`,
      `--provider=${provider}`,
      `--api-url=${server.api}`,
      ...(isSweep || more.includes('--number') ? [] : ['--number', '12']),
      ...(isSweep || more.includes('--commit') ? [] : ['--commit', head]),
      ...more,
    ],
    {
      env: {
        GITLAB_TOKEN: token,
        GITEA_TOKEN: token,
        BITBUCKET_TOKEN: token,
        AZURE_DEVOPS_TOKEN: token,
      },
    },
  );
}

const states = (commit: string): string[] =>
  (server.world.statuses.get(commit) ?? []).map((one) => `${one.context} ${one.state}`);
const report = (commit: string, state: string, description: string): void => {
  const before = server.world.statuses.get(commit) ?? [];
  const url = 'https://argocd.acme.dev/applications/x';
  server.world.statuses.set(commit, [...before, { context, state, description, url }]);
};
const comments = (): string[] => server.world.comments.map(({ body }) => body);

describe.each(Object.keys(products))('waybill preview at %s', (key) => {
  const [queued, failure, ended, running, success] = words[key] ?? [];
  const tag = `sha-${key === 'bitbucket' ? head.slice(0, 12) : head}`;
  beforeEach(async () => {
    provider = key;
    server = await startProviderServer(key, token);
    server.world.pulls = [pull()];
  });

  it('start: prints the tag to build, once queued, one comment', async () => {
    expect(await preview('start')).toMatchObject({ code: 0, stdout: `${tag}\n` });
    expect(await preview('start')).toMatchObject({ code: 0, stdout: `${tag}\n` });
    expect(states(head)).toEqual([`${context} ${queued}`]);
    expect(comments()).toHaveLength(1);
    expect(comments()[0]?.split('\n').slice(0, 6)).toEqual([
      '| | preview |',
      '| --- | --- |',
      expect.stringMatching(/^\| state \| . (?:queued|in_progress) \|$/u),
      '| address | https://feature-login.preview.acme.dev |',
      `| commit | ${head} |`,
      '| | Waiting for the image |',
    ]);
  });

  it.each<[string, Partial<Pull>, string]>([
    ['is closed', { state: 'closed' }, 'is closed'],
    ['is from a fork', { fork: true }, 'is from a fork'],
    ['does not ask for one', { labels: ['bug'], title: 'Log in' }, 'preview'],
    ['has a newer push', { commit: older }, 'a newer push has a pipeline of its own'],
  ])('start: prints and reports nothing for a pull request that %s', async (_name, more, message) => {
    server.world.pulls = [pull(more)];
    const { code, stdout, stderr } = await preview('start');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(message);
    expect(server.world.requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
  });

  it('start: leaves the host to the older of two pull requests with one slug', async () => {
    server.world.pulls = [pull({ number: 3, branch: 'feature-login', commit: older }), pull()];
    const { code, stdout, stderr } = await preview('start');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('the host feature-login.preview.acme.dev is that of pull request 3');
    expect(states(head)).toEqual([`${context} ${failure}`]);
    expect(comments()[0]).toContain('❌ failure');
    // The branch was renamed.
    server.world.pulls = [pull({ branch: 'feature/sign-in' })];
    expect(await preview('start')).toMatchObject({ code: 0, stdout: `${tag}\n` });
    expect(states(head)).toEqual([`${context} ${failure}`, `${context} ${queued}`]);
  });

  it('failed: is a failure of the commit, unless Argo CD has deployed it', async () => {
    await preview('start');
    expect(await preview('failed')).toMatchObject({ code: 0, stdout: '' });
    expect(states(head)).toEqual([`${context} ${queued}`, `${context} ${failure}`]);
    expect(comments()).toEqual([expect.stringContaining('❌ failure')]);
    report(head, success ?? '', 'Deployed and healthy');
    await preview('failed');
    expect(states(head)).toHaveLength(3);
    expect(comments()).toEqual([expect.stringContaining('✅ success')]);
  });

  it("start: does not take back Argo CD's failure, which nobody would report again", async () => {
    report(head, failure ?? '', 'Back-off pulling image');
    await preview('start');
    expect(states(head)).toEqual([`${context} ${failure}`]);
    expect(comments()).toEqual([expect.stringContaining('Back-off pulling image')]);
  });

  it.each<[string, number, (found: readonly (string | undefined)[]) => string | undefined, string]>([
    ['success', 0, (found) => found[4], '✅ success'],
    ['failure', 1, (found) => found[1], '❌ failure'],
  ])('follow: keeps the comment until %s', async (_name, code, state, words_) => {
    await preview('start');
    report(head, running ?? '', 'Syncing');
    expect(await preview('follow', '--timeout', '1', '--interval', '2')).toMatchObject({ code: 6 });
    expect(comments()).toEqual([expect.stringContaining('🚀 in_progress')]);
    report(head, state(words[key] ?? []) ?? '', 'a | b\n# [x](y) <img src=x> @everyone');
    expect(await preview('follow')).toMatchObject({ code });
    expect(comments()).toHaveLength(1);
    expect(comments()[0]).toContain(words_);
    expect(comments()[0]).toContain('| log | [open](https://argocd.acme.dev/applications/x) |');
    expect(comments()[0]).toMatch(/^\| \| a {3}b {4}x \(y\) {2}img src=x {3}everyone \|$/mu);
    // A push in the meantime is not this pipeline's.
    server.world.pulls = [pull({ commit: older })];
    expect(await preview('follow')).toMatchObject({ code: 7 });
  });

  it('sweep: takes the label after the time to live, and counts again when it is set again', async () => {
    await preview('start');
    expect(await preview('sweep')).toMatchObject({ code: 0, stdout: '' });
    const { stdout } = await preview('sweep', '--ttl', '0s');
    expect(stdout).toBe('pull request 12: its time is over\n');
    const [left] = server.world.pulls;
    expect(left?.labels.includes('preview') && left.title.includes('[preview]')).toBe(false);
    expect(left?.labels).toContain('bug');
    expect(left?.state).toBe('open');
    expect(states(head).at(-1)).toBe(`${context} ${ended}`);
    expect(comments()).toEqual([expect.stringContaining('⚪ inactive')]);
    expect(await preview('sweep', '--ttl', '0s')).toMatchObject({ code: 0, stdout: '' });
    server.world.pulls = [pull()];
    const again = await preview('sweep');
    expect(again.stdout).toBe('pull request 12: it asks for a preview, and waits for its pipeline\n');
    expect(comments()).toEqual([expect.stringContaining('Start the pipeline of this pull request')]);
  });

  it.each<[string, Partial<Pull>]>([
    ['closed', { state: 'closed' }],
    ['merged', { state: 'merged' }],
    ['without the label', { labels: [], title: 'Log in' }],
  ])('sweep: ends the preview of a pull request that is %s, once', async (_name, more) => {
    await preview('start');
    server.world.pulls = [pull(more)];
    expect((await preview('sweep')).stdout).toBe('pull request 12: its preview has ended\n');
    expect((await preview('sweep')).stdout).toBe('');
    expect(states(head)).toEqual([`${context} ${queued}`, `${context} ${ended}`]);
    expect(comments()).toEqual([expect.stringContaining('⚪ inactive')]);
    expect(server.world.stopped).toHaveLength(key === 'gitlab' ? 1 : 0);
  });

  it('sweep: finishes what was interrupted', async () => {
    await preview('start');
    server.world.pulls = [pull({ state: 'closed' })];
    server.world.refusals = [{ status: 403, json: {} }];
    expect(await preview('sweep')).toMatchObject({ code: 4, stdout: '' });
    expect((await preview('sweep')).stdout).toBe('pull request 12: its preview has ended\n');
  });

  it('sweep: a success stays, and what is from a fork loses its label', async () => {
    report(head, success ?? '', 'Deployed and healthy');
    await preview('start');
    server.world.pulls = [pull({ state: 'merged' }), pull({ number: 13, fork: true, commit: older })];
    const { stdout } = await preview('sweep');
    expect(stdout).toBe('pull request 13: it is from a fork\npull request 12: its preview has ended\n');
    expect(states(head)).toEqual([`${context} ${success}`]);
    expect(comments().at(-1)).toContain('Pull requests from forks get no preview');
    expect((await preview('sweep')).stdout).toBe('');
  });

  it('takes no comment of others for its own, and finds its own behind hundreds', async () => {
    await preview('start');
    const [own = ''] = comments();
    const forged = own.replace('| state |', '| state | ✅ success |').replace('queued', 'success');
    server.world.comments = [
      ...Array.from({ length: 230 }, (_none, id) => ({ id, number: 12, body: id === 7 ? forged : 'Nice' })),
      { id: 500, number: 12, body: own },
      { id: 501, number: 12, body: own },
    ];
    await preview('failed');
    const changed = server.world.comments.filter(({ body }) => body.includes('The image was not built'));
    expect(changed.map(({ id }) => id)).toEqual([500]);
    expect(server.world.comments).toHaveLength(232);
  });

  it('writes one comment when an answer is lost', async () => {
    // The status arrives, the comment is refused for a moment.
    server.world.refusals = [
      { status: 200, json: {} },
      { status: 502, json: {} },
    ];
    expect(await preview('start')).toMatchObject({ code: 0 });
    expect(comments()).toHaveLength(1);
  });

  it('ends with 4 when the token is refused, without printing it', async () => {
    server.close();
    server = await startProviderServer(key, 'another');
    const { code, stdout, stderr } = await preview('start');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('does not take the token');
    expect(stderr).not.toContain(token);
  });
});

describe('the command line', () => {
  beforeEach(async () => {
    provider = 'gitlab';
    server = await startProviderServer('gitlab', token);
  });

  it.each<[string, string[], string]>([
    ['a service that is no name', ['--service', '../x'], '--service'],
    ['a domain that is none', ['--domain', 'a b'], '--domain'],
    ['a shortened commit', ['--commit', 'abc'], '40 hexadecimal digits'],
    ['pull request 0', ['--number', '0'], '1 or more'],
    ['GitHub', ['--provider', 'github'], 'Allowed choices are gitlab'],
  ])('refuses %s', async (_name, args, message) => {
    const given = ['--service', 'web', '--domain', 'x.dev', '--commit', head, '--number', '1', '--provider', 'gitlab'];
    const [option = '', value = ''] = args;
    given[given.indexOf(option) + 1] = value;
    const { code, stderr } = await runCli(['preview', 'start', '--repository', 'https://gitlab.com/a/b', ...given], {
      env: { GITLAB_TOKEN: token },
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says that GitHub has workflows of its own', async () => {
    const args = ['--service', 'web', '--domain', 'x.dev', '--commit', head, '--number', '1'];
    const url = ['--repository', 'https://github.com/acme/web'];
    const { code, stderr } = await runCli(['preview', 'start', ...args, ...url], { env: { GITHUB_TOKEN: 'x' } });
    expect(code).toBe(2);
    expect(stderr).toContain('previews have workflows of their own');
  });
});
