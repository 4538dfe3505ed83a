/**
 * npm run fuzz -- --minutes N: renders hostile inputs until the time is over or a law is broken, which it prints, shrunk.
 */
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { input } from './inputs.ts';
import { lawKeeper, type Programs } from './laws.ts';

/** One round is as many inputs; a failure names the round's seed. */
const ROUND = 200;

/** Runs until the time that the command line gives is over. True when every law held. */
export async function run(programs: Programs): Promise<boolean> {
  const { values: options } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const end = Date.now() + Number(options.minutes) * 60_000;
  const laws = lawKeeper(programs);
  let rendered = 0;
  let seed = Number(options.seed);
  try {
    do {
      const property = fc.asyncProperty(input, async (one) => {
        rendered += 1;
        const broken = await laws.broken(one);
        if (broken.length > 0) throw new Error(broken.join('\n'));
      });
      const details = await fc.check(property, { numRuns: ROUND, seed });
      if (details.failed) {
        console.log(
          `A law is broken (--seed ${seed}), after ${rendered} renders:\n${fc.defaultReportMessage(details)}`,
        );
        return false;
      }
      seed += 1;
    } while (Date.now() < end);
    console.log(`${rendered} hostile inputs, and every law held.`);
    return true;
  } finally {
    laws.close();
  }
}
