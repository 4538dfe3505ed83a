/**
 * Emits what no hook told, so that a hook that speaks at the same moment is not said twice.
 *
 * The events are read first, then the cluster; what is missing is written only where no event has come since the
 * reading. Where one has, the next run looks again.
 */
import { appendCommit, type RemoteBranch } from '../git/remote-branch.ts';
import { sameRepository } from '../record/repository.ts';
import type { DeploymentEvent } from '../schemas/event.generated.ts';
import type { DeploymentRecord } from '../schemas/record.generated.ts';
import { eventFolder, eventPath, formatEvent, makeEvent } from './event.ts';
import { type DeployedRecord, missedFacts } from './missed.ts';
import type { Entry } from './order.ts';
import { BEGINNING, present, readEntries, type Snapshot } from './store.ts';

const TYPE = 'deployment-complete';
/** Events are read this many at a time, newest first, until one is of the record's source repository. */
const BATCH = 4;

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The entries of one application, environment and type by their folder, oldest first. */
type Lines = ReadonlyMap<string, readonly Entry[]>;

async function lastEvent(
  snapshot: Snapshot,
  lines: Lines,
  record: DeploymentRecord,
): Promise<DeploymentEvent | undefined> {
  const newestFirst = (lines.get(eventFolder(record, TYPE)) ?? []).toReversed();
  for (let start = 0; start < newestFirst.length; start += BATCH) {
    const read = await readEntries(snapshot, newestFirst.slice(start, start + BATCH));
    const found = read.find(({ event }) => {
      return event !== undefined && sameRepository(event.data.sourceRepository, record.source.repository);
    });
    if (found !== undefined) return found.event;
  }
  return undefined;
}

/** What is deployed and no event tells of. */
export interface Missed {
  readonly events: readonly DeploymentEvent[];
  readonly lines: Lines;
}

/** Compares what is deployed with the events of a snapshot that was taken before the cluster was looked at. */
export async function findMissed(snapshot: Snapshot, deployed: readonly DeployedRecord[]): Promise<Missed> {
  const lines = new Map<string, Entry[]>();
  for (const entry of await present(snapshot, { type: TYPE }, BEGINNING)) {
    const line = lines.get(folderOf(entry.path)) ?? [];
    lines.set(folderOf(entry.path), line);
    line.push(entry);
  }
  const events = new Map<string, DeploymentEvent>();
  for (const one of deployed) {
    const facts = missedFacts(one, await lastEvent(snapshot, lines, one.record));
    const event = facts === undefined ? undefined : makeEvent(facts, new Date());
    if (event !== undefined) events.set(event.id, event);
  }
  return { events: [...events.values()], lines };
}

/**
 * Adds the missed events in one commit, but those whose application and environment have got an event meanwhile. The
 * events that were added. Nothing goes to the spool: the next run finds again what is missing then. Throws RemoteRefusal.
 */
export async function emitMissed(
  remote: RemoteBranch,
  snapshot: Snapshot,
  { events, lines }: Missed,
): Promise<readonly DeploymentEvent[]> {
  let added: DeploymentEvent[] = [];
  await appendCommit(
    remote,
    () => `${TYPE} of ${added.map(({ subject }) => subject).join(', ')}: emitted by no hook\n`,
    async (tip) => {
      added = [];
      for (const event of events) {
        const folder = eventFolder(event.data, TYPE);
        const known = new Set(lines.get(folder)?.map(({ path }) => path));
        if ((await tip.list(folder)).every((path) => known.has(path))) added.push(event);
      }
      return added.map((event) => ({ path: eventPath(event), content: formatEvent(event) }));
    },
    snapshot.mirror.folder,
  );
  return added;
}
