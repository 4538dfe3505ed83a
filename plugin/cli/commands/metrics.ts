/**
 * `waybill metrics`: the four keys by service and environment.
 */
import { Option } from '@commander-js/extra-typings';
import type { Row } from '../../fleet/metrics/views.ts';
import { collect, type Define, newCommand, UsageError } from '../command.ts';
import { duration } from '../numbers.ts';
import { noteMissing, readReadings, withFleet } from '../options/fleet.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

const formats = ['table', 'json', 'csv', 'openmetrics'] as const;

async function print(
  session: Session,
  rows: readonly Row[],
  format: (typeof formats)[number],
  explain: boolean,
): Promise<void> {
  const views = await import('../../fleet/metrics/views.ts');
  if (format === 'json') {
    for (const { service, environment, keys, deployments } of rows)
      session.print(
        `${JSON.stringify({ service, environment, ...keys, ...(explain ? { explained: deployments } : {}) })}\n`,
      );
  } else if (format === 'csv') session.print(views.csv(rows));
  else if (format === 'openmetrics') session.print(views.openMetrics(rows));
  else {
    session.show(table(views.heading, rows.map(views.tableRow)));
    if (rows.some(({ keys }) => keys.leadTimeUntil === 'locked'))
      session.print('* until the lock named it: nothing is reported of these deployments\n');
    if (!explain) return;
    const each = rows.filter(({ service }) => service !== undefined);
    session.show(
      `\n${table(
        views.explainHeading,
        each.flatMap((row) => row.deployments.map((one) => views.explainRow(row, one))),
      )}`,
    );
  }
}

/** Whether a name is among those that were asked for; none: all are. */
function isWanted(asked: readonly string[], name: string): boolean {
  return asked.length === 0 || asked.includes(name);
}

/** A misspelt name must not come to an empty table. @throws UsageError */
function refuseUnknown(what: string, asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((one) => !known.includes(one));
  if (unknown !== undefined)
    throw new UsageError(
      `there is no ${what} ${unknown}; ${what}s: ${[...new Set(known)].sort().join(', ') || 'none'}`,
    );
}

export const define: Define = (session) =>
  withFleet(
    newCommand('metrics', [
      'waybill metrics --since 90d --events-repository https://github.com/acme/deployment-events',
      'waybill metrics -e production --service user-service --explain',
      'waybill metrics -o openmetrics > /var/lib/node-exporter/waybill.prom',
    ])
      .description(
        'Print deployment frequency, lead time from the source commit to healthy, change failure rate and time to restore, by service and environment. Rollbacks and reverts are not deployments; configuration-only syncs and self-heal are not counted.',
      )
      .argument('[dir]', 'the deployments repository, or a directory in it', '.')
      .addOption(new Option('--since <time>', 'how far back').argParser(duration).default(90 * 86_400, '90d'))
      .option('-e, --environment <env>', 'only this environment (repeatable)', collect, [])
      .option('--service <name>', 'only this service (repeatable)', collect, [])
      .option('--explain', 'also list the deployments behind the figures, with their commits (table, json)', false),
  )
    .addOption(new Option('-o, --output <format>', 'output format').choices(formats).default('table' as const))
    .action(async (directory, { since, environment, service, explain, output, ...options }) => {
      const [{ fourKeys }, { assemble }] = await Promise.all([
        import('../../fleet/metrics/fleet.ts'),
        import('../../fleet/assemble.ts'),
      ]);
      const readings = await readReadings(session, directory, options, { wholeHistory: true });
      // The locks' histories are read anew there: of assembled ones, the end is left out.
      const fleet = assemble({ ...readings, versions: new Map(), withHistory: true });
      const window = { from: readings.now - since * 1000, to: readings.now };
      const rows = fourKeys(readings, fleet, window, {
        environment: (name) => isWanted(environment, name),
        service: (name) => isWanted(service, name),
      });
      refuseUnknown('service', service, [
        ...fleet.services.map(({ name }) => name),
        ...rows.flatMap((row) => row.service ?? []),
      ]);
      refuseUnknown('environment', environment, [...fleet.environments, ...rows.map((row) => row.environment)]);
      noteMissing(session, fleet);
      await print(session, rows, output, explain);
      session.finish();
    });
