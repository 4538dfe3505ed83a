/**
 * Events that could not be delivered yet, one file each, in a folder for each remote branch. An event is written
 * here before the remote is asked, and removed when the remote has it: whatever kills the process, it is not lost.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../diagnostics/system-error.ts';
import type { RemoteBranch } from '../git/remote-branch.ts';
import type { DeploymentEvent } from '../schemas/event.generated.ts';
import { formatEvent } from './event.ts';
import { parseEvent } from './read.ts';

/** Undefined for what another process has removed meanwhile. Whatever else the system refuses must not hide an event. */
async function unlessGone<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The spool of one remote branch. */
export class Spool {
  readonly folder: string;

  /** `folder` holds the spools of all remotes; the name of each is a digest, so that no credential shows in it. */
  constructor(folder: string, remote: RemoteBranch) {
    const name = createHash('sha256').update(`${remote.url}\0${remote.branch}`).digest('hex').slice(0, 32);
    this.folder = join(folder, name);
  }

  /** Keeps an event until {@link remove}. */
  async add(event: DeploymentEvent): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const beside = join(this.folder, `.${event.id}.${process.pid}`);
    await writeFile(beside, formatEvent(event), { flush: true });
    await rename(beside, join(this.folder, `${event.id}.json`));
  }

  /**
   * Events that wait, by id, and `mine` in any case: another process may have delivered and removed them. Files that
   * are no events are left alone.
   */
  async pending(mine: readonly DeploymentEvent[] = []): Promise<DeploymentEvent[]> {
    const names = (await unlessGone(readdir(this.folder))) ?? [];
    const events = [...mine];
    const known = new Set(mine.map((event) => event.id));
    for (const name of names.filter((one) => /^[0-9a-f]{32}\.json$/u.test(one)).toSorted()) {
      const text = await unlessGone(readFile(join(this.folder, name), 'utf8'));
      const event = text === undefined ? undefined : parseEvent(text);
      if (typeof event === 'object' && !known.has(event.id)) events.push(event);
    }
    return events;
  }

  /** Forgets delivered events. */
  async remove(events: readonly DeploymentEvent[]): Promise<void> {
    for (const event of events) await rm(join(this.folder, `${event.id}.json`), { force: true });
  }
}
