import { afterAll, describe, expect, it } from 'vitest';
import { attempts, facts, EventRepositories, rounds, tell } from './harness.ts';

const place = new EventRepositories();
afterAll(() => place.close());

/** CI runners: the writers on one share a cache and a spool. */
const MACHINES = 6;

/** Writers and the events of each. The full run begins with the largest race, which takes two minutes on two cores. */
const races = rounds.map((round): [number, number, number] =>
  round === 1 && rounds.length > 1 ? [round, 50, 20] : [round, 12, 4],
);

describe.each(races)('race %i', (round, count, each) => {
  it(`${count} writers on ${MACHINES} machines emit ${each} events each into one repository: none is lost, none is there twice`, {
    timeout: 600_000,
  }, async () => {
    const remote = ['--repository', place.repository(`writers-${round}`)];
    const writers = Array.from({ length: count }, async (_, writer) => {
      const codes: number[] = [];
      for (let event = 0; event < each; event += 1) {
        const ran = await place.event(
          ['emit', 'deployment-complete', ...remote, ...facts(`${writer}-${event}`)],
          `machine-${writer % MACHINES}`,
        );
        codes.push(ran.code);
      }
      return codes;
    });
    const codes = (await Promise.all(writers)).flat();
    // Code 5 keeps the event: the next emit of the machine sends it.
    for (let machine = 0; machine < MACHINES; machine += 1) {
      await place.event(
        ['emit', 'tests-complete', ...remote, ...facts(`${machine}-end`), '--outcome', 'success'],
        `machine-${machine}`,
      );
    }
    const listed = attempts(await place.event(['list', ...remote, '-o', 'json', '--type', 'deployment-complete']));
    const expected = Array.from({ length: count * each }, (_, index) => `${Math.floor(index / each)}-${index % each}`);
    expect(listed.toSorted()).toEqual(expected.toSorted());
    const acknowledged = codes.filter((code) => code === 0).length;
    tell(`race ${round}: ${acknowledged} acknowledged at once`, listed.length, expected.length);
  });
});
