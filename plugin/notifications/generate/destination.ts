/**
 * What every service of the catalogue comes down to: where messages go, which decisions are delivered there, and the
 * texts. Adding a service is one file in services/ that makes Destinations, and its texts in notification-templates.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { EventName } from '../../schemas/notifications.generated.ts';
import type { Owner } from './pattern.ts';
import type { Definitions } from './values.ts';

/** States of a deployment, in the order in which they come. */
export const states = ['queued', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const;

/** One of {@link states}. */
export type State = (typeof states)[number];

/** What a note decides. `again`: a success that GitHub must hear once more, since another one has set it inactive. */
export type Decision = EventName | 'again';

/** A `service.*` key of the ConfigMap. */
export interface Service {
  /** `service.github.acme` */
  readonly key: string;
  /** Its options; values may be `$key` of the Secret. */
  readonly options: JsonObject;
}

/** The text of a message, a catalogue file in services/, and what its variables mean here. */
export interface Message {
  /** The template's name, without `waybill-`. Messages of one name must be the same. */
  readonly name: string;
  readonly content: JsonObject;
  readonly definitions: Definitions;
  /** Added to `github.deployment`, whose flags the engine takes from no text. */
  readonly transient?: boolean;
}

/** Messages of one kind to one receiver. */
export interface Destination {
  /** Lower case letters, digits and hyphens; names the triggers, so it must stay the same from version to version. */
  readonly id: string;
  readonly service: Service;
  /** The engine's recipient; undefined for services that need none, which get the slot's number. */
  readonly recipient?: string;
  /** Whose source repositories it is told about; undefined: everybody's. */
  readonly owner?: Owner;
  /** Environments by name or pattern; undefined: all. */
  readonly environments?: readonly string[];
  readonly events: readonly Decision[];
  /** How long a delivery that fails is tried again, in seconds; older decisions are not told. */
  readonly retrySeconds: number;
  readonly message: Message;
  /** A second message for environments that will not exist for long. */
  readonly transientMessage?: Message | undefined;
}

/** The name by which subscriptions mean a service: the last part of its key. */
export function serviceName(service: Service): string {
  return service.key.slice(service.key.lastIndexOf('.') + 1);
}

/** `text` as part of an {@link Destination.id} or of a service's name, which may hold no dot. */
export function identifier(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
}
