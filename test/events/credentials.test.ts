// The credentials of a Secret, as the hook's Job and the CronJob give them to git: by http against git's own server, by
// ssh with a stand-in for the program ssh, which does what sshd would do with git's command.
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import { gitAccess } from '../../plugin/hook/git-access.ts';
import { type GitServer, serveGit } from '../tools/git-http.ts';
import { attempts, facts, EventRepositories } from './harness.ts';

const password = 'hunter2-do-not-show';
const places: EventRepositories[] = [];
let server: GitServer;

/** A place whose commands find what the pod would: values of the Secret in place. */
function podOf(
  repository: string,
  secret: Readonly<Record<string, string>>,
  more: Record<string, string> = {},
): EventRepositories {
  const env = gitAccess(repository, 'events').env.map(({ name, value }): [string, string] => [
    typeof name === 'string' ? name : '',
    typeof value === 'string' ? value : (secret['authorization'] ?? ''),
  ]);
  const place = new EventRepositories({ ...Object.fromEntries(env), ...more });
  places.push(place);
  return place;
}

/** The generated consumer of an application whose source repository is private. */
function consumerOf(repository: string): string {
  const text = readFileSync('examples/handback/event-files/handback.yaml', 'utf8');
  const file = text.replace(/sourceRepository: .*/u, `sourceRepository: ${repository}\n    privateSource: true`);
  const files = generateFiles('event-files', readHandbackConfig(file, 'handback.yaml'));
  return files.find(({ path }) => path.endsWith('.sh'))?.text ?? '';
}

const home = new EventRepositories();
beforeAll(async () => {
  server = await serveGit(home.folder, password);
});
afterAll(async () => {
  await server.close();
  for (const place of [home, ...places]) place.close();
});

describe('a private source repository', () => {
  it('is checked out by the generated consumer with the header of its own, which the tests do not see', async () => {
    const folder = new URL(home.repository('source')).pathname;
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], {
        encoding: 'utf8',
      }).trim();
    const tree = git('mktree', '--missing');
    const commit = git('commit-tree', tree, '-m', 'one');
    git('update-ref', 'refs/heads/main', commit);
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const [, script = ''] = /^(before=[\s\S]*)outcome=success$/mu.exec(consumerOf(`${server.url}/source`)) ?? [];
    const check = `set -eu\n${script}env; git -C "$work" log --format=%H`;
    const header = `Authorization: Basic ${Buffer.from(`ci:${password}`).toString('base64')}`;
    const env = {
      PATH: process.env['PATH'],
      HOME: home.folder,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.https://elsewhere.dev.extraHeader',
      GIT_CONFIG_VALUE_0: 'X: y',
      SOURCE_REPOSITORY: `${server.url}/source`,
      WAYBILL_SOURCE_COMMIT: commit,
    };
    const run = async (authorization: string) =>
      await promisify(execFile)('sh', ['-c', check], { env: { ...env, SOURCE_AUTHORIZATION: authorization } });
    const { stdout } = await run(header);
    expect(stdout).toContain(commit);
    expect(stdout).toContain('GIT_CONFIG_VALUE_0=X: y');
    expect(stdout).not.toContain(header);
    await expect(run('X: z')).rejects.toThrow(/could not read Username/u);
  });
});

describe('a private event repository', () => {
  it('is written and read by http with the header of the Secret', async () => {
    home.repository('http');
    const url = `${server.url}/http`;
    const remote = ['--repository', url];
    const header = (word: string) => ({
      authorization: `Authorization: Basic ${Buffer.from(`ci:${word}`).toString('base64')}`,
    });
    const pod = podOf(url, header(password));
    expect(await pod.event(['emit', 'deployment-complete', ...remote, ...facts('1')])).toMatchObject({ code: 0 });
    expect(attempts(await pod.event(['next', ...remote, '--consumer', 'tests']))).toEqual(['1']);
    const wrong = await podOf(url, header('other')).event(['emit', 'deployment-complete', ...remote, ...facts('2')]);
    expect(wrong.code).toBe(5);
    expect(wrong.stderr).toMatch(/could not read Username|Authentication failed/u);
    // The header is for this repository: another one on the same server does not get it.
    home.repository('other');
    const elsewhere = await pod.event(['list', '--repository', `${server.url}/other`]);
    expect(elsewhere.code).toBe(4);
  });

  it('is written and read by ssh with the key of the Secret, and only the known host', async () => {
    const folder = new URL(home.repository('ssh')).pathname;
    const bin = join(home.folder, 'bin');
    mkdirSync(bin);
    // ssh [options] HOST COMMAND: the command git wants to run over there is the last word.
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\necho "$@" >>${bin}/asked\nfor last; do :; done\nexec sh -c "$last"\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    const url = `git@git.acme.dev:${folder}`;
    const pod = podOf(url, {}, { PATH: `${bin}:${process.env['PATH']}` });
    const remote = ['--repository', url];
    expect(await pod.event(['emit', 'deployment-complete', ...remote, ...facts('1')])).toMatchObject({ code: 0 });
    expect(attempts(await pod.event(['next', ...remote, '--consumer', 'tests']))).toEqual(['1']);
    const [asked = ''] = readFileSync(join(bin, 'asked'), 'utf8').split('\n');
    expect(asked).toContain('-i /etc/waybill-git/ssh-privatekey -o IdentitiesOnly=yes');
    expect(asked).toContain('-o UserKnownHostsFile=/etc/waybill-git/known_hosts -o StrictHostKeyChecking=yes');
    expect(asked).toContain('git@git.acme.dev');
  });
});
