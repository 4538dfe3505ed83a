// waybill promote over real git, with gates that ask a GitHub of the test's own, a file, and a repository of events.
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { eventPath, formatEvent, makeEvent } from '../../plugin/events/event.ts';
import { appendCommit } from '../../plugin/git/remote-branch.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';
import { type FakeGitHub, startGitHub, token as githubToken } from './github.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const lockFile = 'app/locks/production.yaml';
const digest = `sha256:${'0'.repeat(64)}`;
const repository = 'https://github.com/acme/api';

// The source repository: three commits, of which production runs the first and staging the last.
const sources = repositories.clone(repositories.bare('api', { 'main.go': 'package main\n' }));
const commits = [git(sources, 'rev-parse', 'HEAD')];
for (const subject of ['Add <b>login</b> for @everyone', 'Fix #12']) {
  git(sources, 'commit', '-q', '--allow-empty', '-m', subject);
  commits.push(git(sources, 'rev-parse', 'HEAD'));
}
const [first = '', second = '', third = ''] = commits;

function lock(environment: string, api: string, commit: string, more = ''): string {
  return `apiVersion: waybill.dev/v1
kind: ImageLock
environment: ${environment}
images:
  - name: r.dev/api # the service
    tag: ${api}
    source:
      repository: ${repository}
      commit: ${commit}
${more}`;
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec: { template: { spec: { containers: [{ name: a, image: r.dev/api }, { name: b, image: nginx }] } } }
`;

let count = 0;
function application(gates = '{}'): { folder: string; bare: string } {
  count += 1;
  const bare = repositories.bare(`promote-${count}`, {
    'app/waybill.yaml': `apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments:\n  staging: {}\n  production:\n    gates: ${gates}\n`,
    'app/locks/staging.yaml': lock('staging', 'v3', third, `  - name: nginx\n    tag: "1.28"\n    digest: ${digest}\n`),
    [lockFile]: lock('production', 'v1', first).replace('    tag', '    newName: r.prod.dev/api\n    tag'),
    'app/deployment.yaml': deployment,
  });
  return { folder: repositories.clone(bare), bare };
}

/** From staging to production, unless the arguments say otherwise: an option that is given twice is refused. */
function fromTo(args: readonly string[]): string[] {
  return args.includes('--from') ? [...args] : ['--from', 'staging', '--to', 'production', ...args];
}

async function promote(cwd: string, args: string[], options: { env?: Record<string, string>; stdin?: string } = {}) {
  return await runCli(['-C', join(cwd, 'app'), 'promote', ...fromTo(args)], {
    cwd: sources,
    env: { ...env, ...options.env },
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
  });
}

describe('promote', () => {
  it('copies tag, digest and source, and keeps what belongs to the environment', async () => {
    const { folder } = application();
    expect(await promote(folder, ['--commit'])).toMatchObject({
      code: 0,
      stdout: `r.dev/api: r.prod.dev/api:v1 -> r.prod.dev/api:v3\nnginx: 1.28@${digest} (new)\n`,
    });
    const text = readFileSync(join(folder, lockFile), 'utf8');
    expect(text).toContain('  - name: r.dev/api # the service\n    newName: r.prod.dev/api\n    tag: v3\n');
    expect(text).toContain(`commit: ${third}`);
    expect(git(folder, 'log', '-1', '--format=%B')).toContain('Promote api, nginx to production\n\nr.dev/api:');
    expect(await promote(folder, ['--commit'])).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
  });

  it('promotes one image to the remote branch, or proposes it, with the text of the pull request', async () => {
    const { folder, bare } = application();
    const { code, stdout, stderr } = await promote(folder, ['r.dev/api', '--pull-request-branch', '-o', 'markdown']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^pushed \w+ to origin\/waybill\/production\/api-\w+\n$/u);
    expect(stdout).toContain(
      `| r.dev/api | r.prod.dev/api:v1 | r.prod.dev/api:v3 | [${third.slice(0, 12)}](${repository}/commit/${third}) |`,
    );
    expect(stdout).toContain(
      `[${first.slice(0, 12)}..${third.slice(0, 12)}](${repository}/compare/${first}...${third})`,
    );
    expect(stdout).toContain(
      `- ${git(sources, 'log', '-1', '--format=%h', second)} Add \\<b\\>login\\</b\\> for @\u200Beveryone`,
    );
    expect(stdout).toMatch(/-.*r\.prod\.dev\/api:v1[^]*\+.*r\.prod\.dev\/api:v3/u);
    expect(git(bare, 'show', `main:${lockFile}`)).toContain('tag: v1');
    expect(await promote(folder, ['r.dev/api', '--push'])).toMatchObject({ code: 0 });
    expect(git(bare, 'show', `main:${lockFile}`)).toContain('tag: v3');
  });

  it('promotes in all applications at once, or in none', async () => {
    const bare = repositories.bare('all', {
      'apps/a/locks/staging.yaml': lock('staging', 'v3', third),
      'apps/b/locks/staging.yaml': lock('staging', 'v3', third),
      'apps/b/locks/production.yaml': lock('production', 'v1', first),
      'apps/c/locks/production.yaml': lock('production', 'v1', first),
    });
    const folder = repositories.clone(bare);
    const args = ['-C', join(folder, 'apps'), 'promote', '--from', 'staging', '--to', 'production', '--all', '--push'];
    expect(await runCli(args, { cwd: sources, env })).toMatchObject({
      code: 0,
      stdout: 'apps/a: r.dev/api: v3 (new)\napps/b: r.dev/api: v1 -> v3\n',
    });
    expect(git(bare, 'show', '--format=', '--name-only', 'main')).toBe(
      'apps/a/locks/production.yaml\napps/b/locks/production.yaml',
    );
    writeFolder(folder, {
      'apps/a/locks/staging.yaml': lock('staging', 'v4', third),
      'apps/b/waybill.yaml':
        'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { staging: {}, production: { gates: { digest: true } } }\n',
      'apps/b/locks/staging.yaml': lock('staging', 'v4', third),
    });
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', 'gates');
    const refused = await runCli([...args.slice(0, -1), '--commit'], { cwd: sources, env });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('apps/b/waybill.yaml:3:');
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('does not put an older commit where a newer one runs', async () => {
    const { folder } = application();
    writeFolder(folder, {
      'app/locks/staging.yaml': lock('staging', 'v2', second),
      [lockFile]: lock('production', 'v3', third),
    });
    const { code, stdout } = await promote(folder, []);
    expect([code, stdout]).toEqual([
      0,
      'r.dev/api: v3 stays: it was built from a newer commit than v2 (--allow-older to go back)\n',
    ]);
    expect(await promote(folder, ['--allow-older'])).toMatchObject({ code: 0, stdout: 'r.dev/api: v3 -> v2\n' });
  });

  it.each<[string, string[], string]>([
    ['an image that staging does not run', ['r.dev/apu'], 'staging runs no image r.dev/apu'],
    ['an unknown environment', ['--from', 'staging', '--to', 'prod'], 'Did you mean production?'],
    ['an environment without a lock', ['--from', 'production', '--to', 'staging', 'x'], 'production runs no image x'],
  ])('refuses %s', async (_name, args, message) => {
    const result = await promote(application().folder, args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});

describe('gates', () => {
  let github: FakeGitHub;
  beforeAll(async () => {
    github = await startGitHub();
  });
  afterAll(() => {
    github.close();
    expect(github.problems).toEqual([]);
  });
  const token = () => ({ env: { GITHUB_TOKEN: githubToken, GITHUB_API_URL: github.url } });
  const gated = '{ statuses: [tests/api, build] }';

  it('let through what is green at GitHub, on whatever page', async () => {
    const others = Array.from({ length: 120 }, (_, index) => ({ context: `x/${index}`, state: 'failure' }));
    github.reported.set(third, {
      statuses: [...others, { context: 'tests/api', state: 'success' }],
      runs: [{ name: 'build', status: 'completed', conclusion: 'success' }],
    });
    expect(await promote(application(gated).folder, ['r.dev/api'], token())).toMatchObject({ code: 0 });
    expect(github.asked).toContain(`/repos/acme/api/commits/${third}/status?per_page=100&page=2`);
  });

  it('ask again after an answer that may pass, and follow a repository that was renamed, but to no other host', async () => {
    github.asked.length = 0;
    github.first.push(
      () => ({ status: 502 }),
      (path) => ({ status: 301, headers: { location: path } }),
    );
    expect(await promote(application(gated).folder, ['r.dev/api'], token())).toMatchObject({ code: 0 });
    // Two pages of statuses and one of runs, and the two that were asked again.
    expect(github.asked).toHaveLength(5);
    github.first.push(() => ({ status: 302, headers: { location: 'https://evil.dev/x' } }));
    const { stderr } = await promote(application(gated).folder, ['r.dev/api'], token());
    expect(stderr).toContain('redirects to https://evil.dev, which is not allowed');
  });

  it('read JSON as JSON: a byte order mark in a description holds nothing up, and YAML is no answer', async () => {
    const status = { context: 'tests/api', state: 'success', description: '\uFEFFdone: \u0085 {{ x }}' };
    github.reported.set(third, { statuses: [status, { context: 'build', state: 'success' }], runs: [] });
    expect(await promote(application(gated).folder, ['r.dev/api'], token())).toMatchObject({ code: 0 });
    const pages = ['<html>please log in</html>', 'statuses: []', '{"statuses": [', Buffer.from([0x22, 0xff, 0x22])];
    for (const body of pages) {
      const page = () => ({ status: 200, body });
      github.first.push(page, page);
      const { code, stderr } = await promote(application(gated).folder, ['r.dev/api'], token());
      expect(code).toBe(1);
      expect(stderr).toMatch(/error\[statuses-unreadable\]: GitHub's response for http\S+ is not (JSON|UTF-8)/u);
      expect(stderr).not.toContain('yaml');
    }
  });

  it('say until when the limit of requests is used up', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1790000000' };
    github.first.push(
      () => ({ status: 403, headers }),
      () => ({ status: 403, headers }),
    );
    const { code, stderr } = await promote(application(gated).folder, ['r.dev/api'], token());
    expect(code).toBe(1);
    expect(stderr).toContain('GitHub responded with 403 for');
    expect(stderr).toContain('Its limit of requests is used up until 2026-09-21T14:13:20Z.');
  });

  it('refuse what is not, each with its reason, and write nothing', async () => {
    github.reported.set(third, {
      statuses: [
        { context: 'tests/api', state: 'failure' },
        { context: 'tests/api', state: 'success' },
      ],
    });
    const { folder } = application(gated);
    const result = await promote(folder, ['r.dev/api', '--commit'], token());
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(
      `app/waybill.yaml:6:5: error[gate-refused]: the gates of production refuse r.dev/api: the status tests/api of ${third} is failure`,
    );
    expect(result.stderr).toContain(`the status build of ${third} is not there`);
    expect(result.stderr).not.toContain(githubToken);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('refuse when nobody can be asked, or the answer is no', async () => {
    const { folder } = application(gated);
    expect((await promote(folder, ['r.dev/api'])).stderr).toContain('statuses cannot be read');
    const denied = await promote(folder, ['r.dev/api'], { env: { GITHUB_TOKEN: 'wrong', GITHUB_API_URL: github.url } });
    expect(denied).toMatchObject({ code: 1 });
    expect(denied.stderr).toContain('error[statuses-unreadable]: GitHub responded with 401');
    expect(denied.stderr).not.toContain('wrong');
    const elsewhere = application(gated).folder;
    const staging = 'app/locks/staging.yaml';
    writeFolder(elsewhere, {
      [staging]: readFileSync(join(elsewhere, staging), 'utf8').replace('github.com', 'evil.dev'),
    });
    const evil = await promote(elsewhere, ['r.dev/api'], { env: { GITHUB_TOKEN: githubToken } });
    expect(evil.stderr).toContain('https://evil.dev/acme/api is not at github.com');
  });

  it('take results of other providers from a file or standard input', async () => {
    const good = `{"name": "tests/api", "status": "SUCCESSFUL", "commit": "${third}"}\n{"key": "build", "state": "passed"}\n`;
    expect(await promote(application(gated).folder, ['r.dev/api', '--statuses', '-'], { stdin: good })).toMatchObject({
      code: 0,
    });
    const { folder } = application(gated);
    writeFolder(folder, {
      'results.json': JSON.stringify([
        { context: 'tests/api', state: 'success', commit: second },
        { context: 'build', state: 'inProgress' },
      ]),
    });
    const { stderr } = await promote(folder, ['r.dev/api', '--statuses', '../results.json']);
    expect(stderr).toContain(`the status tests/api of ${third} is not there`);
    expect(stderr).toContain('the status build of');
    expect(stderr).toContain('is pending');
    writeFolder(folder, { 'results.json': 'context: tests/api\nstate: success\n' });
    expect((await promote(folder, ['r.dev/api', '--statuses', '../results.json'])).stderr).toContain(
      '../results.json:1:1: error[statuses-unreadable]: ../results.json is not JSON',
    );
  });

  it('demand where images come from, and digests', async () => {
    const result = await promote(application('{ from: [qa], digest: true }').folder, []);
    expect(result.stderr).toContain('refuse images from staging\n');
    expect(result.stderr).toContain('refuse r.dev/api: staging runs it without a digest');
    expect(result.stderr).not.toContain('refuse nginx');
  });

  it('demand events of the source commit', async () => {
    const events = repositories.bare('events', { 'README.md': 'events\n' });
    const { folder } = application('{ events: [tests-complete] }');
    const args = ['r.dev/api', '--events-repository', events];
    const refused = await promote(folder, args);
    expect(refused.stderr).toContain(`there is no event tests-complete with a good outcome for ${third} in staging`);
    const emit = async (outcome: string, attempt: string) =>
      await runCli(
        [
          'event',
          'emit',
          'tests-complete',
          '--repository',
          events,
          '--application',
          'api',
          '--environment',
          'staging/api',
          '--source-repository',
          repository,
          '--source-commit',
          third,
          '--outcome',
          outcome,
          '--attempt',
          attempt,
        ],
        { cwd: folder, env },
      );
    expect(await emit('failure', '1')).toMatchObject({ code: 0 });
    expect(await promote(folder, args)).toMatchObject({ code: 1 });
    // Earlier versions wrote the end of tests without its result: nobody knows that they passed.
    const facts = { type: 'tests-complete', application: 'api', environment: 'staging/api' } as const;
    const unsaid = makeEvent({ ...facts, sourceRepository: repository, sourceCommit: third, attempt: 'x' }, new Date());
    await appendCommit({ url: events, branch: 'main', env: process.env }, 'x\n', async () => [
      { path: eventPath(unsaid), content: formatEvent(unsaid) },
    ]);
    expect(await promote(folder, args)).toMatchObject({ code: 1 });
    await emit('success', '2');
    expect(await promote(folder, args)).toMatchObject({ code: 0 });
    expect((await promote(application('{ events: [tests-complete] }').folder, ['r.dev/api'])).stderr).toContain(
      '--events-repository',
    );
  });
});
