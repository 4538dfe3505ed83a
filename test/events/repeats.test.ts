// Hooks that run twice, and consumers that are set back.
import { afterAll, describe, expect, it } from 'vitest';
import { attempts, facts, EventRepositories, rounds, tell } from './harness.ts';

const place = new EventRepositories();
afterAll(() => place.close());

describe.each(rounds)('repeats, round %i', (round) => {
  it('a hook that Kubernetes runs again, also while it still runs elsewhere, tells of one deployment', async () => {
    const remote = ['--repository', place.repository(`hook-${round}`)];
    const hook = async (uid: string, machine: string) =>
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(uid), '--outcome', 'success'], machine);
    const pods = Array.from({ length: 4 }, (_, index) => `pod-${round}-${index}`);
    const atOnce = await Promise.all(pods.map(async (pod) => await hook('job-1', pod)));
    expect(atOnce.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await hook('job-1', 'later')).toMatchObject({
      code: 0,
      stderr: 'nothing to change: this was emitted before\n',
    });
    // The same commit deployed again is another Job.
    await hook('job-2', 'later');
    const listed = attempts(await place.event(['list', ...remote, '-o', 'json']));
    expect(listed).toEqual(['job-1', 'job-2']);
    tell('hook run 5 times for one deployment, once for another', listed.length, 2);
  });

  it('a consumer that is set back gets everything behind the point again, with what came meanwhile', async () => {
    const remote = ['--repository', place.repository(`replay-${round}`)];
    const emit = async (attempt: string) =>
      await place.event(['emit', 'deployment-complete', ...remote, ...facts(attempt)]);
    const drain = async (consumer: string): Promise<string[]> => {
      const handed: string[] = [];
      for (;;) {
        const [attempt] = attempts(await place.event(['next', ...remote, '--consumer', consumer]));
        if (attempt === undefined) return handed;
        handed.push(attempt);
      }
    };
    for (const attempt of ['1', '2', '3']) await emit(attempt);
    expect(await drain('tests')).toEqual(['1', '2', '3']);
    const { stdout } = await place.event(['list', ...remote, '-o', 'json']);
    const second = /"id":"([0-9a-f]+)"/u.exec(stdout.split('\n')[1] ?? '')?.[1] ?? '';
    const replay = ['replay', ...remote, '--consumer', 'tests', '--since', second];
    await Promise.all([place.event(replay, 'other'), emit('4')]);
    const again = await drain('tests');
    expect(again).toEqual(['2', '3', '4']);
    // Another consumer is not touched by it.
    expect(await drain('audit')).toEqual(['1', '2', '3', '4']);
    tell('replay of two events while a third comes', again.length, 3);
  });
});
