/**
 * `npm run lives`: runs lives for as long as one likes, and shrinks those that break a law to what matters.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Engine, startEngine } from '../../plugin/notifications/engine/engine.ts';
import { live } from './life.ts';
import { recordingOf } from './recording.ts';
import { type Breach, replay, searchBatch, shrink } from './search.ts';
import { timeline } from './timeline.ts';

const help = `npm run lives -- [--count N] [--seed S] [--batch N] [--shrink N] [--life N] [--out FOLDER]

  --count N     lives to run (1000)
  --seed S      where to begin; the same seed gives the same lives (1)
  --batch N     lives that share a controller (200)
  --shrink N    broken laws to shrink (3)
  --life N      only shows what happened in one life of the seed
  --out FOLDER  where the shrunk lives go, for waybill notifications simulate (node_modules/.lives)
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
    if (outcome) process.stdout.write(`${timeline(outcome).join('\n')}\n`);
    return 0;
  }
  const breaches: Breach[] = [];
  const started = Date.now();
  let done = 0;
  let engine = open();
  for (let seed = first ?? 1; done < (count ?? 0); seed += 1) {
    breaches.push(...(await searchBatch(engine, seed, size ?? 200)));
    done += size ?? 200;
    const rate = (done / (Date.now() - started)) * 1000;
    process.stderr.write(`${done} lives, ${rate.toFixed(1)} a second, ${breaches.length} broken laws (seed ${seed})\n`);
    if (seed % 20 === 0) {
      // The clock of a process only goes forward.
      engine.close();
      engine = open();
    }
  }
  engine.close();
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
