/**
 * E-mail.
 */
import type { NotificationsConfig } from '../config.ts';
import { type Destination, identifier } from '../destination.ts';
import { messageContent } from '../message.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';

/** Who gets e-mail. */
export function destinations({ file: { email } }: NotificationsConfig, definitions: Definitions): Destination[] {
  if (!email) return [];
  const { recipients, ...options } = email;
  return recipients.flatMap(({ to, events = problems, environments }) =>
    receiverDestinations(
      {
        id: `email-${identifier(to)}`,
        service: { key: 'service.email', options: { ...options } },
        recipient: to,
        events,
        environments,
        message: (meaning) => ({ name: 'email', content: messageContent('email'), definitions: meaning }),
      },
      definitions,
    ),
  );
}
