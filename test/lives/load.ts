/**
 * How late a state is told when many Applications deploy, or are deleted, at once: the real controller with so many
 * processors, a GitHub that takes so long for each answer, and an API server that takes so many requests a second. The
 * clock is made up, so processor time does not count: `npm run test:live` is for that.
 */
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { controllerSettings } from '../../plugin/notifications/generate/controller-settings.ts';
import { scenarioOf } from './batch.ts';
import { livesConfig } from './config.ts';
import { type Life, live } from './life.ts';
import { type Plan, usual } from './plan.ts';

/** What is measured. */
export interface Load {
  readonly applications: number;
  readonly answerMs: number;
  readonly processors: number;
  /** Requests a second that the controller may send to the API server, and how many at once. */
  readonly qps: number;
  readonly burst: number;
  /** Deletions in place of deployments. */
  readonly deleted: boolean;
}

/** What the generated component and chart values set. */
export const shipped = {
  processors: Number(controllerSettings.processors.value),
  qps: Number(controllerSettings.qps.value),
  burst: Number(controllerSettings.burst.value),
};

/** Seconds from the moment at which a state was so until GitHub had taken it. */
export interface Lateness {
  readonly median: number;
  readonly last: number;
  /** Applications whose last state never arrived. */
  readonly lost: number;
  /** Applications that were told a state more than once. */
  readonly repeated: number;
  readonly requests: number;
}

function planOf(seed: number, deleted: boolean): Plan {
  return { ...usual, seed, happenings: deleted ? [{ after: 600, event: { what: 'delete' } }] : [] };
}

/** When the state was so: since then the Application is healthy, or deleted. */
function begins({ truth }: Life, deleted: boolean): number {
  const since = deleted
    ? truth.seen.find(({ deleting }) => deleting)
    : truth.seen[truth.seen.findLastIndex(({ health }) => health !== 'Healthy') + 1];
  return since?.at ?? Number.NaN;
}

/** Measures one load. */
export async function measure(engine: Engine, load: Load): Promise<Lateness> {
  const lives = Array.from({ length: load.applications }, (_, index) => live(planOf(index, load.deleted), `l${index}`));
  const { processors, qps, burst } = load;
  const scenario = scenarioOf(lives, livesConfig());
  const report = await engine.run({
    ...scenario,
    // What is still on its way when the last of them has ended gets the time that it needs.
    steps: [...scenario.steps.filter((step) => !step.delete || load.deleted), { at: 3600 }],
    answerMs: load.answerMs,
    controller: { processors, limits: { qps, burst, answerMs: 5 } },
  });
  const wanted = load.deleted ? 'inactive' : 'success';
  const asked = report.steps.flatMap((step) => step.asked ?? []);
  const own = lives.map((life) => asked.filter(({ what }) => what.includes(`/acme/${life.id}-0/`)));
  const arrived = own.map((all) => all.filter(({ what, state }) => state === wanted && what.includes('/deployments/')));
  const late = lives
    .flatMap((life, index) => (arrived[index] ?? []).slice(0, 1).map(({ at }) => at - begins(life, load.deleted)))
    .toSorted((a, b) => a - b);
  const twice = (all: (typeof own)[number]): boolean => {
    const states = all.flatMap(({ what, state }) => (state === undefined ? [] : [`${what} ${state}`]));
    return new Set(states).size < states.length;
  };
  return {
    median: late[Math.floor(late.length / 2)] ?? Number.NaN,
    last: late.at(-1) ?? Number.NaN,
    lost: arrived.filter((all) => all.length === 0).length,
    repeated: own.filter(twice).length,
    requests: asked.length,
  };
}
