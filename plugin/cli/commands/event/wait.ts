/**
 * `waybill event wait`: until an event that is selected is there.
 */
import { setTimeout } from 'node:timers/promises';
import type { Entry } from '../../../events/order.ts';
import { BEGINNING, select, type Snapshot, takeSnapshot } from '../../../events/store.ts';
import { neededCacheFolder } from '../../../files/cache-folder.ts';
import { Mirror } from '../../../git/mirror.ts';
import { RemoteRefusal } from '../../../git/refusal.ts';
import { type Define, newCommand } from '../../command.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../exit-codes.ts';
import { positiveNumber } from '../../numbers.ts';
import { outputOption, remoteOf, selectionOf, withRemote, withSelection } from './options.ts';
import { printEvents, warnOfPoison } from './print.ts';

/** The next look. A server that fails for a moment ends no wait: it was there before. */
async function later(session: Session, mirror: Mirror, before: Snapshot): Promise<Snapshot> {
  try {
    return await takeSnapshot(mirror);
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error;
    session.progress('');
    session.report(error.diagnostics);
    session.note('  It is asked again.');
    return before;
  }
}

/** Where to go on looking: behind what was seen, or from the beginning when history was rewritten. */
function placeIn({ order }: Snapshot, seen: Entry | undefined): number {
  return seen !== undefined && order.placeOf(seen) === seen.at ? seen.at : BEGINNING;
}

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('wait', [
        'waybill event wait --type tests-complete --deployment 5d41402abc4b2a76 --timeout 300 --repository https://github.com/acme/deployment-events',
      ]).description('Wait until a selected event exists, and print it. The exit code is 6 after the timeout.'),
    ),
  )
    .option('--timeout <seconds>', 'how long to wait', positiveNumber, 600)
    .option('--interval <seconds>', 'time between two checks', positiveNumber, 5)
    .addOption(outputOption())
    .action(async (options) => {
      const selection = selectionOf(options);
      const mirror = await Mirror.open(remoteOf(session, options), neededCacheFolder(session.env, 'events'));
      const end = performance.now() + options.timeout * 1000;
      let snapshot = await takeSnapshot(mirror);
      let seen: Entry | undefined;
      for (;;) {
        const { events, poison } = await select(snapshot, selection, placeIn(snapshot, seen));
        seen = snapshot.order.entries.at(-1);
        const left = end - performance.now();
        if (events.length > 0 || left <= 0) {
          session.progress('');
          warnOfPoison(session, poison);
          if (events.length === 0) session.note(`error: no such event within ${options.timeout} seconds`);
          else printEvents(session, events, options.output);
          session.finish(events.length > 0 ? exitCodes.done : exitCodes.timedOut);
          return;
        }
        session.progress(`waiting, ${Math.ceil(left / 1000)} s left …`);
        await setTimeout(Math.min(options.interval * 1000, left));
        snapshot = await later(session, mirror, snapshot);
      }
    });
