// What a Git server can do to writers and consumers, over http with git's own server: answer 500, never answer, break
// off in the middle of a pack, take a push and lose the answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitFault, type GitRequest, type GitServer, serveGit } from '../tools/git-http.ts';
import { attempts, facts, EventRepositories, randomFrom, rounds, tell } from './harness.ts';

// How long a silent server is waited for: git's own setting, short here.
const place = new EventRepositories({ GIT_HTTP_LOW_SPEED_LIMIT: '1', GIT_HTTP_LOW_SPEED_TIME: '1' });
const password = 'hunter2-do-not-show';
type FaultOf = (request: GitRequest) => GitFault | undefined;
/** What goes wrong, by repository, so that tests that mostly wait run at the same time. */
const faultOf = new Map<string, FaultOf>();
let server: GitServer;

beforeAll(async () => {
  server = await serveGit(place.folder, password, (request, repository) => faultOf.get(repository)?.(request));
});
afterAll(async () => {
  await server.close();
  place.close();
});

function remoteOf(name: string): string[] {
  place.repository(name);
  return ['--repository', server.url.replace('http://', `http://ci:${password}@`).concat(`/${name}`)];
}

const faults: GitFault[] = ['error', 'hang', 'cut', 'lost'];
const table = (['find', 'fetch', 'offer', 'push'] as const).flatMap((request) =>
  faults.map((wrong): [GitRequest, GitFault] => [request, wrong]),
);

describe.concurrent('a remote that fails', () => {
  it.each(table)('%s: %s: the event is kept, and the next emit sends it once', async (request, wrong) => {
    const name = `${request}-${wrong}`;
    const remote = remoteOf(name);
    const event = (args: readonly string[]) => place.event(args, name);
    await event(['emit', 'deployment-complete', ...remote, ...facts('before')]);
    faultOf.set(name, (asked) => (asked === request ? wrong : undefined));
    const kept = await event(['emit', 'deployment-complete', ...remote, ...facts('during')]);
    // Where only the answer to the push is lost, the next try finds the event there.
    const isThere = request === 'push' && ['cut', 'lost'].includes(wrong);
    expect(kept.code).toBe(isThere ? 0 : 5);
    expect(kept.stdout === '').toBe(!isThere);
    expect(kept.stderr.includes('error[remote-unreachable]')).toBe(!isThere);
    expect(kept.stderr).not.toContain(password);
    faultOf.delete(name);
    const after = await event(['emit', 'deployment-complete', ...remote, ...facts('after')]);
    expect(after).toMatchObject({ code: 0 });
    const listed = attempts(await event(['list', ...remote, '-o', 'json']));
    expect(listed.toSorted()).toEqual(['after', 'before', 'during']);
  });

  it('is asked again before an event goes to the spool', async () => {
    const remote = remoteOf('moment');
    let left = 2;
    faultOf.set('moment', (asked) => (asked === 'find' && (left -= 1) >= 0 ? 'error' : undefined));
    const emitted = await place.event(['emit', 'deployment-complete', ...remote, ...facts('one')]);
    expect(emitted).toMatchObject({ code: 0, stderr: '' });
    expect(left).toBeLessThan(0);
  });

  it('is asked once when it does not know who asks', async () => {
    place.repository('stranger');
    let asked = 0;
    faultOf.set('stranger', (request) => {
      if (request === 'find') asked += 1;
      return undefined;
    });
    const url = server.url.replace('http://', 'http://ci:wrong@').concat('/stranger');
    const emitted = await place.event(['emit', 'deployment-complete', '--repository', url, ...facts('one')]);
    expect(emitted.code).toBe(5);
    expect(asked).toBeLessThanOrEqual(1);
  });

  it('hands out no event less for it, and moves no position past one that was not handed out', async () => {
    const remote = remoteOf('consumer');
    for (const attempt of ['1', '2']) await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    const next = ['next', ...remote, '--consumer', 'tests'];
    faultOf.set('consumer', (asked) => (asked === 'fetch' ? 'cut' : undefined));
    expect(await place.event(next)).toMatchObject({ code: 4, stdout: '' });
    faultOf.set('consumer', (asked) => (asked === 'push' ? 'error' : undefined));
    const printed = await place.event(next);
    expect(attempts(printed)).toEqual(['1']);
    expect(printed.code).toBe(4);
    faultOf.delete('consumer');
    expect(attempts(await place.event(next))).toEqual(['1']);
    expect(attempts(await place.event(next))).toEqual(['2']);
  });
});

const MACHINES = 3;
const EACH = 4;

describe.concurrent.each(rounds)('storm %i', (round) => {
  it('loses no event and doubles none while every tenth request fails', { timeout: 600_000 }, async () => {
    const name = `storm-${round}`;
    const remote = remoteOf(name);
    const random = randomFrom(round);
    let failed = 0;
    const storm = (): GitFault | undefined => {
      if (random() > 0.1) return undefined;
      failed += 1;
      return faults[Math.floor(random() * faults.length)];
    };
    faultOf.set(name, storm);
    const machines = Array.from({ length: MACHINES }, (_, index) => `storm-${round}-${index}`);
    const acknowledged = new Set<string>();
    await Promise.all(
      machines.map(async (machine) => {
        for (let event = 0; event < EACH; event += 1) {
          const attempt = `${machine}-${event}`;
          const ran = await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)], machine);
          expect([0, 5], ran.stderr).toContain(ran.code);
          if (ran.code === 0) acknowledged.add(attempt);
        }
      }),
    );
    faultOf.delete(name);
    const list = async () => attempts(await place.event(['list', ...remote, '-o', 'json']));
    expect(await list()).toEqual(expect.arrayContaining([...acknowledged]));
    // What was kept goes with the next emit of each machine.
    for (const machine of machines) {
      const last = ['emit', 'deployment-complete', ...remote, ...facts(`${machine}-${EACH}`)];
      expect(await place.event(last, machine)).toMatchObject({ code: 0 });
    }
    const expected = machines.flatMap((machine) =>
      Array.from({ length: EACH + 1 }, (_, event) => `${machine}-${event}`),
    );
    const listed = await list();
    expect(listed.toSorted()).toEqual(expected.toSorted());
    tell(
      `storm ${round}, writers: ${failed} requests failed, ${acknowledged.size} acknowledged meanwhile`,
      listed.length,
      expected.length,
    );

    failed = 0;
    faultOf.set(name, storm);
    const handed: string[] = [];
    for (;;) {
      const ran = await place.event(['next', ...remote, '--consumer', 'tests'], machines[handed.length % MACHINES]);
      handed.push(...attempts(ran));
      if (ran.code === 0 && ran.stdout === '') break;
      expect([0, 4], ran.stderr).toContain(ran.code);
    }
    // Each at least once, and for the first time in git's order.
    expect([...new Set(handed)]).toEqual(listed);
    tell(
      `storm ${round}, consumer: ${failed} requests failed, ${handed.length - listed.length} handed out again`,
      new Set(handed).size,
      listed.length,
    );
  });
});
