/**
 * Consumers work through the events in git's order, each at its own pace. How far one has come is a file in the
 * same repository, so that any runner can go on where another stopped.
 */
import { failure } from '../diagnostics/failure.ts';
import { type Appended, appendCommit, type RemoteBranch, type Tip } from '../git/remote-branch.ts';
import type { ConsumerPosition, EventConsumer } from '../schemas/consumer.generated.ts';
import { validate } from '../schemas/consumer.validate.generated.js';
import type { Entry } from './order.ts';
import type { Poison } from './read.ts';
import { type Selection, selects } from './selection.ts';
import { candidates, readEntries, type Placed, type Snapshot } from './store.ts';

const FOLDER = 'consumers';
/** Contents are fetched this many at a time while looking for the next event. */
const BATCH = 64;

/** Where a consumer's position is kept. */
function consumerPath(name: string): string {
  return `${FOLDER}/${name}.json`;
}

function parseConsumer(name: string, text: string): EventConsumer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (validate(value) && value.name === name) return value;
  throw failure('event-consumer-broken', `the position of consumer "${name}" cannot be read`, {
    location: { file: consumerPath(name) },
    help: [`Set it anew: waybill event replay --consumer ${name} --since <commit, event id or date>`],
  });
}

/** The position of a consumer, or undefined for one that has not begun. Failure `event-consumer-broken`. */
export async function readConsumer(snapshot: Snapshot, name: string): Promise<ConsumerPosition | undefined> {
  if (snapshot.tip === undefined) return undefined;
  const files = await snapshot.mirror.files(snapshot.tip, consumerPath(name));
  const blob = files.get(consumerPath(name));
  if (blob === undefined) return undefined;
  const [text = ''] = await snapshot.mirror.readBlobs([blob]);
  return parseConsumer(name, text).position;
}

/** The names of all consumers that have begun. */
export async function consumerNames(snapshot: Snapshot): Promise<string[]> {
  if (snapshot.tip === undefined) return [];
  const files = await snapshot.mirror.files(snapshot.tip, FOLDER);
  return [...files.keys()].flatMap((path) => /^consumers\/([^/]+)\.json$/u.exec(path)?.[1] ?? []);
}

/** The index in `order` behind a position. Failure `event-consumer-broken` when history does not know the position. */
export function indexAfter(order: readonly Entry[], name: string, position: ConsumerPosition | undefined): number {
  if (position === undefined) return 0;
  const index = order.findLastIndex((entry) => entry.commit === position.commit && entry.path === position.path);
  if (index >= 0) return index + 1;
  throw failure('event-consumer-broken', `consumer "${name}" stands at a commit that the branch does not have`, {
    location: { file: consumerPath(name) },
    help: [
      `It stood at ${position.path} of commit ${position.commit}; history was rewritten or another repository is named.`,
      `Set it anew: waybill event replay --consumer ${name} --since <commit, event id or date>`,
    ],
  });
}

/** What `next` found. */
export interface Next {
  readonly next: Placed | undefined;
  /** Files that were passed over. */
  readonly poison: readonly Poison[];
}

/** The first selected event behind the consumer's position; poison on the way is passed over and reported. */
export async function findNext(snapshot: Snapshot, name: string, selection: Selection): Promise<Next> {
  const from = indexAfter(snapshot.order, name, await readConsumer(snapshot, name));
  const entries = candidates(snapshot, selection, from);
  const poison: Poison[] = [];
  for (let start = 0; start < entries.length; start += BATCH) {
    const batch = entries.slice(start, start + BATCH);
    for (const [index, read] of (await readEntries(snapshot, batch)).entries()) {
      const entry = batch[index];
      if (read.poison !== undefined) poison.push(read.poison);
      else if (entry !== undefined && selects(selection, read.event)) return { next: { ...read, entry }, poison };
    }
  }
  return { next: undefined, poison };
}

async function held(tip: Tip, name: string): Promise<ConsumerPosition | undefined> {
  const text = await tip.read(consumerPath(name));
  return text === undefined ? undefined : parseConsumer(name, text).position;
}

function positionChange(name: string, position: ConsumerPosition): { path: string; content: string } {
  const consumer: EventConsumer = { apiVersion: 'waybill.dev/v1', kind: 'EventConsumer', name, position };
  return { path: consumerPath(name), content: `${JSON.stringify(consumer, null, 2)}\n` };
}

/**
 * Notes that a consumer is done with everything up to `entry`. Another run of the same consumer that has come
 * further meanwhile is not set back.
 */
export async function acknowledge(
  remote: RemoteBranch,
  snapshot: Snapshot,
  name: string,
  entry: Entry,
): Promise<Appended> {
  const mine = snapshot.order.indexOf(entry);
  return await appendCommit(remote, `Consumer ${name}: ${entry.path}\n`, async (tip) => {
    const other = await held(tip, name);
    if (other !== undefined) {
      const theirs = snapshot.order.findLastIndex((one) => one.commit === other.commit && one.path === other.path);
      // A position that this snapshot does not know was written after it, so it is further.
      if (theirs < 0 || theirs >= mine) return [];
    }
    return [positionChange(name, { commit: entry.commit, path: entry.path })];
  });
}

/** Sets a consumer's position so that the event behind `entry` is its next; `undefined` starts from the first event. */
export async function setConsumer(remote: RemoteBranch, name: string, entry: Entry | undefined): Promise<Appended> {
  return await appendCommit(remote, `Consumer ${name}: replay\n`, async (tip) => {
    const path = consumerPath(name);
    if (entry === undefined) return (await tip.has(path)) ? [{ path, content: null }] : [];
    return [positionChange(name, { commit: entry.commit, path: entry.path })];
  });
}
