import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attempts, facts, EventRepositories } from './harness.ts';

const place = new EventRepositories();
afterAll(() => place.close());

/** Puts files into a repository as somebody else's commit. */
function commitFiles(url: string, files: Readonly<Record<string, string>>): void {
  const work = `${place.folder}/work-${Math.random()}`;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], { cwd: work });
  execFileSync('git', ['clone', '-q', url, work]);
  for (const [path, content] of Object.entries(files)) {
    execFileSync('mkdir', ['-p', join(work, path, '..')]);
    execFileSync('tee', [join(work, path)], { input: content });
  }
  git('add', '-A');
  git('commit', '-q', '-m', 'by hand');
  git('push', '-q', 'origin', 'HEAD:main');
}

describe('a repository of events', () => {
  it('lists what was emitted in the order in which git got it', async () => {
    const remote = ['--repository', place.repository('list')];
    await place.event(['emit', 'deployment-requested', ...remote, ...facts('1', 'web')]);
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('2', 'api'), '--outcome', 'success']);
    expect(attempts(await place.event(['list', ...remote, '-o', 'json']))).toEqual(['1', '2']);
    expect(attempts(await place.event(['list', ...remote, '-o', 'json', '--application', 'api']))).toEqual(['2']);
    expect(attempts(await place.event(['list', ...remote, '-o', 'json', '--type', 'tests-complete']))).toEqual([]);
    const { stdout } = await place.event(['list', ...remote]);
    expect(stdout).toMatch(/^AGE +TYPE +APPLICATION/u);
    expect(stdout).toMatch(/deployment-complete +api +production +8f3c0e7b +success/u);
  });

  it('correlates a deployment from request to tests', async () => {
    const remote = ['--repository', place.repository('correlate')];
    const asked = await place.event([
      'emit',
      'deployment-requested',
      ...remote,
      ...facts('x').filter((flag) => !['--attempt', 'x'].includes(flag)),
    ]);
    const deployment = /"deployment":"([^"]+)"/u.exec(asked.stdout)?.[1] ?? '';
    expect(deployment).toMatch(/^[0-9a-f]{16}$/u);
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('job-1')]);
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('job-2', 'other')]);
    expect(attempts(await place.event(['list', ...remote, '-o', 'json', '--deployment', deployment]))).toEqual([
      '',
      'job-1',
    ]);
    expect((await place.event(['show', deployment, ...remote])).stdout).toContain('"type": "deployment-complete"');
    expect(await place.event(['show', 'ffffffffffff', ...remote])).toMatchObject({ code: 1, stdout: '' });
  });

  it('waits for an event, and says so when the time is over', async () => {
    const remote = ['--repository', place.repository('wait')];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1')]);
    const wait = ['wait', ...remote, '--type', 'tests-complete', '--interval', '0.05', '-o', 'json'];
    expect(await place.event([...wait, '--timeout', '0.2'])).toMatchObject({ code: 6, stdout: '' });
    const waiting = place.event([...wait, '--timeout', '60'], 'two');
    await place.event(['emit', 'tests-complete', ...remote, ...facts('1'), '--outcome', 'success']);
    expect(await waiting).toMatchObject({ code: 0 });
  });
});

describe('a consumer', () => {
  it('gets every event once, in order, from wherever it asks; other consumers have their own pace', async () => {
    const remote = ['--repository', place.repository('next')];
    for (const attempt of ['1', '2', '3'])
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    const next = ['next', ...remote, '--consumer'];
    expect(attempts(await place.event([...next, 'tests', '--peek']))).toEqual(['1']);
    expect(attempts(await place.event([...next, 'tests'], 'one'))).toEqual(['1']);
    expect(attempts(await place.event([...next, 'tests'], 'two'))).toEqual(['2']);
    expect(attempts(await place.event([...next, 'audit'], 'one'))).toEqual(['1']);
    expect(attempts(await place.event([...next, 'tests'], 'one'))).toEqual(['3']);
    expect(await place.event([...next, 'tests'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing new for tests\n',
    });
  });

  it('keeps an event whose command failed', async () => {
    const remote = ['--repository', place.repository('command')];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1')]);
    const next = ['next', ...remote, '--consumer', 'tests', '--'];
    expect(await place.event([...next, 'false'])).toMatchObject({ code: 1 });
    const out = join(place.folder, 'received.json');
    expect(await place.event([...next, 'tee', out])).toMatchObject({ code: 0 });
    expect(execFileSync('cat', [out], { encoding: 'utf8' })).toContain('"attempt": "1"');
    expect(await place.event([...next, 'false'])).toMatchObject({ code: 0, stderr: 'nothing new for tests\n' });
  });

  it('passes over poison, says so, and goes on behind it', async () => {
    const url = place.repository('poison');
    const remote = ['--repository', url];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1')]);
    commitFiles(url, {
      'events/user-service/production/deployment-complete/zzz.json': '{"broken',
      'events/README.md': 'hello',
    });
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('2')]);
    const next = ['next', ...remote, '--consumer', 'tests'];
    await place.event(next);
    const second = await place.event(next);
    expect(attempts(second)).toEqual(['2']);
    expect(second.stderr).toContain(
      'events/user-service/production/deployment-complete/zzz.json: warning[event-invalid]: this file is not JSON',
    );
    expect(await place.event(['validate', ...remote])).toMatchObject({ code: 1, stdout: '' });
  });

  it('says when its position makes no sense, and can be set anew', async () => {
    const url = place.repository('corrupt');
    const remote = ['--repository', url];
    for (const attempt of ['1', '2']) await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    commitFiles(url, { 'consumers/tests.json': '{}' });
    const broken = await place.event(['next', ...remote, '--consumer', 'tests']);
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toContain('consumers/tests.json: error[event-consumer-broken]');
    const { stdout } = await place.event(['list', ...remote, '-o', 'json']);
    const second = /"id":"([0-9a-f]+)"/u.exec(stdout.split('\n')[1] ?? '')?.[1] ?? '';
    expect(await place.event(['replay', ...remote, '--consumer', 'tests', '--since', second])).toMatchObject({
      code: 0,
    });
    expect(attempts(await place.event(['next', ...remote, '--consumer', 'tests']))).toEqual(['2']);
    expect(attempts(await place.event(['replay', ...remote, '--since', '2020-01-01', '-o', 'json']))).toEqual([
      '1',
      '2',
    ]);
    expect(await place.event(['replay', ...remote, '--since', 'yesterday'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('retention', () => {
  it('deletes old events, never the last of a line and never what a consumer has to get', async () => {
    const remote = ['--repository', place.repository('prune')];
    for (const attempt of ['1', '2', '3'])
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    await place.event(['next', ...remote, '--consumer', 'tests']);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const prune = ['prune', ...remote, '--older-than', '1s', '--keep-last', '1'];
    const refused = await place.event(prune);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('tests has not had 1 of them');
    expect((await place.event([...prune, '--force', '--dry-run'])).stdout.trim().split('\n')).toHaveLength(2);
    expect(await place.event([...prune, '--force'])).toMatchObject({ code: 0 });
    expect(attempts(await place.event(['list', ...remote, '-o', 'json']))).toEqual(['3']);
    expect(attempts(await place.event(['next', ...remote, '--consumer', 'tests']))).toEqual(['3']);
    expect(await place.event(prune)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing to change: no event is that old, or those that are stay (--keep-last)\n',
    });
  });
});

describe('a consumer that nobody knows', () => {
  it('begins with the first event and says so; only a known one is set back, unless a new one is meant', async () => {
    const remote = ['--repository', place.repository('unknown')];
    for (const attempt of ['1', '2', '3'])
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    const first = await place.event(['next', ...remote, '--consumer', 'tests']);
    expect(first.stderr).toBe('tests is a new consumer: it begins with the first event (there are no others)\n');
    const replay = ['replay', ...remote, '--since', '2020-01-01', '--consumer'];
    const typo = await place.event([...replay, 'test']);
    expect(typo).toMatchObject({ code: 1, stdout: '' });
    expect(typo.stderr).toContain('error[event-consumer-unknown]: there is no consumer "test"');
    expect(typo.stderr).toContain('Consumers: tests.');
    expect(await place.event([...replay, '../tests', '--new'])).toMatchObject({ code: 2 });
    expect(await place.event([...replay, 'audit', '--new'])).toMatchObject({ code: 0 });
    expect(attempts(await place.event(['next', ...remote, '--consumer', 'audit']))).toEqual(['1']);
    const latest = ['replay', ...remote, '--since', '2100-01-01', '--new', '--consumer', 'late'];
    expect((await place.event(latest)).stderr).toBe('late continues with the next new event\n');
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('4')]);
    expect(attempts(await place.event(['next', ...remote, '--consumer', 'late']))).toEqual(['4']);
  });

  it('protects from retention only what it asks for', async () => {
    const remote = ['--repository', place.repository('asks')];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1', 'web')]);
    await place.event(['next', ...remote, '--consumer', 'web', '--application', 'web']);
    for (const attempt of ['2', '3'])
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt, 'api')]);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const prune = ['prune', ...remote, '--older-than', '1s', '--keep-last', '1'];
    expect((await place.event([...prune, '--dry-run'])).stdout.trim().split('\n')).toHaveLength(1);
    // Set back to the beginning it still has a position, and with it a claim.
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('4', 'web')]);
    await place.event(['replay', ...remote, '--since', '2020-01-01', '--consumer', 'web']);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const refused = await place.event(prune);
    expect(refused.stderr).toContain('web has not had 1 of them');
    expect(refused.code).toBe(1);
  });
});

describe('an emit that cannot be delivered', () => {
  it('ends with code 5, keeps the event, and the next emit sends both', async () => {
    const url = place.repository('away');
    const remote = ['--repository', url];
    const folder = join(place.folder, 'away');
    renameSync(folder, `${folder}.gone`);
    const first = await place.event(['emit', 'deployment-complete', ...remote, ...facts('1')]);
    expect(first).toMatchObject({ code: 5, stdout: '' });
    expect(first.stderr).toContain('error[remote-unreachable]');
    expect(await place.event(['list', ...remote])).toMatchObject({ code: 4 });
    renameSync(`${folder}.gone`, folder);
    expect(await place.event(['emit', 'deployment-complete', ...remote, ...facts('2')])).toMatchObject({ code: 0 });
    expect(attempts(await place.event(['list', ...remote, '-o', 'json'])).toSorted()).toEqual(['1', '2']);
  });

  it('says when a lock was left in the repository instead of racing nobody', async () => {
    const remote = ['--repository', place.repository('locked')];
    await place.event(['emit', 'deployment-complete', ...remote, ...facts('1')]);
    const lock = join(place.folder, 'locked/refs/heads/main.lock');
    writeFileSync(lock, '');
    const ran = await place.event(['emit', 'deployment-complete', ...remote, ...facts('2')]);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('error[remote-locked]: a lock on the branch stays, and the branch does not move');
    expect(ran.stderr).toMatch(/main\.lock': File exists/u);
    rmSync(lock);
    expect(await place.event(['emit', 'deployment-complete', ...remote, ...facts('3')])).toMatchObject({ code: 0 });
    expect(attempts(await place.event(['list', ...remote, '-o', 'json'])).toSorted()).toEqual(['1', '2', '3']);
  });

  it('takes its facts from mounted records, and what flags say over them', async () => {
    const remote = ['--repository', place.repository('record')];
    const record = {
      apiVersion: 'waybill.dev/v1',
      kind: 'DeploymentRecord',
      application: 'shop',
      environment: 'staging',
      source: { repository: 'https://github.com/acme/shop', commit: 'a'.repeat(40) },
      images: [{ reference: 'ghcr.io/acme/shop:1', run: 'https://ci.acme.dev/1' }],
    };
    // As Kubernetes mounts two ConfigMaps: each a folder with a hidden copy and a link.
    for (const name of ['one', 'two']) {
      mkdirSync(join(place.folder, 'records', name, '..data'), { recursive: true });
      const source = { ...record.source, repository: `https://github.com/acme/${name}` };
      writeFileSync(
        join(place.folder, 'records', name, '..data/deployment.json'),
        JSON.stringify({ ...record, source }),
      );
      symlinkSync('..data/deployment.json', join(place.folder, 'records', name, 'deployment.json'));
    }
    const emitted = await place.event([
      'emit',
      'deployment-complete',
      ...remote,
      '--record',
      'records',
      '--attempt',
      'uid',
      '--outcome',
      'success',
    ]);
    expect(emitted).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await place.event(['list', ...remote, '-o', 'json']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject(
      [{ source: 'https://github.com/acme/one' }, { source: 'https://github.com/acme/two' }].map((one) => ({
        ...one,
        subject: 'shop/staging',
        data: { image: 'ghcr.io/acme/shop:1', attempt: 'uid', details: { run: 'https://ci.acme.dev/1' } },
      })),
    );
    expect(await place.event(['emit', 'deployment-complete', ...remote, '--record', 'nowhere'])).toMatchObject({
      code: 1,
      stdout: '',
    });
    const little = await place.event(['emit', 'deployment-complete', ...remote, '--application', 'x']);
    expect(little.stderr).toContain(
      'missing --environment, --source-repository, --source-commit; or use --record PATH',
    );
  });

  /** An option that is given twice is refused: the flags stand in place of those of the same name. */
  const without = (args: readonly string[], flags: readonly string[]): string[] =>
    args.filter((_, index) => ![args[index], args[index - 1]].includes(flags[0]) || flags[0] === '--data');

  it.each([
    [['--source-commit', '8f3c0e7'], 'sourceCommit'],
    [['--application', 'User Service'], 'application'],
    [['--data', 'x'], '--data x: expected key=value'],
  ])('refuses facts that make no event: %s', async (flags, message) => {
    const remote = ['--repository', place.repository(`bad-${message.length}`)];
    const ran = await place.event(['emit', 'deployment-complete', ...remote, ...without(facts('1'), flags), ...flags]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});

describe('reconcile', () => {
  const commit = (digit: string) => digit.repeat(40);
  const name = (digit: string) => `waybill.acme.shop.staging.shop.${commit(digit)}`;
  const record = (digit: string) => ({
    metadata: { name: name(digit), namespace: 'shop', uid: `uid-${digit}` },
    data: {
      'deployment.json': JSON.stringify({
        apiVersion: 'waybill.dev/v1',
        kind: 'DeploymentRecord',
        application: 'shop',
        environment: 'staging',
        source: { repository: 'https://github.com/acme/shop', commit: commit(digit) },
        images: [{ reference: 'ghcr.io/acme/shop:1' }],
      }),
    },
  });
  const application = (current: string, old: string, health = 'Healthy') => ({
    metadata: { name: 'shop', namespace: 'argocd' },
    status: {
      sync: { status: 'Synced' },
      health: { status: health },
      resources: [
        { kind: 'Deployment', name: 'shop', namespace: 'shop' },
        { kind: 'ConfigMap', name: name(current), namespace: 'shop' },
        { kind: 'ConfigMap', name: name(old), namespace: 'shop', requiresPruning: true },
      ],
    },
  });

  it('emits once what no hook told, and again when the deployment changes back', async () => {
    const remote = ['--repository', place.repository('reconcile')];
    const files = ['--applications', 'applications.json', '--records', 'records.json'];
    const cluster = (...items: unknown[]) => {
      writeFileSync(join(place.folder, 'applications.json'), JSON.stringify({ items }));
      writeFileSync(join(place.folder, 'records.json'), JSON.stringify({ items: [record('a'), record('b')] }));
    };
    const reconcile = async () => await place.event(['reconcile', ...remote, ...files]);
    const commits = async () => {
      const { stdout } = await place.event(['list', ...remote, '-o', 'json']);
      return [...stdout.matchAll(/"sourceCommit":"(.)/gu)].map((match) => match[1]);
    };
    cluster(application('a', 'b', 'Progressing'));
    expect(await reconcile()).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing to change: 0 deployments have their events\n',
    });
    cluster(application('a', 'b'));
    expect((await reconcile()).stdout).toContain('events/shop/staging/deployment-complete/');
    expect(await reconcile()).toMatchObject({ code: 0, stdout: '' });
    expect(await commits()).toEqual(['a']);
    const hook = [
      '--application',
      'shop',
      '--environment',
      'staging',
      '--source-repository',
      'https://github.com/acme/shop',
    ];
    await place.event([
      'emit',
      'deployment-complete',
      ...remote,
      ...hook,
      '--source-commit',
      commit('b'),
      '--attempt',
      'job',
    ]);
    expect((await reconcile()).stdout).not.toBe('');
    expect(await commits()).toEqual(['a', 'b', 'a']);
  });

  it('says what it needs outside a cluster', async () => {
    const ran = await place.event(['reconcile', '--repository', place.repository('outside')]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('--applications and --records');
  });
});
