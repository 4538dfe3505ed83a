/**
 * Argo CD's application controller with one Application: it compares, decides about automated syncs, and writes what
 * it found. Operations are in operation.ts. The order of writes follows controller/appcontroller.go of 3.5 and the
 * recordings; how long each thing takes is the life's.
 */
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { Cluster, type Snapshot } from './cluster.ts';
import { keyOf, type Renderer, type Rendered, type Revision, render } from './manifests.ts';
import { runOperation } from './operation.ts';
import type { Schedule } from './schedule.ts';
import { applicationObject, type Operation, type Settings, type Status } from './status.ts';
import type { Seen, Truth } from './truth.ts';

/** How far a comparison goes: with the last compared revision, or with the newest. */
type Level = 'recent' | 'latest';

export interface Git {
  /** All revisions by hash. */
  readonly revisions: Map<string, Revision>;
  /** The branch. */
  head: string;
}

/** What the outside gets to see, and what the model lets others see. */
export interface Observer {
  /** The Application was written. */
  written(application: JsonObject): void;
  /** The Application is gone. */
  gone(key: string): void;
}

/** The outcome of one comparison. */
interface Compared {
  readonly status: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly revision: string;
  readonly resources: readonly JsonObject[];
  readonly health: string;
  readonly latest: boolean;
  readonly broken: boolean;
  /** When it began. */
  readonly at: string;
}

/** The beginning of every life. */
export const begin = Date.parse('2026-03-02T09:00:00Z');

/** A time as Argo CD writes it: whole seconds. */
function timestamp(seconds: number): string {
  return `${new Date(begin + Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

export class ArgoCD {
  settings: Settings;
  readonly status: Status = { resources: [], history: [], conditions: [] };
  readonly cluster: Cluster;
  readonly schedule: Schedule;
  readonly git: Git;
  readonly truth: Truth;
  /** `.operation` */
  asked: Operation | undefined;
  deletionTimestamp: string | undefined;
  /** Whether a window denies syncs. */
  denied = false;
  /** What parameters make of a revision, when they were edited: it renders this one instead. */
  overridden = new Map<string, Revision>();
  /** Seconds between things that follow each other, from the life's choices. */
  readonly jitter: (longest: number) => number;
  readonly #renderer: Renderer;
  readonly #observer: Observer;
  #wanted: Level | undefined;
  #comparing = false;
  #renders: readonly string[] = [];
  isGone = false;

  constructor(
    settings: Settings,
    renderer: Renderer,
    git: Git,
    schedule: Schedule,
    truth: Truth,
    observer: Observer,
    jitter: (longest: number) => number,
  ) {
    this.settings = settings;
    this.#renderer = renderer;
    this.git = git;
    this.schedule = schedule;
    this.truth = truth;
    this.#observer = observer;
    this.jitter = jitter;
    this.cluster = new Cluster(schedule, () => {
      truth.changed(schedule.now);
      this.schedule.after(this.jitter(0.3), () => this.refresh('recent'));
    });
  }

  get now(): string {
    return timestamp(this.schedule.now);
  }

  /** The Application is created: it has no status yet. */
  create(): void {
    this.write();
    this.poll();
  }

  /** Every three minutes Argo CD looks for new revisions, with some jitter. */
  poll(): void {
    if (this.isGone) return;
    this.refresh('latest');
    this.schedule.after(180 + this.jitter(60), () => this.poll(), true);
  }

  rendered(revision: string): Rendered | undefined {
    const found = this.overridden.get(revision) ?? this.git.revisions.get(revision);
    return found && !found.broken ? render(this.#renderer, found) : undefined;
  }

  revision(hash: string): Revision | undefined {
    return this.overridden.get(hash) ?? this.git.revisions.get(hash);
  }

  /** Something asks for a comparison. Those that wait become one. */
  refresh(level: Level): void {
    if (this.isGone) return;
    this.#wanted = level === 'latest' || this.#wanted === 'latest' ? 'latest' : 'recent';
    if (this.#comparing) return;
    this.#comparing = true;
    this.schedule.after(0.01 + this.jitter(0.1), () => {
      const wanted = this.#wanted ?? 'recent';
      this.#wanted = undefined;
      // Argo CD's copy of the cluster is a moment behind, and what is written was true when the comparison began.
      const live = this.cluster.snapshot();
      this.schedule.after(this.jitter(0.1), () => {
        const compared = this.#compare(wanted, live);
        this.schedule.after(0.01 + this.jitter(0.25), () => {
          if (!this.isGone) this.#report(compared);
          this.#comparing = false;
          if (this.#wanted) this.refresh(this.#wanted);
        });
      });
    });
  }

  #compare(level: Level, live: Snapshot): Compared {
    const last = this.status.sync?.revision;
    const revision = level === 'recent' && last !== undefined && this.git.revisions.has(last) ? last : this.git.head;
    const latest = level === 'latest' || this.status.reconciledAt === undefined;
    const rendered = this.rendered(revision);
    const { health } = live;
    const at = this.now;
    if (!rendered) {
      const resources = live.resources.map((one) => entry(one, 'Unknown'));
      return { status: 'Unknown', revision: 'main', resources: sorted(resources), health, latest, broken: true, at };
    }
    const keys = new Set(rendered.resources.map(keyOf));
    const extra = live.resources.filter((one) => !keys.has(keyOf(one)));
    const targets = rendered.resources.map((one) => ({ one, same: live.has(one) }));
    const same = targets.every((target) => target.same) && extra.every((one) => one.ignored);
    return {
      status: same ? 'Synced' : 'OutOfSync',
      revision,
      resources: sorted([
        ...extra.map((one) => entry(one, 'OutOfSync', { requiresPruning: true })),
        ...targets.map((target) => entry(target.one, target.same ? 'Synced' : 'OutOfSync')),
      ]),
      health,
      latest,
      broken: false,
      at,
    };
  }

  #report(compared: Compared): void {
    const now = this.now;
    if (!this.denied && this.#autoSync(compared)) {
      // The operation is asked for first; now and then it even begins before the comparison is written.
      const late = this.jitter(0.3) - 0.2;
      if (late > 0) return this.schedule.after(late, () => this.#persist(compared, now));
    }
    this.#persist(compared, now);
  }

  #persist(compared: Compared, now: string): void {
    if (this.isGone) return;
    const { status } = this;
    status.sync = { status: compared.status, revision: compared.revision };
    this.#renders = this.truth.recordsOf(compared.revision);
    // After a render error the health of before stays.
    const health = compared.broken ? (status.health?.status ?? 'Healthy') : compared.health;
    if (status.health?.status !== health) status.health = { status: health, lastTransitionTime: now };
    status.resources = compared.resources;
    status.conditions = compared.broken
      ? [
          {
            type: 'ComparisonError',
            message: 'Failed to load target state: failed to generate manifest for source 1 of 1: exit status 1',
            lastTransitionTime: now,
          },
        ]
      : [];
    if (compared.latest) status.reconciledAt = compared.at;
    this.write();
  }

  /** Whether a sync was asked for. */
  #autoSync(compared: Compared): boolean {
    const { settings, status } = this;
    if (!settings.automated || this.asked || this.deletionTimestamp !== undefined) return false;
    if (compared.status !== 'OutOfSync') return false;
    const differing = compared.resources.filter((one) => one['status'] !== 'Synced');
    if (!settings.prune && differing.every((one) => one['requiresPruning'] === true)) return false;
    const sync: Operation['sync'] = { revision: compared.revision, prune: settings.prune };
    const last = status.operationState;
    if (last && (last.result ? last.result.revision === compared.revision && !this.#edited : isCompleted(last.phase))) {
      if (last.phase !== 'Succeeded' || !settings.selfHeal) return false;
      sync.attempts = (last.operation.sync.attempts ?? 0) + 1;
      sync.resources = differing.map(({ group, kind = '', name = '' }) =>
        group === undefined ? { kind, name } : { group, kind, name },
      );
    }
    if (settings.prune && compared.resources.every((one) => one['requiresPruning'] === true)) return false;
    this.#edited = false;
    return this.ask({ sync, automated: true, retries: settings.retries, refresh: settings.retryRefresh }, true);
  }

  /** Whether the sources in the spec differ from those of the last operation. */
  #edited = false;

  /** Parameters are edited: the same revision renders something else from now on. */
  edit(revision: string, as: Revision): void {
    this.overridden.set(revision, as);
    this.#edited = true;
    this.write();
    this.refresh('latest');
  }

  /** An operation is asked for. What asks through Argo CD's own functions removes the state of the one before. */
  ask(operation: Operation, removesState: boolean): boolean {
    if (this.asked || this.isGone || this.deletionTimestamp !== undefined) return false;
    this.asked = operation;
    if (removesState) this.status.operationState = undefined;
    this.write();
    this.schedule.after(0.01 + this.jitter(0.15), () => runOperation(this));
    return true;
  }

  /**
   * The Application goes without its finalizer, and is there again under another name: what is live stays, and all that was
   * known of it is forgotten. Not while something runs. Returns whether it was renamed.
   */
  rename(name: string): boolean {
    const running = this.asked !== undefined || this.#comparing || this.deletionTimestamp !== undefined;
    if (this.isGone || running || this.status.reconciledAt === undefined) return false;
    this.#observer.gone(`argocd/${this.settings.name}`);
    this.settings = { ...this.settings, name };
    const { status } = this;
    for (const key of ['sync', 'health', 'operationState', 'reconciledAt'] as const) status[key] = undefined;
    status.resources = [];
    status.conditions = [];
    status.history.length = 0;
    this.#renders = [];
    this.#edited = false;
    this.write();
    this.refresh('latest');
    return true;
  }

  /** Deletion begins. It takes about two seconds where there is a finalizer. */
  remove(): void {
    if (this.isGone || this.deletionTimestamp !== undefined) return;
    const { finalizer, name } = this.settings;
    const end = (): void => {
      this.isGone = true;
      this.#observer.gone(`argocd/${name}`);
    };
    if (!finalizer) return end();
    this.deletionTimestamp = this.now;
    this.write();
    this.schedule.after(0.1 + this.jitter(0.3), () => this.cluster.terminate());
    this.schedule.after(0.6 + this.jitter(0.4), () => {
      for (const one of this.cluster.resources) if (one.kind !== 'Deployment') this.cluster.remove(one);
    });
    this.schedule.after(1.8 + this.jitter(1), end);
  }

  #seen(): Seen {
    const { sync, health, operationState } = this.status;
    return {
      at: this.schedule.now,
      sync: sync?.status ?? '',
      compared: sync?.revision ?? '',
      renders: this.#renders,
      health: health?.status ?? '',
      phase: operationState?.phase ?? '',
      operated: operationState?.operation.sync.revision ?? operationState?.result?.revision ?? '',
      deploys: operationState !== undefined && deploys(operationState.operation),
      listed: listed(operationState?.result?.resources ?? []),
      since: operationState?.began ?? 0,
      asked: this.asked !== undefined,
      deleting: this.deletionTimestamp !== undefined,
      manual: !this.settings.automated,
      open: isOpen(this.status),
    };
  }

  write(): void {
    if (this.isGone) return;
    this.truth.seen.push(this.#seen());
    this.#observer.written(applicationObject(this.settings, this.status, this.asked, this.deletionTimestamp));
  }
}

/** Whether the notifications controller looks at an Application in this state (isAppSyncStatusRefreshed). */
function isOpen({ operationState, reconciledAt }: Status): boolean {
  if (!operationState || !isCompleted(operationState.phase)) return true;
  return (operationState.finishedAt ?? '') <= (reconciledAt ?? '');
}

function isCompleted(phase: string): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Error';
}

function isRecord({ kind, name }: JsonObject): boolean {
  return kind === 'ConfigMap' && typeof name === 'string' && name.startsWith('waybill.');
}

/** Whether an operation changes more than records. */
function deploys({ sync: { dryRun, resources = [] } }: Operation): boolean {
  return dryRun !== true && (resources.length === 0 || !resources.every(isRecord));
}

/** The names in an operation's result, but not those of what it pruned. */
function listed(resources: readonly JsonObject[]): string[] {
  return resources.flatMap(({ name, status }) =>
    typeof name === 'string' && status !== 'Pruned' && status !== 'PruneSkipped' ? [name] : [],
  );
}

/** An entry of status.resources. */
function entry(
  { group, kind, name }: { readonly group: string; readonly kind: string; readonly name: string },
  status: string,
  more: JsonObject = {},
): JsonObject {
  return { ...(group === '' ? {} : { group }), kind, name, namespace: 'web', status, version: 'v1', ...more };
}

function sorted(resources: readonly JsonObject[]): JsonObject[] {
  return resources.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** Argo CD's order: by group, kind and name. */
function sortKey({ group = '', kind = '', name = '' }: JsonObject): string {
  return JSON.stringify([group, kind, name]);
}
