/**
 * Consumers work through the events in git's order, each at its own pace. How far one has come is a file in the
 * same repository, so that any runner can go on where another stopped.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { type Appended, appendCommit, type RemoteBranch, type Tip } from '../git/remote-branch.ts';
import type { ConsumerPosition, EventConsumer } from '../schemas/consumer.generated.ts';
import { validate } from '../schemas/consumer.validate.generated.js';
import type { Entry, Order } from './order.ts';
import type { Poison } from './read.ts';
import { type Selection, selects } from './selection.ts';
import { BEGINNING, type Placed, presentBatches, readEntries, type Snapshot } from './store.ts';

const FOLDER = 'consumers';

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
    help: [`Reset it: waybill event replay --consumer ${name} --since <commit, event id or date>`],
  });
}

/** What is kept of a consumer, or undefined for one that has not begun. Failure `event-consumer-broken`. */
export async function readConsumer(snapshot: Snapshot, name: string): Promise<EventConsumer | undefined> {
  if (snapshot.tip === undefined) return undefined;
  const files = await snapshot.mirror.files(snapshot.tip, [consumerPath(name)]);
  const blob = files.get(consumerPath(name));
  if (blob === undefined) return undefined;
  const [text = ''] = await snapshot.mirror.readBlobs([blob]);
  return parseConsumer(name, text);
}

/** The names of all consumers that have begun. */
export async function consumerNames(snapshot: Snapshot): Promise<string[]> {
  if (snapshot.tip === undefined) return [];
  const files = await snapshot.mirror.files(snapshot.tip, [FOLDER]);
  return [...files.keys()].flatMap((path) => /^consumers\/([^/]+)\.json$/u.exec(path)?.[1] ?? []);
}

/** The place in `order` of a consumer's position. Failure `event-consumer-broken` when history does not know the position. */
export function placeOf(order: Order, consumer: EventConsumer | undefined): number {
  if (consumer?.position === undefined) return BEGINNING;
  const { name, position } = consumer;
  const place = order.placeOf(position);
  if (place !== undefined) return place;
  throw failure('event-consumer-broken', `consumer "${name}" has a position at a commit that is not in the branch`, {
    location: { file: consumerPath(name) },
    help: [
      `It stood at ${position.path} of commit ${position.commit}; history was rewritten or another repository is named.`,
      `Reset it: waybill event replay --consumer ${name} --since <commit, event id or date>`,
    ],
  });
}

/** What `next` found. */
export interface Next {
  readonly next: Placed | undefined;
  /** Files that were passed over. */
  readonly poison: readonly Poison[];
  /** The consumer asks for the first time. */
  readonly isNew: boolean;
}

/** The first selected event behind the consumer's position; poison on the way is passed over and reported. */
export async function findNext(snapshot: Snapshot, name: string, selection: Selection): Promise<Next> {
  const consumer = await readConsumer(snapshot, name);
  const behind = placeOf(snapshot.order, consumer);
  const isNew = consumer === undefined;
  const poison: Poison[] = [];
  for await (const batch of presentBatches(snapshot, selection, behind)) {
    for (const read of await readEntries(snapshot, batch)) {
      if (read.poison !== undefined) poison.push(read.poison);
      else if (selects(selection, read.event)) return { next: read, poison, isNew };
    }
  }
  return { next: undefined, poison, isNew };
}

async function held(tip: Tip, name: string): Promise<EventConsumer | undefined> {
  const text = await tip.read(consumerPath(name));
  return text === undefined ? undefined : parseConsumer(name, text);
}

function change(
  name: string,
  position: ConsumerPosition | undefined,
  { application, environment, type }: Selection,
): { path: string; content: string } {
  const selection = {
    ...(application === undefined ? {} : { application }),
    ...(environment === undefined ? {} : { environment }),
    ...(type === undefined ? {} : { type }),
  };
  const consumer: EventConsumer = {
    apiVersion: 'waybill.dev/v1',
    kind: 'EventConsumer',
    name,
    ...(position === undefined ? {} : { position: { commit: position.commit, path: position.path } }),
    ...(Object.keys(selection).length === 0 ? {} : { selection }),
  };
  return { path: consumerPath(name), content: `${JSON.stringify(consumer, null, 2)}\n` };
}

/**
 * Notes that a consumer is done with everything up to `entry`, and what it asks for. Another run of the same consumer
 * that has come further meanwhile is not set back.
 */
export async function acknowledge(
  remote: RemoteBranch,
  snapshot: Snapshot,
  name: string,
  entry: Entry,
  selection: Selection,
): Promise<Appended> {
  const plan = async (tip: Tip) => {
    const other = (await held(tip, name))?.position;
    // A position that this snapshot does not know was written after it, so it is further.
    if (other !== undefined && (snapshot.order.placeOf(other) ?? Infinity) >= entry.at) return [];
    return [change(name, entry, selection)];
  };
  return await appendCommit(remote, `Consumer ${name}: ${entry.path}\n`, plan, snapshot.mirror.folder);
}

/**
 * Sets a consumer's position so that the event behind `entry` is its next; `undefined` starts from the first event. What
 * it asks for stays; a file that cannot be read is replaced.
 */
export async function setConsumer(
  remote: RemoteBranch,
  snapshot: Snapshot,
  name: string,
  entry: Entry | undefined,
): Promise<Appended> {
  const plan = async (tip: Tip) => {
    const before = await held(tip, name).catch((error: unknown) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    return [change(name, entry, before?.selection ?? {})];
  };
  return await appendCommit(remote, `Consumer ${name}: replay\n`, plan, snapshot.mirror.folder);
}
