/**
 * `waybill event validate`: finds the files below `events/` that are no events.
 */
import { select } from '../../../events/store.ts';
import { type Define, newCommand } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { remoteOf, snapshotOf, withRemote } from './options.ts';
import { warnOfPoison } from './print.ts';

export const define: Define = (session) =>
  withRemote(
    newCommand('validate', [
      'waybill event validate --repository https://github.com/acme/deployment-events',
    ]).description('Check every event file of the repository. The exit code is 1 if one is invalid.'),
  ).action(async (options) => {
    const { events, poison } = await select(await snapshotOf(session, remoteOf(session, options)), {});
    warnOfPoison(session, poison);
    session.note(`${events.length} events, ${poison.length} unusable files`);
    session.finish(poison.length > 0 ? exitCodes.wrongInput : exitCodes.done);
  });
