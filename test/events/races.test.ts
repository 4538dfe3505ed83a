import { afterAll, describe, expect, it } from 'vitest';
import { attempts, facts, Place } from './harness.ts';

const place = new Place();
afterAll(() => place.close());

/** In the full run (WAYBILL_RACES=full): 50 writers and 20 events each, which takes minutes on two cores. */
const full = process.env['WAYBILL_RACES'] === 'full';
const WRITERS = full ? 50 : 12;
const EACH = full ? 20 : 4;
/** CI runners: the writers on one share a cache and a spool. */
const MACHINES = 6;

describe('many writers', () => {
  it(`${WRITERS} writers on ${MACHINES} machines emit ${EACH} events each into one repository: none is lost, none is there twice`, {
    timeout: 600_000,
  }, async () => {
    const remote = ['--repository', place.repository('writers')];
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      const codes: number[] = [];
      for (let event = 0; event < EACH; event += 1) {
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
      await place.event(['emit', 'tests-complete', ...remote, ...facts(`${machine}-end`)], `machine-${machine}`);
    }
    const listed = attempts(await place.event(['list', ...remote, '-o', 'json', '--type', 'deployment-complete']));
    const expected = Array.from(
      { length: WRITERS * EACH },
      (_, index) => `${Math.floor(index / EACH)}-${index % EACH}`,
    );
    expect(listed.toSorted()).toEqual(expected.toSorted());
    const acknowledged = codes.filter((code) => code === 0).length;
    console.log(
      `acknowledged at once ${acknowledged} of ${codes.length}; delivered ${listed.length} of ${expected.length}`,
    );
  });
});
