/**
 * Jenkins, by its Generic Webhook Trigger.
 */
import type { NotificationsConfig } from '../config.ts';
import type { Destination } from '../destination.ts';
import { receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

/** Which jobs Jenkins starts. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  return (file.jenkins ?? []).flatMap(({ name, url, token, events = ['success'], environments }) => {
    const service = `jenkins-${name}`;
    return receiverDestinations(
      {
        id: service,
        service: webhookService(service, url, { token }),
        events,
        environments,
        message: (meaning) => webhookMessage('jenkins', service, meaning),
      },
      definitions,
    );
  });
}
