/**
 * The four keys in the forms that people and programs take: tables, CSV, OpenMetrics, and what each figure was made from.
 */
import { clean } from '../views/cells.ts';
import { csvLines } from '../views/rows.ts';
import type { Deployment, FourKeys, Line, Quantiles } from './metrics.ts';

/** The keys of a service in an environment; service undefined: of all services there, without their deployments. */
export interface Row extends Line {
  readonly service: string | undefined;
  readonly environment: string;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `2h 5m`; `-` for nothing. */
export function lengthText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '-';
  const at = units.findIndex(([, size]) => milliseconds >= size);
  const [first, second] = at < 0 ? [] : units.slice(at, at + 2);
  if (!first) return '0s';
  const rest = second ? Math.floor((milliseconds % first[1]) / second[1]) : 0;
  const whole = `${Math.floor(milliseconds / first[1])}${first[0]}`;
  return second && rest > 0 ? `${whole} ${rest}${second[0]}` : whole;
}

function rate(value: number | undefined): string {
  return value === undefined ? '-' : `${(value * 100).toFixed(1)} %`;
}

function both(value: Quantiles | undefined): string {
  return value === undefined ? '-' : `${lengthText(value.median)} (${lengthText(value.p90)})`;
}

/** The heading of {@link tableRow}. */
export const heading = [
  'SERVICE',
  'ENVIRONMENT',
  'DEPLOYMENTS',
  'A DAY',
  'LEAD TIME (90%)',
  'FAILED',
  'RESTORED IN (90%)',
  'TAKEN BACK',
];

/** A row of the table. */
export function tableRow({ service, environment, keys }: Row): string[] {
  const lead = both(keys.leadTime);
  return [
    clean(service ?? '(all)'),
    clean(environment),
    String(keys.deployments),
    keys.perDay.toFixed(2),
    keys.leadTimeUntil === 'locked' ? `${lead} *` : lead,
    rate(keys.failureRate),
    keys.open > 0 ? `${both(keys.timeToRestore)}, ${keys.open} open` : both(keys.timeToRestore),
    String(keys.rollbacks + keys.reverts),
  ];
}

const columns: readonly (readonly [string, (keys: FourKeys) => number | undefined])[] = [
  ['deployments', (keys) => keys.deployments],
  ['succeeded', (keys) => keys.succeeded],
  ['per_day', (keys) => keys.perDay],
  ['failed', (keys) => keys.failed],
  ['superseded', (keys) => keys.superseded],
  ['change_failure_rate', (keys) => keys.failureRate],
  ['rollbacks', (keys) => keys.rollbacks],
  ['reverts', (keys) => keys.reverts],
  ['lead_time_median_seconds', (keys) => seconds(keys.leadTime?.median)],
  ['lead_time_p90_seconds', (keys) => seconds(keys.leadTime?.p90)],
  ['time_to_restore_median_seconds', (keys) => seconds(keys.timeToRestore?.median)],
  ['time_to_restore_p90_seconds', (keys) => seconds(keys.timeToRestore?.p90)],
  ['open_failures', (keys) => keys.open],
];

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** CSV with a heading; the service is empty for all services of an environment. */
export function csv(rows: readonly Row[]): string {
  const lines = rows.map(({ service, environment, keys }) => [
    service ?? '',
    environment,
    ...columns.map(([, value]) => String(value(keys) ?? '')),
  ]);
  return csvLines([['service', 'environment', ...columns.map(([name]) => name)], ...lines]);
}

function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec/): gauges, since a window slides. */
export function openMetrics(rows: readonly Row[]): string {
  const own = rows.filter(({ service }) => service !== undefined);
  const parts = columns.map(([name, value]) => {
    const metric = `waybill_${name}`;
    const unit = name.endsWith('_seconds') ? `# UNIT ${metric} seconds\n` : '';
    const samples = own.flatMap(({ service, environment, keys }) => {
      const number = value(keys);
      const labels = `service="${label(service ?? '')}",environment="${label(environment)}"`;
      return number === undefined ? [] : [`${metric}{${labels}} ${number}\n`];
    });
    return samples.length === 0 ? '' : `# TYPE ${metric} gauge\n${unit}${samples.join('')}`;
  });
  return `${parts.join('')}# EOF\n`;
}

/** `success`, `rollback, success`, `failure, taken back`. */
export function outcomeText({ kind, outcome: came, isTakenBack }: Deployment): string {
  const words = kind === 'deployment' ? came : `${kind}, ${came}`;
  return isTakenBack ? `${words}, taken back` : words;
}

/** The heading of {@link explainRow}. */
export const explainHeading = ['WHEN', 'SERVICE', 'ENVIRONMENT', 'COMMIT', 'OUTCOME', 'LEAD TIME', 'CHANGE', 'SUBJECT'];

/** One deployment that the figures were made from. */
export function explainRow({ service, environment }: Pick<Row, 'service' | 'environment'>, one: Deployment): string[] {
  const { at, commit, committedAt, healthyAt, change, subject } = one;
  const lead = committedAt === undefined || healthyAt === undefined ? undefined : healthyAt - committedAt;
  return [
    new Date(at).toISOString().slice(0, 16).replace('T', ' '),
    clean(service ?? ''),
    clean(environment),
    commit?.slice(0, 12) ?? '-',
    outcomeText(one),
    lengthText(lead !== undefined && lead >= 0 ? lead : undefined),
    change.slice(0, 12),
    clean(subject ?? '').slice(0, 60),
  ];
}
