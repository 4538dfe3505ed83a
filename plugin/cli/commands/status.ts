/**
 * `waybill status [DIR]`: what runs where, since when, is it well, and how far behind is it.
 */
import { styleText } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import { filterFleet, type Filter, matches } from '../../fleet/views/cells.ts';
import type { Paint } from '../../fleet/views/table.ts';
import type { Fleet } from '../../schemas/fleet.generated.ts';
import { age } from '../age.ts';
import { collect, type Define, newCommand, UsageError } from '../command.ts';
import { duration } from '../numbers.ts';
import { noteMissing, readFleet, withFleet } from '../options/fleet.ts';
import type { Session } from '../session.ts';
import { exitCodes } from '../exit-codes.ts';

const formats = ['table', 'json', 'markdown', 'csv'] as const;
type Format = (typeof formats)[number];

const states = ['success', 'in_progress', 'queued', 'pending', 'failure', 'error', 'inactive', 'unknown'] as const;

const styles: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  success: 'green',
  in_progress: 'cyan',
  queued: 'yellow',
  pending: 'yellow',
  failure: 'red',
  error: 'red',
  inactive: 'gray',
  unknown: 'magenta',
  faint: 'gray',
  heading: 'bold',
};

const paint: Paint = (text, what) => styleText(styles[what] ?? 'reset', text, { validateStream: false });

/** Columns of the terminal, as the shell says; what people read without scrolling where it says nothing. */
function width(env: Session['env']): number {
  const columns = Number(env['COLUMNS']);
  return Number.isSafeInteger(columns) && columns >= 40 ? Math.min(columns, 400) : 100;
}

async function draw(session: Session, fleet: Fleet, format: Format): Promise<string> {
  if (format === 'json') return `${JSON.stringify(fleet)}\n`;
  if (format === 'csv') return (await import('../../fleet/views/rows.ts')).csvOf(fleet);
  if (format === 'markdown') {
    const [{ markdownRows }, { markdownTable }] = await Promise.all([
      import('../../fleet/views/rows.ts'),
      import('../table.ts'),
    ]);
    const { heading, rows } = markdownRows(fleet);
    return markdownTable(heading, rows);
  }
  const { tableOf } = await import('../../fleet/views/table.ts');
  const now = Date.parse(fleet.takenAt);
  return tableOf(fleet, {
    width: width(session.env),
    paint: session.colorOut ? paint : (text) => text,
    age: (time) => age(time, now),
  });
}

const clearScreen = '\u001B[H\u001B[2J\u001B[3J';

export const define: Define = (session) =>
  withFleet(
    newCommand('status', [
      'waybill status',
      'kubectl get applications -A -o json | waybill status --applications -',
      'waybill status --argocd https://argocd.example.com --unwell --exit-code',
      "waybill status apps -e production --service 'pay*' -o markdown",
    ])
      .description(
        'Show services and environments: the commit that each is to run, since when, whether it is deployed and healthy, and how far it is behind the previous environment. Without Applications, the table shows only the locks.',
      )
      .argument('[dir]', 'the deployments repository, or a directory in it', '.')
      .option('-e, --environment <env>', 'only this environment (repeatable)', collect, [])
      .option('--service <name>', 'only this service; * stands for any characters (repeatable)', collect, [])
      .addOption(
        new Option('--state <state>', `only services with a cell in this state: ${states.join(', ')} (repeatable)`)
          .argParser(collect)
          .default([]),
      )
      .option('--unwell', 'only services with a cell that is not deployed and healthy', false)
      .option('--exit-code', 'exit with 3 if a shown cell is not deployed and healthy', false)
      .option('--watch', 'refresh the table until the command is stopped', false)
      .addOption(
        new Option('--interval <time>', 'with --watch: time between two refreshes')
          .argParser(duration)
          .default(5, '5s'),
      ),
  )
    .addOption(new Option('-o, --output <format>', 'output format').choices(formats).default('table' as const))
    .action(async (directory, options) => {
      const { environment, service, state, unwell, exitCode, watch, interval, output } = options;
      const wrong = state.find((one) => !states.some((known) => known === one));
      if (wrong !== undefined) throw new UsageError(`--state ${wrong}: expected one of ${states.join(', ')}`);
      if (watch && options.applications.includes('-')) throw new UsageError('--watch cannot read standard input again');
      const stopped = watch ? session.host.untilAskedToStop().then(() => true) : undefined;
      const filter: Filter = { environments: environment, services: service, states: state, isUnwell: unwell };
      for (;;) {
        const fleet = await readFleet(session, directory, options, { withHistory: output === 'json' });
        const unknown = environment.find((one) => !fleet.environments.includes(one));
        if (unknown !== undefined)
          throw new UsageError(
            `there is no environment ${unknown}; environments: ${fleet.environments.join(', ') || 'none'}`,
          );
        const missing = service.find((pattern) => !fleet.services.some(({ name }) => matches(pattern, name)));
        if (missing !== undefined)
          throw new UsageError(
            `there is no service ${missing}; services: ${fleet.services.map(({ name }) => name).join(', ') || 'none'}`,
          );
        const shown = filterFleet(fleet, filter);
        const text = await draw(session, shown, output);
        if (watch && output === 'table') session.print(clearScreen);
        if (output === 'json' || output === 'csv') session.print(text);
        else session.show(text);
        if (!watch || output === 'table') noteMissing(session, fleet);
        if (fleet.services.length === 0)
          session.note(`${directory}: there is no waybill.yaml and no lock: give the deployments repository`);
        const isUnwell = shown.services.some(({ cells }) => cells.some(({ isWell }) => !isWell));
        session.finish(exitCode && isUnwell ? exitCodes.different : exitCodes.done);
        if (!stopped) return;
        await session.flush();
        const pause = new AbortController();
        const wait = sleep(interval * 1000, false, { signal: pause.signal }).catch(() => false);
        if (await Promise.race([stopped, wait])) {
          pause.abort();
          return;
        }
      }
    });
