/**
 * Reads event files. One that cannot be used ("poison") is a value too: it is reported and passed over, and never
 * stands in the way of the events behind it.
 */
import type { DeploymentEvent } from '../schemas/event.generated.ts';
import { schemaProblems } from '../schemas/problems.ts';
import { validate } from '../schemas/event.validate.generated.js';
import { EVENTS, eventPath } from './event.ts';

/** A file below `events/` that is no event Waybill can use, and why. */
export interface Poison {
  readonly path: string;
  readonly reason: string;
}

/** What one file holds. */
export type ReadEvent =
  | { readonly path: string; readonly event: DeploymentEvent; readonly poison?: undefined }
  | { readonly path: string; readonly event?: undefined; readonly poison: Poison };

const FORMAT = 'https://waybill.dev/schemas/v1/event.schema.json';

function firstProblem(): string {
  const [problem] = schemaProblems(validate.errors ?? [], null, () => ({ file: EVENTS }), 'event-invalid');
  return `does not follow the schema: ${problem?.message ?? 'unknown reason'}`;
}

function reasonAgainst(value: unknown): string {
  const schema = typeof value === 'object' && value !== null && 'dataschema' in value ? value.dataschema : undefined;
  return typeof schema === 'string' && schema !== FORMAT
    ? `was written in another version of the format (${schema}): update waybill`
    : firstProblem();
}

/** The event a text holds, or the reason why it holds none. */
export function parseEvent(text: string): DeploymentEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return validate(value) ? value : reasonAgainst(value);
}

/** Reads one file. Its facts and its path must agree, since selection works by path. */
export function readEvent(path: string, text: string): ReadEvent {
  const event = parseEvent(text);
  if (typeof event === 'string') return { path, poison: { path, reason: event } };
  const expected = eventPath(event);
  return expected === path ? { path, event } : { path, poison: { path, reason: `its content belongs at ${expected}` } };
}
