import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Mirror } from '../git/mirror.ts';
import { appendCommit, type RemoteBranch } from '../git/remote-branch.ts';
import { emit } from './emit.ts';
import { eventPath, makeEvent } from './event.ts';
import { readOrder } from './order.ts';
import { readEvent } from './read.ts';
import { Spool } from './spool.ts';

const home = mkdtempSync(join(tmpdir(), 'emit-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function bareRepository(name: string): RemoteBranch {
  const folder = join(home, name);
  execFileSync('git', ['init', '-q', '--bare', folder]);
  execFileSync('git', ['-C', folder, 'config', 'uploadpack.allowFilter', 'true']);
  return { url: pathToFileURL(folder).href, branch: 'main', env: { PATH: process.env['PATH'] } };
}

function event(attempt: string, application = 'user-service') {
  return makeEvent(
    {
      type: 'deployment-complete',
      application,
      environment: 'production',
      sourceRepository: 'https://github.com/acme/user-service',
      sourceCommit: '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706',
      attempt,
    },
    new Date(0),
  );
}

async function order(remote: RemoteBranch): Promise<string[]> {
  const mirror = await Mirror.open(remote, join(home, 'cache'));
  const tip = await mirror.fetch();
  return tip === undefined ? [] : (await readOrder(mirror, tip)).entries.map((entry) => entry.path);
}

describe('emit', () => {
  it('adds an event once, whoever says it again', async () => {
    const remote = bareRepository('once');
    const spool = new Spool(join(home, 'spool-once'), remote);
    expect(await emit([event('1')], remote, spool)).toMatchObject({ outcome: 'added', delivered: 1 });
    expect(await emit([{ ...event('1'), time: '2026-01-01T00:00:00.000Z' }], remote, spool)).toMatchObject({
      outcome: 'known',
    });
    expect(await order(remote)).toEqual([eventPath(event('1'))]);
  });

  it('keeps the event while the remote is away and sends it with the next', async () => {
    const remote = bareRepository('away');
    const spool = new Spool(join(home, 'spool-away'), remote);
    const url = join(home, 'away');
    execFileSync('mv', [url, `${url}.gone`]);
    expect(await emit([event('1')], remote, spool)).toMatchObject({ outcome: 'spooled', waiting: 1 });
    execFileSync('mv', [`${url}.gone`, url]);
    writeFileSync(join(spool.folder, 'notes.txt'), 'not an event');
    expect(await emit([event('2')], remote, spool)).toMatchObject({ outcome: 'added', delivered: 2 });
    expect(await order(remote)).toEqual([event('1'), event('2')].map(eventPath).toSorted());
    expect(await spool.pending()).toEqual([]);
  });
});

describe('the order of events', () => {
  it('is the order git got them in, whatever the paths and clocks say', async () => {
    const remote = bareRepository('order');
    const spool = new Spool(join(home, 'spool-order'), remote);
    const events = [event('1', 'z'), event('2', 'a'), event('3', 'm')];
    for (const one of events) await emit([one], remote, spool);
    expect(await order(remote)).toEqual(events.map(eventPath));
    const last = event('4', 'b');
    await emit([last], remote, spool);
    expect(await order(remote)).toEqual([...events, last].map(eventPath));
  });

  it('starts anew when history was rewritten', async () => {
    const remote = bareRepository('squashed');
    const spool = new Spool(join(home, 'spool-squashed'), remote);
    await emit([event('1', 'z')], remote, spool);
    await emit([event('2', 'a')], remote, spool);
    expect(await order(remote)).toEqual([eventPath(event('1', 'z')), eventPath(event('2', 'a'))]);
    const folder = join(home, 'squashed');
    const tree = execFileSync('git', ['-C', folder, 'rev-parse', 'main^{tree}'], { encoding: 'utf8' }).trim();
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    const commit = execFileSync('git', ['-C', folder, ...who, 'commit-tree', tree, '-m', 'squash'], {
      encoding: 'utf8',
    });
    execFileSync('git', ['-C', folder, 'update-ref', 'refs/heads/main', commit.trim()]);
    expect(await order(remote)).toEqual([eventPath(event('2', 'a')), eventPath(event('1', 'z'))]);
  });
});

describe('an event file', () => {
  const good = event('1');
  const path = eventPath(good);
  it.each([
    ['not JSON', path, '{', 'is not JSON'],
    ['another schema', path, JSON.stringify({ ...good, type: 'x' }), 'type is "x"; expected deployment-requested'],
    [
      'a future version',
      path,
      JSON.stringify({ ...good, dataschema: 'https://waybill.dev/schemas/v2/event.schema.json' }),
      'update waybill',
    ],
    ['an unknown key', path, JSON.stringify({ ...good, more: 1 }), 'unknown key "more"'],
    ['the wrong place', 'events/x.json', JSON.stringify(good), path],
  ])('is poison with %s', (_name, at, text, reason) => {
    expect(readEvent(at, text).poison?.reason).toContain(reason);
  });

  it('is read back as it was made', () => {
    expect(readEvent(path, JSON.stringify(good)).event).toEqual(good);
  });

  it('may be conflicted by hand without stopping a reader', async () => {
    const remote = bareRepository('poison');
    await appendCommit(remote, 'x', async () => [{ path, content: '<<<<<<< HEAD\n' }]);
    expect(await order(remote)).toEqual([path]);
  });
});
