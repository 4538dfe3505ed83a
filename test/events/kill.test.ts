import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitServer, serveGit } from '../tools/git-http.ts';
import { builtProgram } from '../tools/program.mjs';
import { attempts, facts, EventRepositories, rounds, tell } from './harness.ts';

// A server of its own keeps the remote: what is killed are the clients. (A server that is killed may leave a lock in its
// repository, which nobody but its owner can remove.)
const place = new EventRepositories();
let server: GitServer;
beforeAll(async () => {
  server = await serveGit(place.folder, 'p');
});
afterAll(async () => {
  await server.close();
  place.close();
});

function remoteOf(name: string): string[] {
  place.repository(name);
  return ['--repository', `${server.url.replace('http://', 'http://ci:p@')}/${name}`];
}

const bundle = await builtProgram();
const KILLS = 25;

/** Runs the real program and kills it, and every git it started, after `ms`; true when it had ended with 0 before. */
async function runAndKill(args: readonly string[], machine: string, ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [bundle, 'event', ...args], {
    env: { PATH: process.env['PATH'], HOME: join(place.folder, machine), TMPDIR: place.folder },
    stdio: 'ignore',
    detached: true,
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, ms);
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  clearTimeout(timer);
  return code === 0;
}

/** How long a whole run takes, in milliseconds. */
async function timeOf(args: readonly string[], machine: string): Promise<number> {
  const begun = performance.now();
  expect(await runAndKill(args, machine, 60_000)).toBe(true);
  return performance.now() - begun;
}

describe.each(rounds)('killed, round %i', (round) => {
  it('a writer loses no acknowledged event and leaves nothing that stops the next', async () => {
    const remote = remoteOf(`writer-${round}`);
    const machine = `writer-${round}`;
    const emit = (attempt: string) => ['emit', 'deployment-complete', ...remote, ...facts(attempt)];
    // From the start of node to after the push: the moments spread over the whole run.
    const whole = await timeOf(emit('whole'), machine);
    const acknowledged = ['whole'];
    for (let kill = 0; kill < KILLS; kill += 1) {
      if (await runAndKill(emit(`kill-${kill}`), machine, (whole * (kill + 1)) / KILLS))
        acknowledged.push(`kill-${kill}`);
    }
    expect(await place.event(emit('last'), machine)).toMatchObject({ code: 0 });
    acknowledged.push('last');
    const listed = attempts(await place.event(['list', ...remote, '-o', 'json']));
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(listed).size).toBe(listed.length);
    expect(await place.event(['validate', ...remote])).toMatchObject({ code: 0 });
    const there = acknowledged.filter((attempt) => listed.includes(attempt));
    tell(`killed ${KILLS} times: ${listed.length} events are there, acknowledged`, there.length, acknowledged.length);
  });

  it('a consumer gets every event at least once', async () => {
    const remote = remoteOf(`consumer-${round}`);
    const all = Array.from({ length: 6 }, (_, index) => String(index));
    for (const attempt of all) await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    const had = join(place.folder, `had-${round}`);
    writeFileSync(had, '');
    const next = ['next', ...remote, '--consumer', 'tests', '--', 'sh', '-c', `echo "$WAYBILL_ATTEMPT" >> ${had}`];
    const whole = await timeOf(['next', ...remote, '--consumer', 'other'], `consumer-${round}`);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await runAndKill(next, `consumer-${round}`, (whole * 1.2 * (kill + 1)) / KILLS);
    }
    const killed = readFileSync(had, 'utf8').split('\n').length - 1;
    for (let left = true; left; ) {
      const ran = await place.event(next, `consumer-${round}`);
      expect(ran.code, ran.stderr).toBe(0);
      left = ran.stdout !== '';
    }
    const handed = readFileSync(had, 'utf8').split('\n').filter(Boolean);
    expect([...new Set(handed)]).toEqual(all);
    tell(
      `consumer killed ${KILLS} times: ${killed} handed out meanwhile, ${handed.length - all.length} again`,
      new Set(handed).size,
      all.length,
    );
  });
});
