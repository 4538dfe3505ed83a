/**
 * Emits an event: into the spool first, then, with everything else that waits there, as one commit on the remote
 * branch. Whoever is told "done" finds the event in git.
 */
import pRetry from 'p-retry';
import { appendCommit, type FileChange, type RemoteBranch, RemoteRefusal } from '../git/remote-branch.ts';
import type { DeploymentEvent } from '../schemas/event.generated.ts';
import { eventPath, formatEvent } from './event.ts';
import type { Spool } from './spool.ts';

/** What became of an emit. */
export type Emitted =
  | { readonly outcome: 'added' | 'known'; readonly commit: string | undefined; readonly delivered: number }
  | { readonly outcome: 'spooled'; readonly refusal: RemoteRefusal; readonly waiting: number };

function subject(events: readonly DeploymentEvent[]): string {
  const [first] = events;
  if (first === undefined) return 'Deliver events';
  const one = `${first.type} ${first.subject} ${first.data.sourceCommit.slice(0, 12)}`;
  return events.length === 1 ? one : `${one} and ${events.length - 1} more`;
}

async function missing(
  events: readonly DeploymentEvent[],
  has: (path: string) => Promise<boolean>,
): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const event of events) {
    const path = eventPath(event);
    if (!(await has(path))) changes.push({ path, content: formatEvent(event) });
  }
  return changes;
}

/**
 * Adds the events that the branch does not have, in one commit (`known`: all were emitted before). A server that
 * fails for a moment is asked again, three times. When the remote cannot be reached or refuses, they stay in the spool
 * and the next emit sends them (`spooled`).
 */
export async function emit(events: readonly DeploymentEvent[], remote: RemoteBranch, spool: Spool): Promise<Emitted> {
  for (const event of events) await spool.add(event);
  let waiting = events;
  try {
    const append = async () =>
      await appendCommit(
        remote,
        () => `${subject(waiting)}\n`,
        async (tip) => {
          // Looked at anew in each round: who wins a race also delivers what others on this machine keep here meanwhile.
          waiting = await spool.pending(events);
          return await missing(waiting, async (path) => await tip.has(path));
        },
      );
    const appended = await pRetry(append, {
      retries: 3,
      minTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof RemoteRefusal && error.passing,
    });
    await spool.remove(waiting);
    return { outcome: appended.changed ? 'added' : 'known', commit: appended.commit, delivered: waiting.length };
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error;
    return { outcome: 'spooled', refusal: error, waiting: waiting.length };
  }
}
