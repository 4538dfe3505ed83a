/**
 * People and programs that are told about Applications: both about states of deployments and about problems, which
 * are different messages.
 */
import type { EventName } from '../../schemas/notifications.generated.ts';
import { problemDefinitions } from './definitions.ts';
import { type Destination, type Message, type Service, type State, states } from './destination.ts';
import { hour } from './retry-windows.ts';
import type { Definitions } from './values.ts';

/** Kinds of problems that are told when a receiver does not say what it wants; OutOfSync for long is not one. */
export const problems: readonly EventName[] = ['sync-failed', 'hook-failed', 'image-pull', 'degraded', 'render-error'];

/** One receiver, as notifications.yaml names it. */
export interface Receiver {
  readonly id: string;
  readonly service: Service;
  /** The engine's recipient; undefined for webhooks, which need none. */
  readonly recipient?: string;
  readonly events: readonly EventName[];
  readonly environments: readonly string[] | undefined;
  /** Makes the message, given what its variables mean. */
  readonly message: (definitions: Definitions) => Message;
}

const isState = (event: EventName): event is State => states.some((state) => state === event);

/** The deliveries for a receiver: one for states and one for problems, as far as it wants them. */
export function receiverDestinations(receiver: Receiver, definitions: Definitions): Destination[] {
  const { id, service, recipient, events, environments } = receiver;
  const make = (suffix: string, some: readonly EventName[], message: Message): Destination => ({
    id: `${id}${suffix}`,
    service,
    retrySeconds: hour,
    events: some,
    message: { ...message, name: `${message.name}${suffix}` },
    ...(recipient === undefined ? {} : { recipient }),
    ...(environments === undefined ? {} : { environments }),
  });
  return [
    make('', events.filter(isState), receiver.message(definitions)),
    make(
      '-problem',
      events.filter((event) => !isState(event)),
      receiver.message(problemDefinitions(definitions)),
    ),
  ].filter(({ events }) => events.length > 0);
}
