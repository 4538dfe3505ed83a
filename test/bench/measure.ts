/**
 * What running a program costs: wall time, processor time and peak memory, by the small Go program in measure/.
 */
import { execFileSync } from 'node:child_process';

/** A program to run, in a folder. */
export interface Contestant {
  readonly name: string;
  readonly folder: string;
  readonly command: readonly string[];
}

/** The fastest of several runs, since other work on the machine only adds; and the largest peak. */
export interface Cost {
  readonly milliseconds: number;
  /** Of the processor, for all threads: other work on the machine disturbs it much less. */
  readonly cpuMilliseconds: number;
  readonly peakBytes: number;
  /** True when it was stopped, so it takes longer than that. */
  readonly isStopped?: boolean;
}

function parse(text: string): Cost {
  const cost: unknown = JSON.parse(text);
  const fields = new Map(Object.entries(typeof cost === 'object' && cost !== null ? cost : {}));
  const isStopped = fields.get('stopped') === true;
  if (fields.get('exit') !== 0 && !isStopped) throw new Error(`a program of the benchmark failed: ${text}`);
  const [milliseconds = Number.NaN, cpuMilliseconds = Number.NaN, peakBytes = Number.NaN] = [
    'milliseconds',
    'cpuMilliseconds',
    'peakBytes',
  ].map((name) => Number(fields.get(name)));
  return { milliseconds, cpuMilliseconds, peakBytes, isStopped };
}

/** What one run costs. @throws Error when the program fails */
export function runOnce(measureBinary: string, { folder, command }: Omit<Contestant, 'name'>): Cost {
  return parse(execFileSync(measureBinary, [folder, ...command], { encoding: 'utf8' }));
}

/**
 * Runs the programs in turn, `rounds` times after one round that does not count, so that a busy moment of the
 * machine meets all of them. A program that takes longer than a minute runs once.
 */
export function measure(measureBinary: string, contestants: readonly Contestant[], rounds: number): Map<string, Cost> {
  const runs = new Map<string, Cost[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, folder, command } of contestants) {
      const before = runs.get(name) ?? [];
      if ((before[0]?.milliseconds ?? 0) > 60_000) continue;
      before.push(runOnce(measureBinary, { folder, command }));
    }
  }
  return new Map(
    Array.from(runs, ([name, all]) => {
      const counted = all.length > 1 ? all.slice(1) : all;
      const milliseconds = Math.min(...counted.map((one) => one.milliseconds));
      const cpuMilliseconds = Math.min(...counted.map((one) => one.cpuMilliseconds));
      const peakBytes = Math.max(...counted.map((one) => one.peakBytes));
      return [name, { milliseconds, cpuMilliseconds, peakBytes, isStopped: counted.some((one) => one.isStopped) }];
    }),
  );
}
