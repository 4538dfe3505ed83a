/**
 * The notes that Argo CD's notifications controller leaves on an Application when it works with Waybill's settings: what
 * was decided about each record, and when (docs/notifications/how-it-works.md). Whoever may edit the Application can
 * write them, so they add to what is known and never make a state better.
 */
import { parseRecordName } from '../../record/name.ts';
import type { ArgoApplication } from './application.ts';

/** One note, or what remains of a record in a note of an older version. */
export interface Note {
  /** Counts down. */
  readonly number: number;
  readonly slot: string;
  readonly state: NotedState;
  readonly record: string;
  /** The end of the revision; several are joined by `+`. */
  readonly revision: string;
  /** `MM-DDTHH:MM:SS`, the start of the operation; '' when none operated it. */
  readonly operation: string;
  /** For failures, the resource that failed. */
  readonly resource: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Receivers that have got it, by the controller's memory. */
  readonly delivered: readonly string[];
  /** How often a delivery of it was tried that did not end well. */
  readonly attempts: number;
}

/** A state that a note can have. */
type NotedState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

const states = new Set<string>(['queued', 'in_progress', 'success', 'failure', 'error', 'inactive']);

function isState(text: string): text is NotedState {
  return states.has(text);
}

function memoryOf(text: string): Map<string, number> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).flatMap(([key, seconds]): [string, number][] =>
        typeof seconds === 'number' && Number.isSafeInteger(seconds) ? [[key, seconds]] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

function receiversOf(keys: readonly string[], slot: string, number: string): string[] {
  const name = new RegExp(`\\+${slot}-([A-Za-z0-9_-]+)/${number}\\+`, 'gu');
  // The entries of one condition share their plus signs.
  return [
    ...new Set(keys.flatMap((key) => Array.from(key.replaceAll('+', '++').matchAll(name), (found) => found[1] ?? ''))),
  ];
}

function noteOf(key: string, at: number, keys: readonly string[]): Note | undefined {
  const [, slot, digits, written, revision, , record, ...rest] = key.split(':')[0]?.split('/') ?? [];
  if (slot === undefined || digits === undefined || record === undefined || !/^\d{6}$/u.test(digits)) return undefined;
  if (parseRecordName(record) === undefined) return undefined;
  const isFull = rest[0]?.startsWith('b') === true;
  const more = isFull ? (rest[2] ?? '') : '';
  // `kept` repeats a state so that it is not forgotten; `again` is a success that is told once more.
  const state = written === 'kept' ? more || 'success' : written === 'again' ? 'success' : (written ?? '');
  if (!isState(state) || written === 'kept') return undefined;
  const tried = keys.flatMap((one) =>
    Array.from(one.matchAll(new RegExp(`~${slot}-${digits}-(\\d+)`, 'gu')), (n) => Number(n[1])),
  );
  return {
    number: Number(digits),
    slot,
    state,
    record,
    revision: revision ?? '',
    operation: isFull ? (rest[1] ?? '') : '',
    resource: state === 'failure' || state === 'error' ? more : '',
    at,
    delivered: receiversOf(keys, slot, digits),
    attempts: Math.max(0, ...tried),
  };
}

/** The notes of deployments, newest first. None where the annotation is absent or cannot be read. */
export function readNotes({ memory }: Pick<ArgoApplication, 'memory'>): Note[] {
  if (!memory.includes('waybill/')) return [];
  const entries = memoryOf(memory);
  const keys = [...entries.keys()];
  const notes = [...entries].flatMap(([key, at]) => (/^waybill\/\d\//u.test(key) ? (noteOf(key, at, keys) ?? []) : []));
  return notes.toSorted((a, b) => a.number - b.number);
}

/** `MM-DDTHH:MM:SS` of a time, as notes name an operation; '' for what is no time. */
export function operationName(startedAt: string): string {
  return /^[0-9TZ:-]{20}$/u.test(startedAt) ? startedAt.slice(5, 19) : '';
}

/** A revision as notes name it: the end of each, joined. */
export function shortRevision(revision: string): string {
  return revision
    .split('+')
    .map((one) => one.slice(-7))
    .join('+');
}

/** Since when (seconds) an automated sync that does not begin is waited for, by the controller's note. */
export function waitingSince({ memory }: Pick<ArgoApplication, 'memory'>, revision: string): number | undefined {
  if (!memory.includes('waybill/w/')) return undefined;
  const start = `waybill/w/${shortRevision(revision)}/`;
  const found = [...memoryOf(memory)].find(([key]) => key.startsWith(start));
  return found?.[1];
}
