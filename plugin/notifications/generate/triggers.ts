/**
 * The triggers. One decides what is news, once for all receivers, and leaves a note of it on the Application; the
 * others deliver the newest note. Why notes: docs/notifications/how-it-works.md.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { Destination } from './destination.ts';
import { expression } from './expressions.ts';
import { recordPattern } from './pattern.ts';

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
  readonly slots: number;
  readonly afterSuccess: boolean;
  /** Whether problems are decided as well. */
  readonly problems: boolean;
  readonly outOfSyncAfter: string;
}

/** How old a deployment may be when nothing is known of its repository, environment and application. */
const window = '6h';
/** After so many notes about others a note is renewed, since the controller keeps 100 entries in all. */
const keepAfter = 12;

/** The conditions of {@link noteTrigger}. `names`: all deliveries. `template` sends nothing. */
export function noteConditions(decisions: Decisions, names: readonly string[], template: string): Condition[] {
  const { slots, afterSuccess, outOfSyncAfter } = decisions;
  return [
    noting('decide', { slots, afterSuccess, window, keepAfter }, template),
    noting('delivered', { names }, template),
    ...(decisions.problems ? [noting('problem', { outOfSyncAfter, window }, template)] : []),
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

/**
 * The conditions of one delivery: for even and odd numbers, since the controller's entry of one must be gone when the
 * next but one comes. `templates`: of ordinary and, when there is one, of transient environments.
 */
export function deliveryConditions(
  slot: string,
  destination: Destination,
  templates: readonly [string, string | undefined],
  rules: TransientRules = notTransient,
): Condition[] {
  const [ordinary, transient] = templates;
  const record = recordPattern(destination.owner, destination.environments);
  const events = destination.events.join('|');
  const distinguish = transient !== undefined && rules.patterns.length > 0;
  const make = (template: string, only: string) =>
    ['02468', '13579'].map((parity) => ({
      when: expression('deliver', {
        slot,
        name: deliveryName(slot, destination),
        pattern: `^[0-9]{5}[${parity}]/(${events})/[^/]*/[^/]*/${record}`,
        only,
        seconds: destination.patience,
      }),
      send: [template],
    }));
  if (!distinguish) return make(ordinary, '');
  return [...make(ordinary, ` and not (${isTransient(rules)})`), ...make(transient, ` and ${isTransient(rules)}`)];
}
