/**
 * `waybill images list`: what each environment runs.
 */
import { inOneLine } from '../../../diagnostics/format.ts';
import { join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { leftOutLines } from '../../../applications/left-out.ts';
import { heldVersion } from '../../../updates/held.ts';
import type { Drift, ListedImage, Listing } from '../../../updates/list.ts';
import { type ImageState, shortVersion } from '../../../updates/outcome.ts';
import { collect, type Define, newCommand } from '../../command.ts';
import { age } from '../../age.ts';
import { exitCodes } from '../../exit-codes.ts';
import { placeOf } from '../../options/application-location.ts';

function version(state: ImageState): string {
  const { digest, ...rest } = state;
  if (digest === undefined) return shortVersion(state);
  return `${rest.tag === undefined ? '' : shortVersion(rest)}@${digest.slice(0, 'sha256:'.length + 8)}`;
}

function rowOf({ application, environment, name, state, since }: ListedImage, now: number | undefined): string[] {
  return [
    application || '.',
    environment,
    name,
    version(state),
    state.source?.commit.slice(0, 8) ?? '-',
    since === undefined ? '-' : now === undefined ? since.date : age(since.date, now),
  ];
}

function heldLine({ application, environment, hold }: Listing['held'][number]): string {
  const what = hold.stays ? `${hold.image} stays as it is` : `${hold.image} ${heldVersion(hold)} is held back`;
  return `${application === '' ? '' : `${application}: `}${what} in ${environment}: ${hold.reason}`;
}

/** Rows for the holds of images that have no entry: nothing of them runs by the lock. */
function heldAlone({ listed, held }: Pick<Listing, 'listed' | 'held'>) {
  const shown = new Set(listed.flatMap(({ holds }) => holds));
  return held
    .filter(({ hold }) => !shown.has(hold))
    .map(({ application, environment, hold }) => ({
      application,
      environment,
      name: hold.image,
      state: null,
      holds: [hold],
    }));
}

function driftRows(drift: readonly Drift[]): { header: string[]; rows: string[][] } {
  const environments = [...new Set(drift.flatMap(({ states }) => [...states.keys()]))];
  const rows = drift.map(({ application, name, states }) => {
    const cells = environments.map((one) => states.get(one));
    return [application || '.', name, ...cells.map((state) => (state ? version(state) : '-'))];
  });
  return { header: ['APPLICATION', 'IMAGE', ...environments], rows };
}

export const define: Define = (session) =>
  newCommand('list', [
    'waybill images list',
    'waybill images list apps -e staging -e production --drift',
    'waybill images list -o markdown',
  ])
    .description('Print which image, tag, digest and source commit each environment runs, and since when.')
    .argument('[dir]', 'the application directory, or one above several', '.')
    .option('-e, --environment <env>', 'only this environment (repeatable)', collect, [])
    .option('--drift', 'only images with different versions in different environments, side by side')
    .option('--exit-code', 'with --drift: exit with 3 if there are any')
    .addOption(
      new Option('-o, --output <format>', 'output format')
        .choices(['table', 'json', 'markdown'] as const)
        .default('table' as const),
    )
    .action(async (directory, { environment, drift, exitCode, output }) => {
      const [{ findDrift, listImages }, { brief, fitted, markdownTable, table }] = await Promise.all([
        import('../../../updates/list.ts'),
        import('../../table.ts'),
      ]);
      const { root, directory: below } = placeOf(session, directory, undefined);
      const { listed, held, leftOut, above } = await listImages(join(root, below), environment, session.env);
      const inside = above === undefined ? '' : `; it is inside the application ${above || '.'}`;
      if (listed.length === 0) session.note(`there is no lock in ${directory} or below${inside}`);
      for (const line of leftOutLines(leftOut)) session.note(line);
      const draw = output === 'markdown' ? markdownTable : table;
      const drifts = drift ? findDrift(listed) : [];
      if (output === 'json') {
        const rows = drift
          ? drifts.map((one) => Object.assign({}, one, { states: Object.fromEntries(one.states) }))
          : [...listed, ...heldAlone({ listed, held })];
        for (const row of rows) session.print(`${JSON.stringify(row)}\n`);
      } else if (drift) {
        const { header, rows } = driftRows(drifts);
        if (rows.length > 0) session.show(draw(header, rows));
        else session.note('no drift');
      } else if (listed.length > 0) {
        // A comment is read later: it says when.
        const now = output === 'table' ? Date.now() : undefined;
        const when = now === undefined ? 'SINCE' : 'AGE';
        const heading = ['APPLICATION', 'ENVIRONMENT', 'IMAGE', 'VERSION', 'COMMIT', when];
        const all = listed.map((one) => rowOf(one, now));
        const short = (): readonly (readonly string[])[] =>
          fitted(
            heading,
            all.map((row) => row.map(brief)),
          );
        session.show(draw(heading, now === undefined ? all : short()));
      }
      if (output === 'table' && !drift) for (const one of held) session.show(`${inOneLine(heldLine(one))}\n`);
      session.finish(exitCode && drifts.length > 0 ? exitCodes.different : exitCodes.done);
    });
