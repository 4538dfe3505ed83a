/**
 * The search: lives are generated, lived and told, and every law is held against what came of them.
 */
import * as fc from 'fast-check';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { type Interruptions, type Outcome, outcomes, scenarioOf } from './batch.ts';
import { livesConfig } from './config.ts';
import { laws } from './laws/index.ts';
import { type Life, live, withOutagesOf } from './life.ts';
import { type Plan, plans } from './plan.ts';

/** A life that breaks a law. */
export interface Breach {
  readonly law: string;
  readonly text: string;
  readonly plan: Plan;
  /** With which the search finds it again. */
  readonly seed: number;
  readonly index: number;
  readonly interruptions: Interruptions;
}

/** Half of all batches are run with a controller that is restarted now and then, some with one that is down for minutes. */
function interruptionsOf(seed: number): Interruptions {
  if (seed % 2 === 0) return { restarts: [], downtimes: [] };
  if (seed % 4 === 3) {
    const from = 10.05 + ((seed * 37) % 60);
    const again = from + 120 + ((seed * 53) % 60);
    return {
      restarts: [],
      downtimes: [
        { from, to: from + 5 + ((seed * 29) % 80) },
        { from: again, to: again + 100 + ((seed * 17) % 200) },
      ],
    };
  }
  const restarts = Array.from({ length: 12 }, (_, index) => 40 + index * 71 + ((seed * 37 + index * 13) % 60) + 0.05);
  return { restarts, downtimes: [] };
}

/** Lives of plans. Two that follow one another are a family where the first wants it. */
function livesOf(sample: readonly Plan[]): Life[] {
  const lives = sample.map((plan, index) => {
    const shares = index % 2 === 1 && sample[index - 1]?.shared === true;
    return live(plan, `l${index}`, shares ? `l${index - 1}` : `l${index}`);
  });
  return lives.map((life) => {
    const relative = lives.find(({ id, family }) => family === life.family && id !== life.id);
    return relative ? withOutagesOf(life, relative) : life;
  });
}

/** Runs `lives` through one controller. */
async function run(engine: Engine, lives: readonly Life[], interruptions: Interruptions): Promise<Outcome[]> {
  const report = await engine.run(scenarioOf(lives, livesConfig(), interruptions));
  return outcomes(lives, report, interruptions);
}

/** Runs `lives` through one controller, and returns how they break laws. */
async function judge(
  engine: Engine,
  lives: readonly Life[],
  interruptions: Interruptions,
): Promise<{ readonly law: string; readonly text: string; readonly index: number }[]> {
  return (await run(engine, lives, interruptions)).flatMap((outcome, index) =>
    Object.entries(laws).flatMap(([law, holds]) => holds(outcome).map((text) => ({ law, text, index }))),
  );
}

/** What a life is told that a search found. */
export async function replay(engine: Engine, seed: number, index: number): Promise<Outcome | undefined> {
  const lives = livesOf(fc.sample(plans, { seed, numRuns: index + (index % 2 === 0 ? 2 : 1) }));
  const { family } = lives[index] ?? {};
  const all = await run(
    engine,
    lives.filter((life) => life.family === family),
    interruptionsOf(seed),
  );
  return all.find(({ life }) => life.id === `l${index}`);
}

/** How far a search goes. */
export interface Extent {
  readonly open: () => Engine;
  /** Controllers that run at a time. */
  readonly engines: number;
  /** The seed of the first batch; the others have those that follow. */
  readonly first: number;
  readonly batches: number;
  /** Lives that share a controller. */
  readonly size: number;
  /** Called after each batch. */
  searched(seed: number, found: readonly Breach[]): void;
}

/** So many batches are run by one engine: it keeps something of each. */
const enough = 20;

/** Runs batch after batch. While a controller works on one, the next is made. */
export async function search(extent: Extent): Promise<Breach[]> {
  const { open, engines, first, batches, size } = extent;
  const breaches: Breach[] = [];
  const seeds = Array.from({ length: batches }, (_, index) => first + index);
  const work = async (engine: Engine, own: number[]): Promise<void> => {
    for (let seed = own.shift(); seed !== undefined; seed = own.shift()) {
      const found = await searchBatch(engine, seed, size);
      breaches.push(...found);
      extent.searched(seed, found);
    }
  };
  const run = async (): Promise<void> => {
    while (seeds.length > 0) {
      const own = seeds.splice(0, enough);
      const engine = open();
      // An engine answers in order.
      await Promise.all([work(engine, own), work(engine, own)]);
      engine.close();
    }
  };
  await Promise.all(Array.from({ length: engines }, run));
  return breaches;
}

/** One batch of lives from one seed. */
export async function searchBatch(engine: Engine, seed: number, size: number): Promise<Breach[]> {
  const sample = fc.sample(plans, { seed, numRuns: size });
  const interruptions = interruptionsOf(seed);
  const found = await judge(engine, livesOf(sample), interruptions);
  return found.flatMap((breach) => {
    const plan = sample[breach.index];
    return plan ? [{ ...breach, plan, seed, interruptions }] : [];
  });
}

/** The simplest life that breaks the same law. */
export async function shrink(
  engine: Engine,
  breach: Breach,
): Promise<{ readonly plan: Plan; readonly text: string } | undefined> {
  let smallest: { plan: Plan; text: string } | undefined;
  const property = fc.asyncProperty(plans, async (plan) => {
    const found = await judge(engine, [live(plan, 'l0')], breach.interruptions);
    const same = found.find(({ law }) => law === breach.law);
    if (same) smallest = { plan, text: same.text };
    return !same;
  });
  await fc.check(property, {
    seed: breach.seed,
    path: String(breach.index),
    unbiased: true,
    endOnFailure: false,
    interruptAfterTimeLimit: 60_000,
  });
  return smallest;
}
