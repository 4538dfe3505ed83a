/**
 * What is so, as opposed to what Argo CD writes: which records run, and which operations there were.
 */
import type { Cluster } from './cluster.ts';
import type { Attempt } from './operation.ts';

/** From this moment on these records run, and no others. */
export interface Moment {
  readonly at: number;
  readonly running: ReadonlySet<string>;
  /** These do, or would if nobody had changed their resources by hand. */
  readonly ready: ReadonlySet<string>;
  /** Records whose Deployments are applied, ready or not. */
  readonly applied: ReadonlySet<string>;
  /** Records that ran since they were applied, whatever became of them later. */
  readonly arrived: ReadonlySet<string>;
}

/** What an observer of the Application saw: one entry for each write. */
export interface Seen {
  readonly at: number;
  readonly sync: string;
  readonly compared: string;
  /** The records that the compared revision rendered when it was compared. */
  readonly renders: readonly string[];
  readonly health: string;
  readonly phase: string;
  readonly operated: string;
  /** The operation is neither a dry run nor a sync of the records alone. */
  readonly deploys: boolean;
  /** The names of what the operation's result says that it applied, or tried to. */
  readonly listed: readonly string[];
  /** When the operation began; 0 without one. */
  readonly since: number;
  readonly asked: boolean;
  readonly deleting: boolean;
  /** Nothing is synced unless somebody asks for it. */
  readonly manual: boolean;
  /** Whether Argo CD's notifications controller looks at this state at all. */
  readonly open: boolean;
}

export class Truth {
  readonly attempts: Attempt[] = [];
  readonly moments: Moment[] = [];
  readonly seen: Seen[] = [];
  /** All records that a revision renders, with slot and version. */
  readonly rendered = new Map<string, { readonly slot: number; readonly version: number }>();
  readonly #records = new Map<string, readonly string[]>();
  #cluster: Cluster | undefined;
  #recordOf: (slot: number, version: number) => string | undefined = () => undefined;

  watch(cluster: Cluster, recordOf: (slot: number, version: number) => string | undefined): void {
    this.#cluster = cluster;
    this.#recordOf = recordOf;
  }

  /** Something is live that was not, or the other way round. */
  changed(at: number): void {
    const running = new Set<string>();
    const ready = new Set<string>();
    const applied = new Set<string>();
    for (const one of this.#cluster?.resources ?? []) {
      const slot = /^web-(\d+)$/u.exec(one.name)?.[1];
      if (one.kind !== 'Deployment' || slot === undefined) continue;
      const record = this.#recordOf(Number(slot), Number(one.content.split(' ')[0]));
      if (record === undefined) continue;
      applied.add(record);
      if (this.#cluster?.isReady(one)) ready.add(record);
      if (this.#cluster?.runs(one)) running.add(record);
    }
    const before = this.moments.at(-1)?.arrived ?? new Set();
    const arrived = new Set([...applied].filter((record) => before.has(record) || running.has(record)));
    this.moments.push({ at, running, ready, applied, arrived });
  }

  /** A revision is there, or renders something else from now on; `records` by slot. */
  renders(revision: string, records: readonly (string | undefined)[], versions: readonly (number | undefined)[]): void {
    this.#records.set(
      revision,
      records.flatMap((name) => (name === undefined ? [] : [name])),
    );
    for (const [slot, record] of records.entries()) {
      if (record !== undefined) this.rendered.set(record, { slot, version: versions[slot] ?? 0 });
    }
  }

  /** The records that a revision renders. */
  recordsOf(revision: string): readonly string[] {
    return this.#records.get(revision) ?? [];
  }

  /** Whether a record's deployment has ended well and still stands. */
  arrived(record: string): boolean {
    return this.moments.at(-1)?.arrived.has(record) ?? false;
  }

  /** Whether the last operation that had a record to deploy ended well, and what it applied still stands. */
  isApplied(record: string): boolean {
    const last = this.attempts.findLast(({ fresh }) => fresh.includes(record));
    return last?.outcome === 'Succeeded' && (this.moments.at(-1)?.applied.has(record) ?? false);
  }

  /** The moments that fall into a time, the one that it begins in included. */
  during(from: number, to: number): readonly Moment[] {
    const first = this.moments.findLastIndex(({ at }) => at <= from);
    return this.moments.slice(Math.max(0, first)).filter(({ at }) => at <= to + 0.001);
  }
}
