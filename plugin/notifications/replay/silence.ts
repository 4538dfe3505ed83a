/**
 * Why a trigger sent nothing: the reasons that the helper program finds in the trigger's own expression, as a sentence.
 */
import { parseRecordName } from '../../record/name.ts';
import type { EngineExplanation, EngineReason } from '../../schemas/engine.generated.ts';
import { anotherRuns, byWeight, isNothingToDeliver, wordsOfText, wordsOfVariable } from './words.ts';

/** A trigger that sent nothing after an event. */
export interface Silence {
  /** Milliseconds since 1970, on the clock of the recording. */
  readonly at: number;
  readonly application: string;
  /** Empty where the controller did not look at the Application at all. */
  readonly trigger: string;
  readonly condition: number;
  /** In words, each once. */
  readonly because: readonly string[];
}

/** The trigger that decides what is reported, and looks at every state in turn. */
const decides = 'waybill';

const all = (said: readonly string[]): readonly string[] => said;

/** The reason that decides, of all conditions that are not so: one sentence, or one for each record. */
function decisive(said: readonly string[]): readonly string[] {
  for (const pattern of byWeight) {
    const found = said.filter((one) => pattern.test(one));
    if (found.length > 0) return found;
  }
  return said.slice(0, 1);
}

/** What the helper program says about one condition, in words. */
export function silenceOf(explanation: EngineExplanation, at: number): Silence {
  const { application, skipped, trigger = '', condition, reasons = [] } = explanation;
  const because =
    skipped === undefined
      ? (trigger === decides ? decisive : all)(sentences(reasons))
      : [`the controller does not look at it: ${skipped} (the last comparison is older than the end of the operation)`];
  return { at, application, trigger, condition, because: [...new Set(because)] };
}

/** Reasons that have words, and the innermost one in any case. */
function sentences(reasons: readonly EngineReason[]): string[] {
  return reasons.flatMap((reason, index) => {
    if (isNothingToDeliver(reason.text)) return [];
    if (reason.elements && reason.elements.length > 0) {
      return reason.elements.flatMap(({ element, reasons: inner }) => {
        const label = subject(element);
        const said = sentences(inner);
        return label === '' ? said : [`${label}: ${said.join(', ')}`];
      });
    }
    const words = inWords(reason);
    if (words !== undefined) return words === '' ? [] : [words];
    return index === reasons.length - 1 ? [asWritten(reason)] : [];
  });
}

const name = /^[A-Za-z]\w*$/u;

function inWords({ variable, text, value, values }: EngineReason): string | undefined {
  const known = variable ?? (name.test(text) ? text : undefined);
  if (text === 'not (running and here)') return holds(values?.['running']) ? anotherRuns : '';
  const negated = /^(?:not |!)\(?([A-Za-z]\w*)\)?$/u.exec(text)?.[1];
  if (negated !== undefined) return wordsOfVariable(negated, !holds(value));
  const nothing = /^([A-Za-z]\w*) == (?:nil|"")$|^len\(([A-Za-z]\w*)\) == 0$/u.exec(text);
  if (nothing) return wordsOfVariable(nothing[1] ?? nothing[2] ?? '', !holds(value));
  return (known === undefined ? undefined : wordsOfVariable(known, holds(value))) ?? wordsOfText(text);
}

function holds(value: unknown): boolean {
  return !(
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (isList(value) && value.length === 0)
  );
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** `status.health == "Healthy" (health: "Degraded")`, shortened. */
function asWritten({ text, values }: EngineReason): string {
  const shown = Object.entries(values ?? {})
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .map(([variable, value]) => `${variable}: ${short(JSON.stringify(value) ?? 'nil', 60)}`);
  return `not so: ${short(text, 120)}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`;
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

const states = new Set(['queued', 'in_progress', 'success', 'failure', 'error', 'inactive']);

/** `success of acme/web@8f3c0e7 in staging`; empty for an element that names no record. */
function subject(element: unknown): string {
  const parts = isList(element) ? element : [element];
  const texts = parts.filter((part): part is string => typeof part === 'string');
  const record = texts.map((text) => parseRecordName(text)).find((parsed) => parsed !== undefined);
  if (!record) return '';
  const state = texts.find((text) => states.has(text));
  const { owner, repository, commit, environment } = record;
  return `${state === undefined ? '' : `${state} of `}${owner}/${repository}@${commit.slice(0, 7)} in ${environment}`;
}
