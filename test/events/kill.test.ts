import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attempts, facts, Place } from './harness.ts';

const place = new Place();
afterAll(() => place.close());

const bundle = join(process.cwd(), 'dist/waybill.cjs');
const KILLS = 25;

/** Runs the real program and kills it, and every git it started, after `ms`; true when it had ended with 0 before. */
async function emitAndKill(args: readonly string[], ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [bundle, 'event', 'emit', 'deployment-complete', ...args], {
    env: { PATH: process.env['PATH'], HOME: join(place.folder, 'killed'), TMPDIR: place.folder },
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

describe('a writer that is killed', () => {
  it('loses no acknowledged event and leaves nothing that stops the next, wherever it was killed', async () => {
    expect(existsSync(bundle), 'npm run build makes it').toBe(true);
    const remote = ['--repository', place.repository('kill')];
    const acknowledged: string[] = [];
    // From the start of node to after the push: the moments spread over the whole run.
    const begun = performance.now();
    expect(await emitAndKill([...remote, ...facts('whole')], 60_000)).toBe(true);
    const whole = performance.now() - begun;
    acknowledged.push('whole');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const done = await emitAndKill([...remote, ...facts(`kill-${kill}`)], (whole * (kill + 1)) / KILLS);
      if (done) acknowledged.push(`kill-${kill}`);
    }
    expect(await place.event(['emit', 'deployment-complete', ...remote, ...facts('last')], 'killed')).toMatchObject({
      code: 0,
    });
    const listed = attempts(await place.event(['list', ...remote, '-o', 'json']));
    expect(listed).toEqual(expect.arrayContaining([...acknowledged, 'last']));
    expect(new Set(listed).size).toBe(listed.length);
    expect(await place.event(['validate', ...remote])).toMatchObject({ code: 0 });
    console.log(
      `killed ${KILLS} times: ${listed.length} events there, ${acknowledged.length} acknowledged before the kill`,
    );
  });
});
