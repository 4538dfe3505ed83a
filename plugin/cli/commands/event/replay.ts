/**
 * `waybill event replay`: hands events out again.
 */
import { setConsumer } from '../../../events/consumer.ts';
import { indexSince } from '../../../events/since.ts';
import { select } from '../../../events/store.ts';
import { type Define, newCommand } from '../../command.ts';
import { orRefusal, outputOption, remoteOf, selectionOf, snapshotOf, withRemote, withSelection } from './options.ts';
import { formatEvents, warnOfPoison } from './print.ts';

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('replay', [
        'waybill event replay --since 2026-11-01 --repository https://github.com/acme/deployment-events',
        'waybill event replay --consumer tests --since 8f3c0e7b6a5d --repository https://github.com/acme/deployment-events',
      ]).description(
        'Print all selected events since a point in git’s order; with --consumer, set its position there instead, so that next hands them out again.',
      ),
    ),
  )
    .requiredOption('--since <point>', 'a commit, an event id, or a date')
    .option('--consumer <name>', 'whose position to set')
    .addOption(outputOption())
    .action(
      async (options) =>
        await orRefusal(session, async () => {
          const remote = remoteOf(session, options);
          const snapshot = await snapshotOf(session, remote);
          const from = indexSince(snapshot.order, options.since);
          if (options.consumer !== undefined) {
            await setConsumer(remote, options.consumer, snapshot.order[from - 1]);
            session.note(
              `${options.consumer} goes on with ${snapshot.order[from]?.path ?? 'the next event that comes'}`,
            );
            return session.finish();
          }
          const { events, poison } = await select(snapshot, selectionOf(options), from);
          warnOfPoison(session, poison);
          session.print(formatEvents(events, options.output));
          return session.finish();
        }),
    );
