/**
 * Opsgenie.
 */
import type { NotificationsConfig } from '../config.ts';
import { type Destination, identifier } from '../destination.ts';
import { goString } from '../go-text.ts';
import { messageContent } from '../message.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';

/** What Opsgenie is told. */
export function destinations({ file: { opsgenie } }: NotificationsConfig, definitions: Definitions): Destination[] {
  if (!opsgenie) return [];
  const apiKeys = Object.fromEntries(opsgenie.teams.map(({ team, apiKey }) => [team, apiKey]));
  const service = { key: 'service.opsgenie', options: { apiUrl: opsgenie.url ?? 'api.opsgenie.com', apiKeys } };
  return opsgenie.teams.flatMap(({ team, priority = 'P3', events = problems, environments }) =>
    receiverDestinations(
      {
        id: `opsgenie-${identifier(team)}`,
        service,
        recipient: team,
        events,
        environments,
        message: (meaning) => ({
          name: `opsgenie-${priority.toLowerCase()}`,
          content: messageContent('opsgenie'),
          definitions: { ...meaning, priority: `{{- $priority := ${goString(priority)} -}}` },
        }),
      },
      definitions,
    ),
  );
}
