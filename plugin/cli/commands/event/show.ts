/**
 * `waybill event show ID`: one event, or all events of one deployment.
 */
import { failure } from '../../../diagnostics/failure.ts';
import { formatEvent, isDeployment } from '../../../events/event.ts';
import { select } from '../../../events/store.ts';
import { type Define, newCommand } from '../../command.ts';
import { remoteOf, snapshotOf, withRemote } from './options.ts';

export const define: Define = (session) =>
  withRemote(
    newCommand('show', [
      'waybill event show 5d41402abc4b2a76 --repository https://github.com/acme/deployment-events',
    ]).description('Print an event in full, or all events of a deployment.'),
  )
    .argument('<id>', "an event's id, the beginning of one (at least 7 digits), or a deployment's")
    .action(async (id, options) => {
      const { events } = await select(await snapshotOf(session, remoteOf(session, options)), {});
      const found = events
        .flatMap((one) => one.event ?? [])
        .filter((event) => isDeployment(event.data.deployment, id) || (id.length >= 7 && event.id.startsWith(id)));
      if (found.length === 0) {
        throw failure('event-unknown', `no event and no deployment has the id ${id}`, {
          help: ['waybill event list shows the ids of all events.'],
        });
      }
      for (const event of found) session.print(formatEvent(event));
      session.finish();
    });
