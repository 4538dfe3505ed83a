/**
 * Metrics of the made-up shop: ninety days of deployments, judged by the functions that `waybill metrics` uses.
 */
import { createHash } from 'node:crypto';
import { type Change, lineOf, type StateReport, together } from '../../plugin/fleet/metrics/metrics.ts';
import type { Row } from '../../plugin/fleet/metrics/views.ts';
import type { MetricsData } from '../../plugin/page/data.ts';
import { shop, shopTime } from './shop.ts';

const hour = 3_600_000;
const window = { from: shopTime - 90 * 24 * hour, to: shopTime };

/** A number from 0 to 1 that a text always has. */
const chance = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE() / 2 ** 32;
const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

function rowOf(service: string, environment: string, slowness: number): Row {
  const changes: Change[] = [];
  const reports: StateReport[] = [];
  for (let at = window.from + chance(service) * 72 * hour; at < window.to - 12 * hour; ) {
    const name = `${service} ${environment} ${changes.length}`;
    const commit = hash(name);
    const isRollback = reports.at(-1)?.state === 'failure';
    const takes = (0.2 + chance(`${name} lead`) * 9) * hour * slowness;
    const subject = isRollback
      ? `Go back to the version before of ${service}`
      : `Change ${changes.length} of ${service}`;
    const repository = `https://github.com/acme/${service}`;
    changes.push({
      at,
      change: hash(`${name} change`),
      commit,
      repository,
      subject,
      committedAt: at - takes,
      isRollback,
    });
    const isFailed = !isRollback && chance(`${name} fails`) < 0.09;
    reports.push({ at: at + hour * 0.1, commit, state: isFailed ? 'failure' : 'success' });
    at += isFailed
      ? hour * (0.4 + chance(`${name} restored`) * 2)
      : hour * (30 + chance(`${name} next`) * 90) * slowness;
  }
  return { service, environment, ...lineOf(changes, reports, window) };
}

/** The metrics; of other services where a test needs them. */
export function shopMetrics(names: readonly string[] = shop().services.map(({ name }) => name)): MetricsData {
  const { environments } = shop();
  const rows = names.flatMap((name) =>
    environments.map((environment, index) => rowOf(name, environment, 1 + index * 0.5)),
  );
  const totals = environments.map((environment): Row => {
    const lines = rows.filter((row) => row.environment === environment);
    return { service: undefined, environment, keys: together(lines, window), deployments: [], incidents: [] };
  });
  return { ...window, rows: [...rows, ...totals] };
}
