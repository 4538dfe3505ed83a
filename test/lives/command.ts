/**
 * `npm run lives`: runs lives for as long as one likes, and shrinks those that break a law to what matters.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Engine, startEngine } from '../../plugin/notifications/engine/engine.ts';
import { laws } from './laws/index.ts';
import { live } from './life.ts';
import { measure, shipped } from './load.ts';
import { recordingOf } from './recording.ts';
import { type Breach, replay, search, shrink } from './search.ts';
import { timeline } from './timeline.ts';

const help = `npm run lives -- [--count N] [--seed S] [--batch N] [--shrink N] [--life N] [--out FOLDER]

  --count N     lives to run (1000)
  --seed S      where to begin; the same seed gives the same lives (1)
  --batch N     lives that share a controller (200)
  --shrink N    broken laws to shrink (3)
  --life N      only shows what happened in one life of the seed, and which laws it breaks
  --engines N   controllers at a time (1)
  --out FOLDER  where the shrunk lives go, for waybill notifications simulate (node_modules/.lives)

npm run lives -- --load N [--answer MS] [--deleted] [--processors N] [--qps N] [--burst N]

  --load N      measures how late the last of N Applications that deploy at once is told (several: 50,150)
  --answer MS   milliseconds that GitHub takes for an answer (300; several: 50,300)
  --deleted     measures deletions
  --processors N, --qps N, --burst N   what the controller is started with (what the generated component sets)
`;

/** Returns the exit code: 1 when a law was broken. */
export async function run(args: readonly string[], engineFile: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      batch: { type: 'string', default: '200' },
      shrink: { type: 'string', default: '3' },
      out: { type: 'string', default: 'node_modules/.lives' },
      life: { type: 'string' },
      engines: { type: 'string', default: '1' },
      load: { type: 'string' },
      answer: { type: 'string', default: '300' },
      deleted: { type: 'boolean', default: false },
      processors: { type: 'string', default: String(shipped.processors) },
      qps: { type: 'string', default: String(shipped.qps) },
      burst: { type: 'string', default: String(shipped.burst) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [count, first, size, most] = [values.count, values.seed, values.batch, values.shrink].map(Number);
  const open = (): Engine => startEngine({ name: 'waybill-engine', path: engineFile }, process.env);
  if (values.life !== undefined) {
    const engine = open();
    const outcome = await replay(engine, first ?? 1, Number(values.life));
    engine.close();
    if (!outcome) return 0;
    const broken = Object.entries(laws).flatMap(([law, holds]) => holds(outcome).map((text) => `${law}: ${text}`));
    process.stdout.write(`${[...timeline(outcome), ...broken].join('\n')}\n`);
    return broken.length > 0 ? 1 : 0;
  }
  if (values.load !== undefined) {
    const [processors, qps, burst] = [values.processors, values.qps, values.burst].map(Number);
    const controller = { processors: processors ?? 1, qps: qps ?? 50, burst: burst ?? 100, deleted: values.deleted };
    for (const applications of values.load.split(',').map(Number)) {
      for (const answerMs of values.answer.split(',').map(Number)) {
        const engine = open();
        const load = { applications, answerMs, ...controller };
        process.stdout.write(`${JSON.stringify({ ...load, ...(await measure(engine, load)) })}\n`);
        engine.close();
      }
    }
    return 0;
  }
  const started = Date.now();
  let done = 0;
  let broken = 0;
  const breaches = await search({
    open,
    engines: Number(values.engines),
    first: first ?? 1,
    batches: Math.ceil((count ?? 0) / (size ?? 200)),
    size: size ?? 200,
    searched(seed, found) {
      done += size ?? 200;
      broken += found.length;
      const rate = (done / (Date.now() - started)) * 1000;
      for (const { law, index, text } of found) process.stderr.write(`seed ${seed}, life ${index}: ${law}: ${text}\n`);
      process.stderr.write(`${done} lives, ${rate.toFixed(1)} a second, ${broken} broken laws (seed ${seed})\n`);
    },
  });
  await report(breaches, most ?? 3, values.out, open);
  return breaches.length > 0 ? 1 : 0;
}

async function report(breaches: readonly Breach[], most: number, out: string, open: () => Engine): Promise<void> {
  const laws = [...new Set(breaches.map(({ law }) => law))];
  for (const law of laws) {
    const broken = breaches.filter((breach) => breach.law === law);
    process.stdout.write(
      `\n${law}: broken by ${new Set(broken.map(({ seed, index }) => `${seed} ${index}`)).size} lives\n`,
    );
    const simplest = broken.toSorted((a, b) => a.plan.happenings.length - b.plan.happenings.length);
    for (const [number, breach] of simplest.slice(0, Math.max(most, 10)).entries()) {
      process.stdout.write(`  seed ${breach.seed}, life ${breach.index}: ${breach.text}\n`);
      if (number >= most) continue;
      const engine = open();
      const smallest = await shrink(engine, breach);
      engine.close();
      if (!smallest) continue;
      mkdirSync(out, { recursive: true });
      const file = `${out}/${law.replaceAll(' ', '-')}-${number + 1}.jsonl`;
      writeFileSync(file, recordingOf(live(smallest.plan, 'l0')));
      process.stdout.write(`    shrunk: ${smallest.text}\n    ${JSON.stringify(smallest.plan)}\n    ${file}\n`);
    }
  }
}
