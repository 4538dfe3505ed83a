/**
 * Slack: one thread for each deployment in each channel.
 */
import type { NotificationsConfig } from '../config.ts';
import { type Destination, identifier } from '../destination.ts';
import { messageContent } from '../message.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';

/** What Slack is told. */
export function destinations({ file: { slack } }: NotificationsConfig, definitions: Definitions): Destination[] {
  if (!slack) return [];
  const apiURL = slack.apiURL === undefined ? {} : { apiURL: slack.apiURL };
  const service = { key: 'service.slack', options: { token: slack.token, ...apiURL } };
  return slack.channels.flatMap(({ channel, events = ['success', ...problems], environments }) =>
    receiverDestinations(
      {
        id: `slack-${identifier(channel)}`,
        service,
        recipient: channel,
        events,
        environments,
        message: (meaning) => ({ name: 'slack', content: messageContent('slack'), definitions: meaning }),
      },
      definitions,
    ),
  );
}
