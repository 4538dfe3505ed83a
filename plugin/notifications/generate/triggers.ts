/**
 * The triggers. One decides what is news, once for all receivers, and leaves a note of it on the Application; the
 * others deliver the newest note. Why notes: docs/notifications/how-it-works.md.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import type { Destination } from './destination.ts';
import { expression } from './expressions.ts';
import { day } from './retry-windows.ts';
import { recordPattern } from './pattern.ts';
import { trustOf } from './trust.ts';

/** A condition of a trigger, as the engine reads it. */
interface Condition extends JsonObject {
  readonly when: string;
  readonly send: readonly string[];
  readonly oncePer?: string;
}

/** The trigger that decides and leaves notes. */
export const noteTrigger = 'waybill';

/** The slot of problems; deployments have digits. */
export const problemSlot = 'a';

/** The name of a delivery: what its trigger is called after `waybill-`, and how the notes name it. */
export function deliveryName(slot: string, destination: Destination): string {
  return `${slot}-${destination.id}`;
}

/** True only while there is something to note; the note is what the controller remembers. */
function noting(name: string, parameters: Readonly<Record<string, unknown>>, template: string): Condition {
  const note = expression(name, parameters);
  return { when: `(${note}) != ''`, oncePer: note, send: [template] };
}

/** What decides. */
export interface Decisions {
  /** Source commits of one Application that are reported. */
  readonly records: number;
  readonly afterSuccess: boolean;
  /** Whether problems are decided as well. */
  readonly problems: boolean;
  /** Who may report to a repository; undefined: everybody. */
  readonly trust?: NotificationsFile['trust'];
  readonly outOfSyncAfter: string;
}

/** How old a deployment may be when nothing is known of its repository, environment and application. */
const window = '6h';
/** After so many attempts that were noted a delivery, tried at every event until then, waits for the clock. */
const quick = 2;
/** Bytes of all annotations (Kubernetes takes 262144): so near to it nothing is decided, and nothing delivered. */
const decideBelow = 258_000;
const deliverBelow = 261_000;
/** Seconds that a deployment waits for an older one of a companion, when the provider takes nothing else. */
const companionPatience = 3600;
/** The place of the clock among the conditions of {@link noteTrigger}: the controller's entry of it is found by that. */
const clock = 3;

/** The slots of deployments: one more than records, for what leaves. */
export function deploymentSlots(records: number): string[] {
  return Array.from({ length: records + 1 }, (_, index) => String(index));
}

/** A receiver as `pending.expr` takes it: what it wants, in which slots. */
function receiver(destination: Destination, slots: readonly string[]) {
  return {
    id: destination.id,
    slots,
    events: destination.events.join('|'),
    record: recordPattern(destination.owner, destination.environments),
    seconds: destination.retrySeconds,
    replaceable: isReplaceable(destination),
  };
}

/** Whether a later success makes the receiver set earlier ones inactive, so that one told late does harm. */
function isReplaceable({ events }: Destination): boolean {
  return events.includes('again');
}

/** Templates that the conditions of {@link noteTrigger} send: `note` sends nothing, the others end in the log. */
export interface NoteTemplates {
  readonly note: string;
  readonly givenUp: string;
  readonly noRoom: string;
  readonly untrusted: string;
}

/** One destination, and the slots whose notes may concern it. */
export interface Subscribed {
  readonly destination: Destination;
  readonly slots: readonly string[];
}

/** The conditions of {@link noteTrigger}. Their order is part of the keys of the controller's memory: see `clock`. */
export function noteConditions(
  decisions: Decisions,
  subscribed: readonly Subscribed[],
  templates: NoteTemplates,
): Condition[] {
  const { records, afterSuccess, outOfSyncAfter } = decisions;
  const slots = deploymentSlots(records);
  const all = [...slots, ...(decisions.problems ? [problemSlot] : [])];
  const receivers = subscribed.map(({ destination, slots: own }) => receiver(destination, own));
  // A broken channel of people holds up no status of a commit.
  const lasting = receivers.filter(({ seconds }) => seconds === day);
  const names = subscribed.flatMap(({ destination, slots: own }) => own.map((slot) => deliveryName(slot, destination)));
  const deployments = subscribed
    .filter(({ destination }) => isReplaceable(destination))
    .map(({ destination }) => destination.id);
  const trust = trustOf(decisions.trust, '.name');
  const trusted = trust === '' ? '' : ` and ${trust}`;
  const common = {
    trusted,
    trustedHead: trustOf(decisions.trust, 'h[3]'),
    quick,
    clock,
    decideBelow,
    givenUp: false,
    unsent: false,
  };
  const decide = {
    ...common,
    slots,
    maxRecords: records,
    afterSuccess,
    deployments,
    again: deployments.length > 0,
    window,
    receivers: lasting,
  };
  const trying = { ...common, slots: all, receivers, unsent: true };
  return [
    noting('decide', decide, templates.note),
    noting('delivered', { names }, templates.note),
    noting('attempt', trying, templates.note),
    { when: expression('clock', trying), send: [templates.note] },
    noting('given-up', { ...common, slots, receivers: lasting, givenUp: true }, templates.givenUp),
    noting('no-room', common, templates.noRoom),
    ...(decisions.problems
      ? [noting('problem', { ...common, trusted: '', outOfSyncAfter, window }, templates.note)]
      : []),
    ...(trust === '' ? [] : [noting('untrusted', common, templates.untrusted)]),
  ];
}

/** Patterns of environments that will not exist for long, and of those that are excepted from them. */
export interface TransientRules {
  readonly patterns: readonly string[];
  readonly except: readonly string[];
}

const notTransient: TransientRules = { patterns: [], except: [] };

function inEnvironments(globs: readonly string[]): string {
  return `note matches '/${recordPattern(undefined, globs)}'`;
}

function isTransient({ patterns, except }: TransientRules): string {
  const any = inEnvironments(patterns);
  return except.length === 0 ? any : `${any} and not (${inEnvironments(except)})`;
}

/** What one delivery needs besides its destination. */
interface Delivery {
  readonly slot: string;
  /** All slots of the destination. */
  readonly slots: readonly string[];
  /** Templates of ordinary and, when there is one, of transient environments. */
  readonly templates: readonly [string, string | undefined];
  readonly rules?: TransientRules;
  readonly trust?: NotificationsFile['trust'];
}

/**
 * The conditions of one delivery: for even and odd numbers, since the controller's entry of one must be gone when the
 * next but one comes.
 */
export function deliveryConditions(
  destination: Destination,
  { slot, slots, templates: [ordinary, transient], rules = notTransient, trust }: Delivery,
): Condition[] {
  const record = recordPattern(destination.owner, destination.environments);
  const events = destination.events.join('|');
  const distinguish = transient !== undefined && rules.patterns.length > 0;
  const make = (template: string, only: string, first: number) =>
    ['02468', '13579'].map((parity, index) => ({
      when: expression('deliver', {
        index: first + index,
        // People are told of problems of any Application; deployments that are not believed are not decided.
        believed: destination.owner === undefined ? '' : trustOf(trust, 'record'),
        quick,
        clock,
        deliverBelow,
        slot,
        slots,
        id: destination.id,
        companionPatience,
        name: deliveryName(slot, destination),
        events: destination.events,
        pattern: `^[0-9]{5}[${parity}]/(${events})/[^/]*/[^/]*/${record}`,
        only,
        seconds: destination.retrySeconds,
        replaceable: isReplaceable(destination),
      }),
      send: [template],
    }));
  if (!distinguish) return make(ordinary, '', 0);
  return [
    ...make(ordinary, ` and not (${isTransient(rules)})`, 0),
    ...make(transient, ` and ${isTransient(rules)}`, 2),
  ];
}
