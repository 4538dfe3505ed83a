/**
 * What faults cost those that behave: the same run as test/serve/faults.test.ts, with as many renders as one likes.
 */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runFaults } from '../serve/faults.ts';

/** What it needs. */
export interface FaultsBench {
  readonly folder: string;
  readonly bundle: string;
  readonly argocd: string;
  /** helm, kustomize and waybill-confine by their names. */
  readonly programs: Readonly<Record<string, string>>;
  readonly renders: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Rows of: what, wanted, measured, met or not; and what was wrong. */
export async function faultsCosts({ folder, bundle, argocd, programs, renders }: FaultsBench) {
  const bin = join(folder, 'bin');
  const run = join(folder, 'run');
  for (const one of [bin, run]) mkdirSync(one, { recursive: true });
  // A copy, so that a build in the meantime changes nothing.
  const script = join(bin, 'waybill.cjs');
  for (const end of ['', '.cache']) cpSync(`${bundle}${end}`, `${script}${end}`);
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name));
  const env = { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` };
  const result = await runFaults({ folder: run, script, argocd, env, renders, rounds: 6 });
  const injected = [...result.faults.values()].reduce((sum, one) => sum + one, 0);
  const [quiet, disturbed] = [median(result.quiet), median(result.disturbed)];
  const kinds = [...result.faults].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${count} × ${kind}`);
  const rows = [
    ['renders beside faults, and faults', '', `${result.renders} + ${injected}`, ''],
    ['wrong', '0', String(result.wrong.length), result.wrong.length === 0 ? 'met' : 'not met'],
    ['p99 without faults, median of 6 rounds', '', `${quiet.toFixed(1)} ms`, ''],
    [
      'p99 beside faults',
      '≤ 2 × that',
      `${disturbed.toFixed(1)} ms (${(disturbed / quiet).toFixed(2)} ×)`,
      disturbed <= 2 * quiet ? 'met' : 'not met',
    ],
    ['resident in the end', '', `${result.mebibytes.toFixed(0)} MiB`, ''],
  ];
  return { rows, kinds, wrong: result.wrong };
}
