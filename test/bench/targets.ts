/**
 * What the figures are to be, and whether they are. A benchmark tells; no test fails on a slow machine.
 */
import type { Cost } from './measure.ts';

type Figures = ReadonlyMap<number, ReadonlyMap<string, Cost>>;

const MEBIBYTE = 1024 * 1024;

/** `a` may take at most `limit` times as long as `b`. */
function atMost(what: string, a: Cost | undefined, b: Cost | undefined, limit: number): string[][] {
  if (!a || !b) return [];
  const ratio = a.milliseconds / b.milliseconds;
  return [[what, `≤ ${limit} ×`, `${ratio.toFixed(2)} ×`, ratio <= limit ? 'met' : 'not met']];
}

/** `a` is to be at least `limit` times as fast as `b`. */
function atLeast(what: string, a: Cost | undefined, b: Cost | undefined, limit: number): string[][] {
  if (!a || !b) return [];
  const ratio = b.milliseconds / a.milliseconds;
  return [[what, `≥ ${limit} ×`, `${ratio.toFixed(1)} ×`, ratio >= limit ? 'met' : 'not met']];
}

/** Rows of: what, wanted, measured, met or not. Targets whose sizes were not measured are left out. */
export function targets(figures: Figures): string[][] {
  const cost = (size: number, name: string): Cost | undefined => figures.get(size)?.get(name);
  const own = (size: number) => cost(size, 'waybill render');
  const peak = own(10_000)?.peakBytes;
  return [
    ...atMost('12 resources: time of a bare node', own(12), cost(12, 'node -e 0'), 1.3),
    ...atLeast('200 resources: as fast as kustomize', own(200), cost(200, 'kustomize build'), 1),
    ...atLeast('2,000 resources: as fast as kustomize', own(2000), cost(2000, 'kustomize build'), 20),
    ...atMost('2,000 resources: time of helm', own(2000), cost(2000, 'helm template'), 1.5),
    ...atMost('10,000 resources: time of 1,000', own(10_000), own(1000), 10),
    ...(peak === undefined
      ? []
      : [
          [
            '10,000 resources: peak MiB',
            '< 400',
            (peak / MEBIBYTE).toFixed(0),
            peak < 400 * MEBIBYTE ? 'met' : 'not met',
          ],
        ]),
  ];
}
