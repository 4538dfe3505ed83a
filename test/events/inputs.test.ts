// What people get wrong on the command line, clocks that are wrong, and a history that somebody made smaller.
import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { type GitFault, serveGit } from '../tools/git-http.ts';
import { attempts, facts, EventRepositories } from './harness.ts';

const place = new EventRepositories();
afterAll(() => place.close());

describe('what no command can mean', () => {
  it.each([
    [
      ['list', '--deployment', 'xyz'],
      2,
      '--deployment xyz: this is no id of a deployment; expected 16 hexadecimal digits',
    ],
    [['wait', '--deployment', 'abc', '--timeout', '1'], 2, 'this is no id of a deployment'],
    [['next', '--consumer', 'tests', '--environment', 'Prod'], 2, '--environment "Prod": this is no name'],
    [['list', '--application', 'User Service'], 2, '--application User Service: expected lower-case letters'],
    [['replay', '--since', '2026-02-31'], 1, '--since 2026-02-31 names no commit, no event and no date'],
    [['replay', '--since', 'yesterday'], 1, 'or a date such as'],
    [['prune', '--older-than', '30d', '--keep-last', '0'], 2, '--keep-last 0: without its last event'],
    [['prune', '--older-than', 'forever'], 2, 'Expected a number with a unit'],
    [['wait', '--timeout', '0'], 2, 'Expected a number above 0'],
    [
      ['emit', 'deployment-complete', ...facts('1'), '--data', 'a=1', '--data', 'a=2'],
      2,
      '--data a=2: a was given before, as 1',
    ],
    [['emit', 'deployment-done', ...facts('1')], 2, 'Allowed choices are deployment-requested'],
  ])('%j', async ([command = '', ...args], code, message) => {
    const remote = ['--repository', place.repository(`inputs-${Math.random()}`)];
    const ran = await place.event([command, ...remote, ...args]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});

describe('wait', () => {
  it('refuses the end of tests without its result, which no gate could judge', async () => {
    place.repository('unsaid');
    const remote = ['--repository', `${place.folder}/unsaid`];
    const { code, stdout, stderr } = await place.event(['emit', 'tests-complete', ...remote, ...facts('1')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('tests-complete needs --outcome success or --outcome failure');
  });

  it('outlives a server that fails for a moment, and says so', async () => {
    let fault: GitFault | undefined;
    const looks: string[] = [];
    const server = await serveGit(place.folder, 'p', (request) => {
      if (request === 'find') looks.push(request);
      return fault;
    });
    place.repository('moment');
    const remote = ['--repository', `${server.url.replace('http://', 'http://ci:p@')}/moment`];
    const emit = async (type: string) => await place.event(['emit', type, ...remote, ...facts('1')], 'ci');
    await emit('deployment-complete');
    const waiting = place.event([
      'wait',
      ...remote,
      '--type',
      'tests-complete',
      '--interval',
      '0.05',
      '--timeout',
      '60',
    ]);
    const until = async (more: number) => {
      const enough = looks.length + more;
      while (looks.length < enough) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await until(2);
    fault = 'error';
    await until(2);
    fault = undefined;
    await place.event(['emit', 'tests-complete', ...remote, ...facts('1'), '--outcome', 'success'], 'ci');
    const ran = await waiting;
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('error[remote-unreachable]');
    expect(ran.stderr).toContain('It is asked again.');
    await server.close();
  });
});

describe('clocks that are wrong', () => {
  /** The committer's clock, `seconds` from ours. */
  const clock = (seconds: number) => {
    const time = `${Math.floor(Date.now() / 1000) + seconds} +0000`;
    return (name: string, url: string, content: string) => {
      const work = `${place.folder}/skew-${Math.random()}`;
      const env = { ...process.env, GIT_COMMITTER_DATE: time, GIT_AUTHOR_DATE: time };
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], { cwd: work, env });
      execFileSync('git', ['clone', '-q', url, work]);
      const path = `events/web/production/deployment-complete/${name}.json`;
      execFileSync('mkdir', ['-p', `${work}/events/web/production/deployment-complete`]);
      execFileSync('tee', [`${work}/${path}`], { input: content, stdio: ['pipe', 'ignore', 'inherit'] });
      git('add', '-A');
      git('commit', '-q', '-m', name);
      git('push', '-q', 'origin', 'HEAD:main');
    };
  };

  it('change neither the order nor what retention keeps', async () => {
    const url = place.repository('skew');
    const remote = ['--repository', url];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1', 'web')]);
    // A writer whose clock is a year behind: its event is young all the same.
    clock(-365 * 86_400)('0'.repeat(32), url, '{}');
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('2', 'web')]);
    expect(attempts(await place.event(['list', ...remote, '-o', 'json']))).toEqual(['1', '2']);
    const prune = ['prune', ...remote, '--older-than', '30d', '--keep-last', '1'];
    expect(await place.event(prune)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing to change: no event is that old, or those that are stay (--keep-last)\n',
    });
  });
});

describe('a history that was squashed', () => {
  it('keeps the events; consumers are told, and set anew as documented', async () => {
    const url = place.repository('squash');
    const remote = ['--repository', url];
    for (const attempt of ['1', '2', '3'])
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    await place.event(['next', ...remote, '--consumer', 'tests']);
    // docs/events.md, Retention.
    const script = `set -e
      git clone --quiet ${url} squash-work && cd squash-work
      root=$(git -c user.name=x -c user.email=x@localhost commit-tree 'HEAD^{tree}' -m 'Squash the history of events')
      git push --quiet --force-with-lease=main:"$(git rev-parse HEAD)" origin "$root:refs/heads/main"`;
    execFileSync('sh', ['-c', script], { cwd: place.folder });
    expect(attempts(await place.event(['list', ...remote, '-o', 'json'])).toSorted()).toEqual(['1', '2', '3']);
    const told = await place.event(['next', ...remote, '--consumer', 'tests']);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('has a position at a commit that is not in the branch');
    await place.event(['replay', ...remote, '--consumer', 'tests', '--since', '2100-01-01']);
    expect(await place.event(['next', ...remote, '--consumer', 'tests'])).toMatchObject({ code: 0, stdout: '' });
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('4')]);
    expect(attempts(await place.event(['next', ...remote, '--consumer', 'tests']))).toEqual(['4']);
  });
});
