/**
 * The data of argocd-notifications-cm from destinations: services, templates, triggers and subscriptions, in a fixed
 * order, so that an unchanged configuration gives the same bytes.
 */
import { type Failure, failure } from '../../diagnostics/failure.ts';
import type { Json, JsonObject } from '../../resources/json.ts';
import { writeYaml } from '../../yaml/write.ts';
import { messageContent, messageTemplate } from './message.ts';
import { type Destination, type Message, type Service, serviceName, states } from './destination.ts';
import {
  type Decisions,
  deliveryConditions,
  deliveryName,
  deploymentSlots,
  noteConditions,
  type NoteTemplates,
  noteTrigger,
  problemSlot,
  type Subscribed,
  type TransientRules,
} from './triggers.ts';

/** The data of a ConfigMap: texts by key. */
export type Settings = ReadonlyMap<string, string>;

/** What {@link settings} needs. */
export interface Plan {
  readonly argocdURL: string;
  readonly selector: string;
  readonly decisions: Decisions;
  readonly transient: TransientRules;
  readonly destinations: readonly Destination[];
}

/** What leaves notes without telling anybody: GitHub's service when there is one, else a request to the controller itself. */
function marker(destinations: readonly Destination[]): { service: Service; template: JsonObject } {
  const github = destinations.find(({ service }) => service.key.startsWith('service.github'));
  if (github) return { service: github.service, template: messageContent('github-mark') };
  // Durations in nanoseconds: should the controller listen elsewhere, its only worker must not wait for it.
  const options = { url: 'http://127.0.0.1:9001/metrics', retryMax: 1, retryWaitMin: 1e6, retryWaitMax: 1e6 };
  const service = { key: 'service.webhook.waybill', options };
  return { service, template: messageContent('webhook-mark') };
}

/**
 * What the operator reads in the controller's log, and counts in `argocd_notifications_deliveries_total` as failed. The
 * engine writes the text of a template that fails, and sends nothing.
 */
const alarms = {
  'given-up': 'waybill: a status was refused for a day and is given up',
  'no-room': 'waybill: the annotations of this Application are near 256 KiB; no status is sent until they are smaller',
  untrusted:
    'waybill: a record of this Application is not reported: its project may not report to that repository (trust), or the name is none of Waybill',
} as const;

const noteTemplates: NoteTemplates = {
  note: 'waybill-note',
  givenUp: 'waybill-given-up',
  noRoom: 'waybill-no-room',
  untrusted: 'waybill-untrusted',
};

const told = (one: string): boolean => one === 'again' || states.some((state) => state === one);

/** The slots whose decisions can concern a destination. */
function slotsOf({ events }: Destination, records: number): string[] {
  const all: string[] = [];
  if (events.some(told)) all.push(...deploymentSlots(records));
  if (!events.every(told)) all.push(problemSlot);
  return all;
}

function sameName(name: string): Failure {
  return failure('notifications-clash', `two receivers would have the same name: ${name}`, {
    help: [
      'Names of services and triggers hold letters, digits and hyphens only: let theirs differ in more than signs.',
    ],
  });
}

class Collected {
  readonly services = new Map<string, string>();
  readonly templates = new Map<string, string>();
  readonly triggers = new Map<string, string>();
  readonly subscriptions = new Map<string, string[]>();

  service(service: Service): void {
    const taken = [...this.services.keys()].find(
      (key) => key !== service.key && lastPart(key) === lastPart(service.key),
    );
    if (taken !== undefined) {
      throw failure('notifications-clash', `${taken} and ${service.key} would have the same name: ${lastPart(taken)}`, {
        help: ['Subscriptions name a service by the last part of its key: rename one of the two.'],
      });
    }
    const options = writeYaml(service.options);
    if ((this.services.get(service.key) ?? options) !== options) throw sameName(service.key);
    this.services.set(service.key, options);
  }

  trigger(name: string, conditions: Json): void {
    const key = `trigger.waybill-${name}`;
    if (this.triggers.has(key)) throw sameName(name);
    this.triggers.set(key, writeYaml(conditions));
  }

  template(message: Message, slot: string, fixedRecipient: boolean): string {
    const name = `waybill-${message.name}${fixedRecipient ? `-${slot}` : ''}`;
    const slotDefinition = fixedRecipient ? `{{- $slot := "${slot}" -}}` : '{{- $slot := .recipient -}}';
    this.templates.set(`template.${name}`, writeYaml(messageTemplate(message, slotDefinition)));
    return name;
  }

  subscribe(recipient: string, trigger: string): void {
    const triggers = this.subscriptions.get(recipient) ?? [];
    this.subscriptions.set(recipient, [...triggers, trigger]);
  }
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

/** The ConfigMap's data. Failure `notifications-clash` for two services of one name. */
export function settings(plan: Plan): Settings {
  const { decisions, destinations } = plan;
  const collected = new Collected();
  const mark = marker(destinations);
  collected.service(mark.service);
  collected.templates.set('template.waybill-note', writeYaml(mark.template));
  for (const [name, text] of Object.entries(alarms)) {
    if (name === 'untrusted' && decisions.trust === undefined) continue;
    collected.templates.set(
      `template.waybill-${name}`,
      writeYaml({ ...mark.template, message: `{{ fail "${text}" }}` }),
    );
  }
  collected.subscribe(serviceName(mark.service), noteTrigger);
  const subscribed: Subscribed[] = [];
  for (const destination of destinations) {
    collected.service(destination.service);
    const slots = slotsOf(destination, decisions.records);
    subscribed.push({ destination, slots });
    for (const slot of slots) {
      const name = deliveryName(slot, destination);
      const { recipient, message, transientMessage } = destination;
      const fixed = recipient !== undefined;
      const conditions = deliveryConditions(destination, {
        slot,
        slots,
        templates: [
          collected.template(message, slot, fixed),
          plan.transient.patterns.length > 0 && transientMessage
            ? collected.template(transientMessage, slot, fixed)
            : undefined,
        ],
        rules: plan.transient,
        trust: decisions.trust,
      });
      collected.trigger(name, conditions);
      collected.subscribe(`${serviceName(destination.service)}:${recipient ?? slot}`, `waybill-${name}`);
    }
  }
  collected.triggers.set(`trigger.${noteTrigger}`, writeYaml(noteConditions(decisions, subscribed, noteTemplates)));
  const subscriptions = [...collected.subscriptions].map(([recipient, triggers]) =>
    plan.selector === ''
      ? { recipients: [recipient], triggers }
      : { recipients: [recipient], selector: plan.selector, triggers },
  );
  return new Map([
    ['context', writeYaml({ argocdUrl: plan.argocdURL.replace(/\/+$/u, '') })],
    ...[...collected.services].sort(byKey),
    ['subscriptions', writeYaml(subscriptions)],
    ...[...collected.templates].sort(byKey),
    ...[...collected.triggers].sort(byKey),
  ]);
}

function byKey([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
