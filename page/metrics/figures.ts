/**
 * What the metrics view shows of the lines that are chosen: the keys over the whole time, by week, and the deployments
 * behind them. Pure functions over what `waybill metrics` computed.
 */
import { type Deployment, type FourKeys, together } from '../../plugin/fleet/metrics/metrics.ts';
import { lengthText, type Row } from '../../plugin/fleet/metrics/views.ts';
import type { MetricsData } from '../../plugin/page/data.ts';

const day = 86_400_000;
const week = 7 * day;

/** The keys of one week. */
export interface Week {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly keys: FourKeys;
}

/** A deployment with where it went. */
export interface Placed {
  readonly service: string;
  readonly environment: string;
  readonly deployment: Deployment;
}

/** The last days of the metrics; all of them where there are no more. */
export function lately(data: MetricsData, days: number): MetricsData {
  const from = Math.max(data.from, data.to - days * day);
  if (from === data.from) return data;
  const window = { from, to: data.to };
  return {
    ...window,
    rows: data.rows.map((row) => {
      const deployments = row.deployments.filter(({ at }) => at >= from);
      const incidents = row.incidents.filter((one) => one.from >= from);
      return { ...row, deployments, incidents, keys: together([{ keys: row.keys, deployments, incidents }], window) };
    }),
  };
}

/** Rows of services, without the totals of environments; empty: any. */
export function chosen(
  data: MetricsData,
  { service, environment }: Readonly<Record<'service' | 'environment', string>>,
) {
  return data.rows.filter(
    (row) =>
      row.service !== undefined &&
      (service === '' || row.service === service) &&
      (environment === '' || row.environment === environment),
  );
}

/** The keys of several rows together. Those of one row are its own. */
export function keysOf(rows: readonly Row[], data: MetricsData): FourKeys {
  const [only] = rows;
  return rows.length === 1 && only ? only.keys : together(rows, data);
}

/** The keys by weeks that end where the time ends, oldest first; the first week may be a part of one. */
export function weeksOf(rows: readonly Row[], { from, to }: MetricsData): Week[] {
  const number = Math.max(1, Math.ceil((to - from) / week));
  return Array.from({ length: number }, (_none, index) => {
    const end = to - (number - 1 - index) * week;
    const window = { from: Math.max(from, end - week), to: end };
    const isFirst = index === 0;
    const isIn = (at: number) => at <= window.to && (at > window.from || (isFirst && at === window.from));
    const lines = rows.flatMap((row) => {
      const deployments = row.deployments.filter(({ at }) => isIn(at));
      const incidents = row.incidents.filter((one) => isIn(one.from));
      return deployments.length + incidents.length === 0 ? [] : [{ keys: row.keys, deployments, incidents }];
    });
    return { ...window, keys: together(lines, window) };
  });
}

/** Which deployments are listed. */
export const lists = ['all', 'healthy', 'failed', 'back'] as const;
export type List = (typeof lists)[number];

function isListed({ kind, outcome, isTakenBack }: Deployment, list: List): boolean {
  if (list === 'all') return true;
  if (list === 'back') return kind !== 'deployment';
  if (kind !== 'deployment') return false;
  return list === 'failed' ? outcome === 'failure' || isTakenBack : outcome === 'success' || outcome === 'unknown';
}

/** The deployments behind the figures, newest first. */
export function deploymentsOf(rows: readonly Row[], list: List, within: Week | undefined): Placed[] {
  return rows
    .flatMap(({ service = '', environment, deployments }) =>
      deployments
        .filter((one) => isListed(one, list) && (!within || (one.at > within.from && one.at <= within.to)))
        .map((deployment) => ({ service, environment, deployment })),
    )
    .toSorted((a, b) => b.deployment.at - a.deployment.at);
}

/** `1.25`: deployments a day. */
export const perDay = ({ perDay: number }: FourKeys): string => number.toFixed(2);

/** `7.3 %`; `-` where none ended. */
export const failureRate = ({ failureRate: rate }: FourKeys): string =>
  rate === undefined ? '-' : `${(rate * 100).toFixed(1)} %`;

/** `1h 5m`. */
export const leadTime = ({ leadTime: time }: FourKeys): string => lengthText(time?.median);

/** `24m`. */
export const restored = ({ timeToRestore: time }: FourKeys): string => lengthText(time?.median);

/** From the source commit until healthy, or until the lock named it where nothing is reported; undefined: nobody says. */
export function leadOf({ at, committedAt, healthyAt, outcome }: Deployment): number | undefined {
  const end = outcome === 'unknown' ? at : healthyAt;
  return committedAt === undefined || end === undefined || end < committedAt ? undefined : end - committedAt;
}
