/**
 * `waybill event replay`: hands events out again.
 */
import { failure } from '../../../diagnostics/failure.ts';
import { consumerNames, setConsumer } from '../../../events/consumer.ts';
import { indexSince } from '../../../events/since.ts';
import { select } from '../../../events/store.ts';
import { type Define, newCommand } from '../../command.ts';
import { consumerOf, outputOption, remoteOf, selectionOf, snapshotOf, withRemote, withSelection } from './options.ts';
import { printEvents, warnOfPoison } from './print.ts';

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('replay', [
        'waybill event replay --since 2026-11-01 --repository https://github.com/acme/deployment-events',
        'waybill event replay --consumer tests --since 8f3c0e7b6a5d --repository https://github.com/acme/deployment-events',
      ]).description(
        "Print all selected events since a point of git's history. With --consumer, set its position there instead, so that next delivers them again.",
      ),
    ),
  )
    .requiredOption('--since <point>', 'a commit, an event id, or a date')
    .option('--consumer <name>', 'set the position of this consumer')
    .option('--new', 'allow a new consumer, which begins there instead of with the first event')
    .addOption(outputOption())
    .action(async (options) => {
      const remote = remoteOf(session, options);
      const snapshot = await snapshotOf(session, remote);
      const { entries } = snapshot.order;
      const from = indexSince(entries, options.since);
      const before = entries[from - 1];
      if (options.consumer !== undefined) {
        const name = consumerOf(options.consumer);
        const names = await consumerNames(snapshot);
        if (options.new !== true && !names.includes(name)) {
          throw failure('event-consumer-unknown', `there is no consumer "${name}" whose position could be set`, {
            help: [
              names.length === 0 ? 'No consumer has begun yet.' : `Consumers: ${names.join(', ')}.`,
              '--new makes one that begins there.',
            ],
          });
        }
        await setConsumer(remote, snapshot, name, before);
        session.note(`${name} continues with ${entries[from]?.path ?? 'the next new event'}`);
        return session.finish();
      }
      const { events, poison } = await select(snapshot, selectionOf(options), before?.at);
      warnOfPoison(session, poison);
      printEvents(session, events, options.output);
      return session.finish();
    });
