/**
 * Programs that take a JSON document by HTTP.
 */
import type { NotificationsConfig } from '../config.ts';
import { type Destination, states } from '../destination.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

/** What webhooks are told. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  return (file.webhooks ?? []).flatMap(({ name, url, headers, events = [...states, ...problems], environments }) => {
    const service = `webhook-${name}`;
    return receiverDestinations(
      {
        id: service,
        service: webhookService(service, url, headers ?? {}),
        events,
        environments,
        message: (meaning) => webhookMessage('webhook', service, meaning),
      },
      definitions,
    );
  });
}
