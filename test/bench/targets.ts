/**
 * What the figures are to be, and whether they are. A benchmark tells; no test fails on a slow machine.
 */
import type { Cost } from './measure.ts';

type Figures = ReadonlyMap<number, ReadonlyMap<string, Cost>>;

const MEBIBYTE = 1024 * 1024;

/** `a` may take at most `limit` times as long as `b`, of the processor. */
function atMost(what: string, a: Cost | undefined, b: Cost | undefined, limit: number): string[][] {
  if (!a || !b) return [];
  const ratio = a.cpuMilliseconds / b.cpuMilliseconds;
  return [[what, `≤ ${limit} ×`, `${ratio.toFixed(2)} ×`, ratio <= limit ? 'met' : 'not met']];
}

/** Rows of: what, wanted, measured, met or not. Targets whose sizes were not measured are left out. */
export function targets(figures: Figures): string[][] {
  const cost = (size: number, name: string): Cost | undefined => figures.get(size)?.get(name);
  const own = (size: number) => cost(size, 'waybill render');
  const helm = (size: number) => cost(size, 'helm template');
  const peak = own(10_000)?.peakBytes;
  return [
    ...atMost('12 resources: time of a bare node', own(12), cost(12, 'node -e 0'), 1.25),
    ...atMost(
      '12 resources of a kustomization: time of kustomize',
      cost(12, 'waybill render, kustomize source'),
      cost(12, 'kustomize build'),
      1,
    ),
    ...atMost('200 resources: time of helm', own(200), helm(200), 1),
    ...atMost('2,000 resources: time of helm', own(2000), helm(2000), 1),
    ...atMost('10,000 resources: time of helm', own(10_000), helm(10_000), 1.2),
    ...atMost('10,000 resources: time of 1,000', own(10_000), own(1000), 10),
    ...(peak === undefined
      ? []
      : [
          [
            '10,000 resources: peak MiB',
            '< 200',
            (peak / MEBIBYTE).toFixed(0),
            peak < 200 * MEBIBYTE ? 'met' : 'not met',
          ],
        ]),
  ];
}
