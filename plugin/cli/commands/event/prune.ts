/**
 * `waybill event prune`: deletes old events in one commit.
 */
import { failure } from '../../../diagnostics/failure.ts';
import { consumerNames, placeOf, readConsumer } from '../../../events/consumer.ts';
import { expired } from '../../../events/retention.ts';
import { selectsPath } from '../../../events/selection.ts';
import { BEGINNING, present } from '../../../events/store.ts';
import { appendCommit, type Tip } from '../../../git/remote-branch.ts';
import { type Define, newCommand, UsageError } from '../../command.ts';
import { count, duration } from '../../numbers.ts';
import { remoteOf, snapshotOf, withRemote } from './options.ts';

export const define: Define = (session) =>
  withRemote(
    newCommand('prune', [
      'waybill event prune --older-than 30d --keep-last 20 --repository https://github.com/acme/deployment-events',
    ]).description(
      'Delete old events in one commit; git’s history keeps them. The last events of each application, environment and type stay, and so do events that a consumer has not received, unless forced.',
    ),
  )
    .requiredOption('--older-than <time>', 'how old an event must be: 30d, 12h', duration)
    .option('--keep-last <n>', 'how many events of each application, environment and type stay', count, 10)
    .option('--force', 'also delete events that a consumer has not received')
    .option('--dry-run', 'only list the events to delete')
    .action(async (options) => {
      if (options.keepLast < 1) {
        throw new UsageError(
          '--keep-last 0: without its last event a deployment looks missed to event reconcile; expected 1 or more',
        );
      }
      const remote = remoteOf(session, options);
      const snapshot = await snapshotOf(session, remote);
      const entries = await present(snapshot, {}, BEGINNING);
      const gone = expired(entries, options, Math.floor(Date.now() / 1000));
      if (gone.length === 0) {
        session.note('nothing to change: no event is that old, or those that are stay (--keep-last)');
        return session.finish();
      }
      const waiting: string[] = [];
      for (const name of options.force === true ? [] : await consumerNames(snapshot)) {
        const consumer = await readConsumer(snapshot, name);
        const place = placeOf(snapshot.order, consumer);
        const wanted = consumer?.selection ?? {};
        const missed = gone.filter(({ at, path }) => at > place && selectsPath(wanted, path)).length;
        if (missed > 0) waiting.push(`${name} has not had ${missed} of them.`);
      }
      if (waiting.length > 0) {
        throw failure(
          'event-unprocessed',
          `${gone.length} events are old enough to delete, but consumers have not received some`,
          {
            help: [...waiting, 'Let them catch up, or use --force to delete the events anyway.'],
          },
        );
      }
      for (const { path } of gone) session.print(`${path}\n`);
      if (options.dryRun !== true) {
        const plan = async (tip: Tip) => {
          const there = new Set(await tip.list('events'));
          return gone.filter(({ path }) => there.has(path)).map(({ path }) => ({ path, content: null }));
        };
        await appendCommit(remote, `Prune ${gone.length} events\n`, plan, snapshot.mirror.folder);
      }
      return session.finish();
    });
