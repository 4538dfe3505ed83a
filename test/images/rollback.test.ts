// waybill rollback over real history, and git revert, which must come to the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { inEnvironment } from '../tools/in-environment.ts';
import { runCli } from '../tools/run-cli.ts';
import { type FakeGitHub, startGitHub, token } from './github.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const lockFile = 'app/locks/production.yaml';
const commits = ['a', 'b', 'c'].map((digit) => digit.repeat(40));

function lock(api: number, worker: string, comment = ''): string {
  return `${comment}apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: r.dev/api # the service
    tag: v${api}
    source: { repository: "https://github.com/acme/api", commit: ${commits[api]} }
  - name: r.dev/worker
    tag: "${worker}"
`;
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: x }
spec: { template: { spec: { containers: [{ name: a, image: r.dev/api }, { name: b, image: r.dev/worker }] } } }
`;
let count = 0;
/** A clone with five states of the lock: seed, api 1, worker 2, a comment, api 2. */
function history(): { folder: string; bare: string; states: string[] } {
  count += 1;
  const bare = repositories.bare(`rollback-${count}`, { [lockFile]: lock(0, '1'), 'app/deployment.yaml': deployment });
  const folder = repositories.clone(bare);
  const texts = [lock(1, '1'), lock(1, '2'), lock(1, '2', '# tidy\n'), lock(2, '2', '# tidy\n')];
  const states = [git(folder, 'rev-parse', 'HEAD')];
  for (const [index, text] of texts.entries()) {
    writeFolder(folder, { [lockFile]: text, 'unrelated.txt': String(index) });
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', `state ${index + 1}`);
    states.push(git(folder, 'rev-parse', 'HEAD'));
  }
  git(folder, 'push', '-q', 'origin', 'main');
  return { folder, bare, states };
}

async function rollback(cwd: string, ...args: string[]) {
  return await runCli(['rollback', '-C', 'app', ...inEnvironment('production', args)], { cwd, env });
}

/** A lock without what a rollback holds back. */
function imagesOf(text: string): string {
  return text.replace(/^holds:\n[^]*$/mu, '');
}

async function render(cwd: string): Promise<string> {
  return (await runCli(['render', 'app', '-e', 'production', '--namespace', 'ecotrack'], { cwd, env })).stdout;
}

describe('rollback', () => {
  it('goes back to the last state that differed, and touches nothing else', async () => {
    const { folder } = history();
    const result = await rollback(folder, '--commit');
    expect(result).toMatchObject({ code: 0, stdout: 'r.dev/api: v2 -> v1\n' });
    expect(imagesOf(readFileSync(join(folder, lockFile), 'utf8'))).toBe(lock(1, '2', '# tidy\n'));
    const message = git(folder, 'log', '-1', '--format=%B');
    expect(message).toContain('Roll back api in production\n\nr.dev/api: v2 -> v1');
    expect(message).toContain(`Argocd-reference-commit-sha: ${commits[1]}`);
    expect(git(folder, 'show', '--format=', '--name-only', 'HEAD')).toBe(lockFile);
  });

  it('renders what git revert renders', async () => {
    const { folder } = history();
    const other = repositories.clone(folder);
    await rollback(folder, '--commit');
    git(other, 'revert', '--no-edit', 'HEAD');
    const rendered = await render(folder);
    expect(rendered).toContain('image: r.dev/api:v1');
    expect(rendered).toBe(await render(other));
  });

  it.each<[string, string[], [number, string], string]>([
    ['two states', ['--steps', '2'], [1, '1'], 'r.dev/api: v2 -> v1\nr.dev/worker: 2 -> 1\n'],
    ['two states of one image', ['r.dev/api', '--steps', '2'], [0, '2'], 'r.dev/api: v2 -> v0\n'],
    ['one image', ['r.dev/worker'], [2, '1'], 'r.dev/worker: 2 -> 1\n'],
  ])('goes back %s', async (_name, args, [api, worker], stdout) => {
    const { folder } = history();
    expect(await rollback(folder, ...args)).toMatchObject({ code: 0, stdout });
    expect(imagesOf(readFileSync(join(folder, lockFile), 'utf8'))).toBe(lock(api, worker, '# tidy\n'));
  });

  it('goes back to a commit, on the remote branch', async () => {
    const { folder, bare, states } = history();
    expect(await rollback(folder, '--to', (states[1] ?? '').slice(0, 10), '--push')).toMatchObject({ code: 0 });
    expect(imagesOf(git(bare, 'show', `main:${lockFile}`))).toBe(lock(1, '1', '# tidy\n'));
    expect(await rollback(folder, '--to', states[1] ?? '')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing to change\n',
    });
  });

  it.each<[string, string[], string]>([
    ['an unknown image', ['r.dev/apu'], 'Did you mean r.dev/api?'],
    ['more states than there are', ['--steps', '9'], 'the history has no 9 other states'],
    ['an unknown commit', ['--to', 'f'.repeat(40)], 'there is no such commit here'],
    ['an environment without lock', ['-e', 'staging'], 'environment staging has no lock'],
  ])('refuses %s', async (_name, args, message) => {
    const { folder } = history();
    const result = await rollback(folder, ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('takes states that only say more of the version that runs for no other state', async () => {
    const { folder } = history();
    const [, known = ''] = commits;
    const set = async (...args: string[]) =>
      await runCli(['images', 'set', ...args, '-e', 'production', '-C', 'app', '--commit'], { cwd: folder, env });
    const source = ['--source-repository', 'https://github.com/acme/worker', '--source-commit', known];
    const worker = () =>
      /- name: r\.dev\/worker\n[^]*?(?=holds:|$)/u.exec(readFileSync(join(folder, lockFile), 'utf8'))?.[0];
    expect(await set('r.dev/worker=:sha-abc')).toMatchObject({ code: 0 });
    const bare = git(folder, 'rev-parse', 'HEAD');
    expect(await set('r.dev/worker=:sha-abc', ...source)).toMatchObject({ code: 0 });
    expect(git(folder, 'rev-parse', 'HEAD')).not.toBe(bare);
    const digest = `sha256:${'d'.repeat(64)}`;
    expect(await set(`r.dev/worker=:sha-abc@${digest}`, ...source)).toMatchObject({ code: 0 });
    const before = worker();

    // To a commit that only says less: what is asked for, without a hold of what runs.
    expect(await rollback(folder, '--to', bare)).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, lockFile), 'utf8')).not.toContain('holds:');
    git(folder, 'checkout', '-q', '.');
    expect(worker()).toBe(before);

    const { code, stdout } = await rollback(folder, 'r.dev/worker');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^r\.dev\/worker: sha-abc\S* -> 2\n$/u);
    expect(readFileSync(join(folder, lockFile), 'utf8')).toMatch(/holds:\n[^]*tag: sha-abc\n[^]*digest: sha256:d+\n/u);
  });

  it('refuses, at the lock, where every state is the version that runs', async () => {
    const only = lock(1, 'sha-abc').replace(/ {2}- name: r\.dev\/api[^]*(?= {2}- name: r\.dev\/worker)/u, '');
    const folder = repositories.clone(
      repositories.bare('rollback-same', { [lockFile]: only, 'app/deployment.yaml': deployment }),
    );
    const known = `${only}    source: { repository: "https://github.com/acme/worker", commit: ${commits[1]} }\n`;
    writeFolder(folder, { [lockFile]: known });
    git(folder, 'commit', '-q', '-a', '-m', 'Say the source');
    const result = await rollback(folder, '--commit');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`${lockFile}: error[rollback-target]: the history has no other state`);
    expect(readFileSync(join(folder, lockFile), 'utf8')).toBe(known);
    // The same tag of another source commit is another version; the hold is of the commit, since the tag runs.
    writeFolder(folder, { [lockFile]: known.replace(commits[1] ?? '', commits[2] ?? '') });
    git(folder, 'commit', '-q', '-a', '-m', 'Build again');
    expect(await rollback(folder, '--commit')).toMatchObject({ code: 0 });
    const text = readFileSync(join(folder, lockFile), 'utf8');
    expect(imagesOf(text)).toBe(known);
    expect(text).toContain(`commit: ${commits[2]}`);
    expect(/holds:[^]*/u.exec(text)?.[0]).not.toContain('tag:');
  });

  it('says that a shallow clone ends', async () => {
    const shallow = repositories.clone(history().bare, '--depth=1');
    expect((await rollback(shallow)).stderr).toContain('git fetch --unshallow');
  });
});

describe('rollback by what was reported', () => {
  let github: FakeGitHub;
  beforeAll(async () => {
    github = await startGitHub();
  });
  afterAll(() => {
    github.close();
    expect(github.problems).toEqual([]);
  });
  const [oldest = '', middle = '', newest = ''] = commits;
  const asking = async (cwd: string, ...args: string[]) =>
    await runCli(['rollback', '-e', 'production', '-C', 'app', 'r.dev/api', ...args], {
      cwd,
      env: { ...env, GITHUB_TOKEN: token, GITHUB_API_URL: github.url },
    });

  it('skips what failed in the environment, and says so', async () => {
    const { folder, states } = history();
    github.reported.set(newest, { deployments: { production: ['failure'] } });
    github.reported.set(middle, { deployments: { production: ['inactive', 'failure', 'success'] } });
    github.reported.set(oldest, { deployments: { production: ['inactive', 'success', 'in_progress'] } });
    const skipped = states.slice(1, 4).toReversed();
    const why = `r.dev/api: the deployment of ${middle.slice(0, 12)} to production is failure`;
    expect(await asking(folder)).toEqual({
      code: 0,
      stdout: 'r.dev/api: v2 -> v0\n',
      stderr: `${skipped.map((state, index) => `skipped ${state.slice(0, 12)} "state ${3 - index}": ${why}\n`).join('')}wrote ${lockFile}\n`,
    });
    git(folder, 'checkout', '-q', '.');
    expect(await asking(folder, '--any-state')).toEqual({
      code: 0,
      stdout: 'r.dev/api: v2 -> v1\n',
      stderr: `wrote ${lockFile}\n`,
    });
  });

  it('says what was skipped when nothing healthy is left', async () => {
    const { folder } = history();
    github.reported.set(middle, { deployments: { production: ['error'] } });
    github.reported.set(oldest, { deployments: { production: ['pending'] } });
    const { code, stderr } = await asking(folder);
    expect(code).toBe(1);
    expect(stderr).toContain('error[rollback-target]: the history has no other state of r.dev/api to go back to');
    expect(stderr).toContain(`r.dev/api: the deployment of ${oldest.slice(0, 12)} to production is pending.`);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('reads the commit status where there is no deployment, and those that are demanded', async () => {
    const { folder } = history();
    github.reported.set(middle, { statuses: [{ context: 'deployment/app', state: 'failure' }] });
    github.reported.set(oldest, { statuses: [{ context: 'tests/api', state: 'success' }] });
    const unknown = await asking(folder);
    expect(unknown.stdout).toBe('r.dev/api: v2 -> v0\n');
    expect(unknown.stderr).toContain(`: r.dev/api: the status deployment/app of ${middle.slice(0, 12)} is failure\n`);
    expect(unknown.stderr).toContain('used without check: ');
    expect(unknown.stderr).toContain(`no deployment of ${oldest.slice(0, 12)} to`);
    git(folder, 'checkout', '-q', '.');
    const demanded = await asking(folder, '--status', 'tests/api');
    expect(demanded.stdout).toBe('r.dev/api: v2 -> v0\n');
    expect(demanded.stderr).toContain(`the status tests/api of ${middle.slice(0, 12)} is not there`);
    expect(demanded.stderr).not.toContain('used without check');
  });

  it('takes the environment by its name at GitHub', async () => {
    const { folder } = history();
    writeFolder(folder, {
      'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: [deployment.yaml] }
environments: { production: { reportAs: "{{ environment }}/{{ app.name }}" } }
`,
    });
    github.reported.set(middle, { deployments: { production: ['failure'], 'production/app': ['success'] } });
    expect(await asking(folder)).toMatchObject({ code: 0, stdout: 'r.dev/api: v2 -> v1\n' });
    expect(github.asked.at(-1)).toContain('/deployments/');
  });

  it('reads a file in place of GitHub, and fails when GitHub gives no answer', async () => {
    const { folder } = history();
    const results = `{"context": "deployment/app", "state": "failed", "commit": "${middle}"}\n`;
    const file = await runCli(['rollback', '-e', 'production', '-C', 'app', 'r.dev/api', '--statuses', '-'], {
      cwd: folder,
      env,
      stdin: results,
    });
    expect(file).toMatchObject({ code: 0, stdout: 'r.dev/api: v2 -> v0\n' });
    git(folder, 'checkout', '-q', '.');
    const denied = await runCli(['rollback', '-e', 'production', '-C', 'app'], {
      cwd: folder,
      env: { ...env, GITHUB_TOKEN: 'other', GITHUB_API_URL: github.url },
    });
    expect(denied).toMatchObject({ code: 1, stdout: '' });
    expect(denied.stderr).toContain('error[statuses-unreadable]: GitHub responded with 401');
    expect(denied.stderr).toContain('--any-state');
  });
});
