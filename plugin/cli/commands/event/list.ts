/**
 * `waybill event list`: the events in git's order.
 */
import { select } from '../../../events/store.ts';
import { type Define, newCommand } from '../../command.ts';
import { outputOption, remoteOf, selectionOf, snapshotOf, withRemote, withSelection } from './options.ts';
import { printEvents, warnOfPoison } from './print.ts';

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('list', [
        'waybill event list --repository https://github.com/acme/deployment-events --environment production',
      ]).description("List events, oldest first, in the order of git's history."),
    ),
  )
    .addOption(outputOption())
    .action(async (options) => {
      const snapshot = await snapshotOf(session, remoteOf(session, options));
      const { events, poison } = await select(snapshot, selectionOf(options));
      warnOfPoison(session, poison);
      printEvents(session, events, options.output);
      session.finish();
    });
