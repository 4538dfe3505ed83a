/**
 * The events of a repository as they are now, in git's order.
 */
import type { Mirror } from '../git/mirror.ts';
import { EVENTS } from './event.ts';
import { type Entry, Order, readOrder } from './order.ts';
import { type Poison, type ReadEvent, readEvent } from './read.ts';
import { type Selection, selects, selectsPath } from './selection.ts';

/** One fetched state of the repository. */
export interface Snapshot {
  readonly mirror: Mirror;
  /** Undefined when the branch does not exist: then there are no events. */
  readonly tip: string | undefined;
  /** Every addition in git's order, also of events that are pruned since. */
  readonly order: Order;
}

/** Before the first event. */
export const BEGINNING = -1;
/** Contents are fetched this many at a time while looking for one event. */
const BATCH = 64;
/** So many batches are looked up by path; then it is cheaper to list all files. */
const BATCHES_BY_PATH = 4;

/** Fetches the branch. Throws RemoteRefusal `unreachable`. */
export async function takeSnapshot(mirror: Mirror): Promise<Snapshot> {
  const tip = await mirror.fetch();
  return { mirror, tip, order: tip === undefined ? new Order('') : await readOrder(mirror, tip) };
}

/** An event that was pruned and added again counts from its return. */
function latest(entries: readonly Entry[]): Entry[] {
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  return entries.filter((entry) => last.get(entry.path) === entry);
}

/** Those whose files are there, with the contents they have now. */
function there(entries: readonly Entry[], files: ReadonlyMap<string, string>): Entry[] {
  return entries.flatMap((entry) => {
    const blob = files.get(entry.path);
    return blob === undefined ? [] : [blob === entry.blob ? entry : { ...entry, blob }];
  });
}

function mayBe(snapshot: Snapshot, selection: Selection, behind: number): Entry[] {
  return latest(snapshot.order.behind(behind)).filter((entry) => selectsPath(selection, entry.path));
}

/** The entries of events that are there now, may be selected, and were added behind a place; oldest first. */
export async function present(snapshot: Snapshot, selection: Selection, behind: number): Promise<Entry[]> {
  if (snapshot.tip === undefined) return [];
  return there(mayBe(snapshot, selection, behind), await snapshot.mirror.files(snapshot.tip, [EVENTS]));
}

/** As {@link present}, a batch at a time, for those who stop at the first that they want. */
export async function* presentBatches(
  { mirror, tip, order }: Snapshot,
  selection: Selection,
  behind: number,
): AsyncGenerator<Entry[]> {
  if (tip === undefined) return;
  const entries = mayBe({ mirror, tip, order }, selection, behind);
  let files: ReadonlyMap<string, string> | undefined;
  for (let start = 0; start < entries.length; start += BATCH) {
    const batch = entries.slice(start, start + BATCH);
    const byPath = start < BATCH * BATCHES_BY_PATH;
    const paths = batch.map(({ path }) => path);
    if (!byPath) files ??= await mirror.files(tip, [EVENTS]);
    yield there(batch, files ?? (await mirror.files(tip, paths)));
  }
}

/** An event with the moment git got it. */
export type Placed = ReadEvent & { readonly entry: Entry };

/** Reads the events of entries, contents fetched together. */
export async function readEntries(snapshot: Snapshot, entries: readonly Entry[]): Promise<Placed[]> {
  const texts = await snapshot.mirror.readBlobs(entries.map(({ blob }) => blob));
  return entries.map((entry, index) => ({ ...readEvent(entry.path, texts[index] ?? ''), entry }));
}

/** The selected events in git's order behind a place, and the poison that was met on the way. */
export async function select(
  snapshot: Snapshot,
  selection: Selection,
  behind = BEGINNING,
): Promise<{ events: Placed[]; poison: Poison[] }> {
  const placed = await readEntries(snapshot, await present(snapshot, selection, behind));
  return {
    events: placed.filter((one) => one.event !== undefined && selects(selection, one.event)),
    poison: placed.flatMap((one) => one.poison ?? []),
  };
}
