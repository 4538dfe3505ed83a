/**
 * The events of a repository as they are now, in git's order.
 */
import type { Mirror } from '../git/mirror.ts';
import { EVENTS } from './event.ts';
import { type Entry, readOrder } from './order.ts';
import { type Poison, type ReadEvent, readEvent } from './read.ts';
import { type Selection, selects, selectsPath } from './selection.ts';

/** One fetched state of the repository. */
export interface Snapshot {
  readonly mirror: Mirror;
  /** Undefined when the branch does not exist: then there are no events. */
  readonly tip: string | undefined;
  /** Every addition in git's order, also of events that are pruned since. */
  readonly order: readonly Entry[];
  /** Path to blob id of the files that are there now. */
  readonly files: ReadonlyMap<string, string>;
}

/** Fetches the branch. Throws RemoteRefusal `unreachable`. */
export async function takeSnapshot(mirror: Mirror): Promise<Snapshot> {
  const tip = await mirror.fetch();
  if (tip === undefined) return { mirror, tip, order: [], files: new Map() };
  const [order, files] = await Promise.all([readOrder(mirror, tip), mirror.files(tip, EVENTS)]);
  return { mirror, tip, order, files };
}

/** The entries of events that are there now, oldest first: an event that was pruned and added again counts from its return. */
export function present(snapshot: Snapshot): Entry[] {
  const last = new Map(snapshot.order.map((entry, index) => [entry.path, index]));
  return snapshot.order.filter((entry, index) => last.get(entry.path) === index && snapshot.files.has(entry.path));
}

/** Reads the events of entries, contents fetched together. */
export async function readEntries(snapshot: Snapshot, entries: readonly Entry[]): Promise<ReadEvent[]> {
  const ids = entries.map((entry) => snapshot.files.get(entry.path) ?? entry.blob);
  const texts = await snapshot.mirror.readBlobs(ids);
  return entries.map((entry, index) => readEvent(entry.path, texts[index] ?? ''));
}

/** An event with the moment git got it. */
export type Placed = ReadEvent & { readonly entry: Entry };

/** The entries that are there now, may be selected, and were added at index `from` of the order or later. */
export function candidates(snapshot: Snapshot, selection: Selection, from: number): Entry[] {
  const wanted = new Set(snapshot.order.slice(from));
  return present(snapshot).filter((entry) => wanted.has(entry) && selectsPath(selection, entry.path));
}

/** The selected events in git's order from index `from` of the order, and the poison that was met on the way. */
export async function select(
  snapshot: Snapshot,
  selection: Selection,
  from = 0,
): Promise<{ events: Placed[]; poison: Poison[] }> {
  const entries = candidates(snapshot, selection, from);
  const read = await readEntries(snapshot, entries);
  const placed = read.flatMap((one, index) => {
    const entry = entries[index];
    return entry === undefined ? [] : [Object.assign(one, { entry })];
  });
  return {
    events: placed.filter((one) => one.event !== undefined && selects(selection, one.event)),
    poison: placed.flatMap((one) => one.poison ?? []),
  };
}
