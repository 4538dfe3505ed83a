/**
 * Microsoft Teams, by workflows of Power Automate.
 */
import type { NotificationsConfig } from '../config.ts';
import type { Destination } from '../destination.ts';
import { messageContent } from '../message.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';

/** What Teams is told. */
export function destinations({ file: { teams } }: NotificationsConfig, definitions: Definitions): Destination[] {
  if (!teams) return [];
  const recipientUrls = Object.fromEntries(teams.channels.map(({ name, url }) => [name, url]));
  const service = { key: 'service.teams-workflows', options: { recipientUrls } };
  return teams.channels.flatMap(({ name, events = ['success', ...problems], environments }) =>
    receiverDestinations(
      {
        id: `teams-${name}`,
        service,
        recipient: name,
        events,
        environments,
        message: (meaning) => ({ name: 'teams', content: messageContent('teams'), definitions: meaning }),
      },
      definitions,
    ),
  );
}
