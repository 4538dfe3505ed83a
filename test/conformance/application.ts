/**
 * An Application as Argo CD's application controller writes it. Each method is one write that a watch would see, in
 * the words of the recordings (test/fixtures/recordings): compare, operation, health.
 */
import { parseRecordName, recordName } from '../../plugin/record/name.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { commitOf } from './recordings.ts';
import type { ScenarioBuilder } from './scenario-builder.ts';

/** What differs from an automated Application in namespace argocd. */
export interface ApplicationOptions {
  readonly namespace?: string;
  /** @default default */
  readonly project?: string;
  /** `paused`: automated.enabled is false. @default true */
  readonly automated?: boolean | 'paused';
  /** Two sources: revisions in place of revision. */
  readonly multiSource?: boolean;
  /** Seconds that the clock of the application controller is ahead. */
  readonly skew?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly externalURLs?: readonly string[];
  /** @default true */
  readonly finalizer?: boolean;
  /** Prune is off: what is no longer rendered stays, and a renamed resource waits to be pruned for good. @default true */
  readonly prune?: boolean;
}

type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing';

/** What a revision of the manifests renders: records, each `label` or `owner/repository@label environment`, or by name. */
type Renders = readonly string[];

interface Operation {
  readonly phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  readonly startedAt: string;
  readonly operation: { readonly sync: JsonObject };
  readonly message?: string;
  readonly finishedAt?: string;
  readonly syncResult?: JsonObject;
  readonly retryCount?: number;
}

/** The record's entry in a list of resources. */
function entry(name: string, status: string, more: JsonObject = {}): JsonObject {
  return { group: '', kind: 'ConfigMap', namespace: 'web', version: 'v1', name, status, ...more };
}

/** A hook's entry in the result of an operation. */
export function hook(name: string, hookType: string, hookPhase: string): JsonObject {
  return {
    group: 'batch',
    kind: 'Job',
    name,
    namespace: 'web',
    version: 'v1',
    hookType,
    hookPhase,
    syncPhase: hookType,
  };
}

export class Application {
  readonly #builder: ScenarioBuilder;
  readonly #name: string;
  readonly #options: ApplicationOptions;
  #deletionTimestamp: string | undefined;
  /** `.operation`: an operation was asked for and has not ended. */
  #asked: { readonly sync: JsonObject } | undefined;
  #sync: 'Synced' | 'OutOfSync' | 'Unknown' | undefined;
  #revision: JsonObject = {};
  #health: { readonly status: Health; readonly lastTransitionTime: string } | undefined;
  #operation: Operation | undefined;
  /** The revision of the operation. */
  #takes: JsonObject = {};
  #reconciledAt: string | undefined;
  #conditions: readonly JsonObject[] = [];
  #target: readonly string[] = [];
  #live: readonly string[] = [];
  /** A resource was renamed, and prune is off. */
  #leftover = false;
  #held = false;

  constructor(builder: ScenarioBuilder, name: string, options: ApplicationOptions) {
    this.#builder = builder;
    this.#name = name;
    this.#options = options;
  }

  /** A compare of `revision`, which renders these records; unless said, what differs makes it OutOfSync. */
  compare(revision: string, renders: Renders, sync?: 'Synced' | 'OutOfSync'): this {
    this.#target = this.#records(renders);
    this.#sync = sync ?? (this.#target.every((name) => this.#live.includes(name)) ? 'Synced' : 'OutOfSync');
    this.#revision = this.#revisionOf(revision);
    this.#health ??= { status: 'Missing', lastTransitionTime: this.#now() };
    this.#reconciledAt = this.#now();
    this.#conditions = [];
    return this.#write();
  }

  /** A compare that fails: sync is Unknown, and the revision is the branch's name. */
  renderError(): this {
    this.#sync = 'Unknown';
    this.#revision = { revision: 'main' };
    this.#reconciledAt = this.#now();
    this.#conditions = [{ type: 'ComparisonError', message: 'Failed to load target state: exit status 1' }];
    return this.#write();
  }

  /** A sync is asked for: `.operation` is there, and nothing has begun. Automated, the last operation goes at once. */
  ask(revision: string): this {
    this.#asked = { sync: this.#revisionOf(revision) };
    if (this.#options.automated === undefined || this.#options.automated === true) this.#operation = undefined;
    return this.#write();
  }

  /**
   * An operation begins. `partial`: on some resources only, as self-heal does it. `records`: on the records alone. `dryRun`: changes nothing. `unnamed`: it
   * names no revision; which one it takes is in its result.
   */
  start(
    revision: string,
    options: {
      readonly partial?: boolean;
      readonly records?: boolean;
      readonly dryRun?: boolean;
      readonly unnamed?: boolean;
    } = {},
  ): this {
    const records = this.#target.map((name) => ({ kind: 'ConfigMap', name }));
    const resources = options.partial
      ? { resources: [{ kind: 'Service', name: 'web' }] }
      : options.records
        ? { resources: records }
        : {};
    const dryRun = options.dryRun ? { dryRun: true } : {};
    this.#takes = this.#revisionOf(revision);
    const operation = { sync: { ...(options.unnamed ? {} : this.#takes), ...resources, ...dryRun } };
    this.#asked = operation;
    this.#operation = { phase: 'Running', startedAt: this.#now(), operation };
    return this.#write();
  }

  /** The running operation says something, retries, or is told to end. */
  running(message: string, phase: 'Running' | 'Terminating' = 'Running'): this {
    this.#operation = { ...this.#begun(), phase, message };
    return this.#write();
  }

  /**
   * The operation ends. A success makes live what it rendered: the compared target unless `renders` says otherwise. `hooks`
   * are their entries in the result.
   */
  finish(
    phase: 'Succeeded' | 'Failed' | 'Error',
    message = 'successfully synced (all tasks run)',
    renders?: Renders,
    hooks: readonly JsonObject[] = [],
  ): this {
    const begun = this.#begun();
    const applied = renders ? this.#records(renders) : this.#target;
    const pruned = this.#live.filter((name) => !applied.includes(name));
    if (pruned.length > 0 && this.#options.prune === false) this.#leftover = true;
    if (phase === 'Succeeded' && begun.operation.sync['dryRun'] !== true) this.#live = applied;
    const resources = [
      ...hooks,
      ...pruned.map((name) => entry(name, this.#options.prune === false ? 'PruneSkipped' : 'Pruned')),
      ...applied.map((name) => entry(name, 'Synced')),
    ];
    this.#asked = undefined;
    this.#operation = { ...begun, phase, message, finishedAt: this.#now(), syncResult: { ...this.#takes, resources } };
    return this.#write();
  }

  /** The running operation retries with the newest revision (retry.refresh): it names none any more. */
  retryNewest(revision: string): this {
    const begun = this.#begun();
    const { revision: _one, revisions: _several, ...sync } = begun.operation.sync;
    this.#takes = this.#revisionOf(revision);
    this.#operation = { ...begun, operation: { sync }, retryCount: 1 };
    return this.running('Retrying operation with latest revisions. Attempt #1');
  }

  /** The operation ends before Argo CD has read what it should apply: it has no result. */
  endWithoutResult(message: string): this {
    this.#asked = undefined;
    this.#operation = { ...this.#begun(), phase: 'Error', message, finishedAt: this.#now() };
    return this.#write();
  }

  /** What happens here is one write. */
  together(happen: () => void): this {
    this.#held = true;
    happen();
    this.#held = false;
    return this.#write();
  }

  /** What is live equals the target, as the compare right after an operation finds. */
  synced(health: Health): this {
    this.#sync = 'Synced';
    this.#reconciledAt = this.#now();
    return this.health(health);
  }

  /** Health changes, nothing else. */
  health(status: Health): this {
    this.#health = { status, lastTransitionTime: this.#now() };
    return this.#write();
  }

  /** Argo CD looks again and finds nothing new. */
  reconcile(): this {
    this.#reconciledAt = this.#now();
    return this.#write();
  }

  /** A whole deployment of an automated Application that goes well. */
  deploy(revision: string, renders: Renders): this {
    return this.deployUntilReady(revision, renders).health('Healthy');
  }

  /** As {@link deploy}, up to the moment before the new pods are ready. */
  deployUntilReady(revision: string, renders: Renders): this {
    this.ask(revision).compare(revision, renders, 'OutOfSync').start(revision);
    return this.finish('Succeeded').synced('Progressing').reconcile();
  }

  /** The Application is being deleted. */
  deleting(): this {
    this.#deletionTimestamp = this.#now();
    return this.#write();
  }

  /** The Application is gone. */
  gone(): void {
    this.#builder.event({ delete: [`${this.#namespace}/${this.#name}`] });
  }

  get #syncStatus(): string {
    return this.#leftover && this.#sync === 'Synced' ? 'OutOfSync' : (this.#sync ?? '');
  }

  get #namespace(): string {
    return this.#options.namespace ?? 'argocd';
  }

  #now(): string {
    return this.#builder.time(this.#options.skew);
  }

  #begun(): Operation {
    if (!this.#operation) throw new Error('no operation has begun');
    return this.#operation;
  }

  #revisionOf(revision: string): JsonObject {
    const hash = commitOf(revision);
    return this.#options.multiSource ? { revisions: [hash, commitOf('values')] } : { revision: hash };
  }

  #records(renders: Renders): string[] {
    return renders.map((text) => {
      if (parseRecordName(text) !== undefined) return text;
      const [what = '', environment = 'staging'] = text.split(' ');
      const [label = '', from = 'acme/web'] = what.split('@').toReversed();
      // GitLab's subgroups and Azure DevOps' projects are part of the owner; a space is written as %20.
      const [, owner = '', repository = ''] = /^(.*)\/([^/]*)$/u.exec(decodeURIComponent(from)) ?? [];
      return recordName({ owner, repository, environment, application: this.#name, commit: commitOf(label) });
    });
  }

  #resources(): JsonObject[] {
    const unknown = this.#sync === 'Unknown' ? 'Unknown' : undefined;
    const gone = this.#live.filter((name) => !this.#target.includes(name));
    return [
      ...gone.map((name) => entry(name, unknown ?? 'OutOfSync', { requiresPruning: true })),
      ...(this.#leftover ? [entry('settings-before', unknown ?? 'OutOfSync', { requiresPruning: true })] : []),
      ...this.#target.map((name) => entry(name, unknown ?? (this.#live.includes(name) ? 'Synced' : 'OutOfSync'))),
      {
        group: 'apps',
        kind: 'Deployment',
        namespace: 'web',
        name: this.#name,
        version: 'v1',
        status: this.#sync ?? '',
      },
    ];
  }

  #write(): this {
    if (this.#held) return this;
    const { labels, annotations, externalURLs, finalizer, multiSource, automated } = this.#options;
    const source = { repoURL: 'https://git.example/acme/manifests.git', path: this.#name, targetRevision: 'main' };
    const application: JsonObject = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: this.#name,
        namespace: this.#namespace,
        creationTimestamp: '2026-03-01T08:00:00Z',
        ...(labels ? { labels } : {}),
        ...(annotations ? { annotations } : {}),
        ...(finalizer === false ? {} : { finalizers: ['resources-finalizer.argocd.argoproj.io'] }),
        ...(this.#deletionTimestamp ? { deletionTimestamp: this.#deletionTimestamp } : {}),
      },
      spec: {
        project: this.#options.project ?? 'default',
        ...(multiSource ? { sources: [source, source] } : { source }),
        destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
        syncPolicy:
          automated === false
            ? {}
            : { automated: { prune: this.#options.prune !== false, enabled: automated !== 'paused' } },
      },
      ...(this.#asked ? { operation: this.#asked } : {}),
      status: {
        resources: this.#resources(),
        ...(this.#sync ? { sync: { status: this.#syncStatus, ...this.#revision } } : {}),
        ...(this.#health ? { health: { ...this.#health } } : {}),
        ...(this.#operation ? { operationState: { ...this.#operation } } : {}),
        ...(this.#reconciledAt ? { reconciledAt: this.#reconciledAt } : {}),
        ...(this.#conditions.length > 0 ? { conditions: this.#conditions } : {}),
        ...(externalURLs ? { summary: { externalURLs } } : {}),
      },
    };
    this.#builder.event({ put: [application] });
    return this;
  }
}
