/**
 * PagerDuty, by its Events API v2.
 */
import type { NotificationsConfig } from '../config.ts';
import type { Destination } from '../destination.ts';
import { goString } from '../go-text.ts';
import { messageContent } from '../message.ts';
import { problems, receiverDestinations } from '../receivers.ts';
import type { Definitions } from '../values.ts';

/** What PagerDuty is told. */
export function destinations({ file: { pagerduty } }: NotificationsConfig, definitions: Definitions): Destination[] {
  if (!pagerduty) return [];
  const serviceKeys = Object.fromEntries(pagerduty.services.map(({ name, integrationKey }) => [name, integrationKey]));
  const service = { key: 'service.pagerdutyv2', options: { serviceKeys } };
  return pagerduty.services.flatMap(({ name, severity = 'error', events = problems, environments }) =>
    receiverDestinations(
      {
        id: `pagerduty-${name}`,
        service,
        recipient: name,
        events,
        environments,
        message: (meaning) => ({
          name: `pagerduty-${severity}`,
          content: messageContent('pagerduty'),
          definitions: { ...meaning, severity: `{{- $severity := ${goString(severity)} -}}` },
        }),
      },
      definitions,
    ),
  );
}
