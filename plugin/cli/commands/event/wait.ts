/**
 * `waybill event wait`: until an event that is selected is there.
 */
import { setTimeout } from 'node:timers/promises';
import { select, takeSnapshot } from '../../../events/store.ts';
import { Mirror } from '../../../git/mirror.ts';
import { type Define, newCommand } from '../../command.ts';
import { exitCodes } from '../../streams.ts';
import { positiveNumber } from '../../numbers.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import { orRefusal, outputOption, remoteOf, selectionOf, withRemote, withSelection } from './options.ts';
import { formatEvents, warnOfPoison } from './print.ts';

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('wait', [
        'waybill event wait --type tests-complete --deployment 5d41402abc4b2a76 --timeout 300 --repository https://github.com/acme/deployment-events',
      ]).description('Wait until a selected event is there and print it. Exit code 6 when the time is over.'),
    ),
  )
    .option('--timeout <seconds>', 'how long to wait', positiveNumber, 600)
    .option('--interval <seconds>', 'how long between two looks', positiveNumber, 5)
    .addOption(outputOption())
    .action(
      async (options) =>
        await orRefusal(session, async () => {
          const mirror = await Mirror.open(remoteOf(session, options), cacheFolder(session));
          const end = performance.now() + options.timeout * 1000;
          for (;;) {
            const { events, poison } = await select(await takeSnapshot(mirror), selectionOf(options));
            const left = end - performance.now();
            if (events.length > 0 || left <= 0) {
              session.progress('');
              warnOfPoison(session, poison);
              if (events.length === 0) session.note(`error: no such event within ${options.timeout} seconds`);
              else session.print(formatEvents(events, options.output));
              session.finish(events.length > 0 ? exitCodes.done : exitCodes.timedOut);
              return;
            }
            session.progress(`waiting, ${Math.ceil(left / 1000)} s left …`);
            await setTimeout(Math.min(options.interval * 1000, left));
          }
        }),
    );
