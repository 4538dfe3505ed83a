/**
 * One operation of Argo CD: hooks, apply, prune, waiting for health, retries. Which writes it makes and what they hold
 * follows controller/sync.go and processRequestedAppOperation of 3.5 and the recordings.
 */
import type { JsonObject } from '../../../plugin/resources/json.ts';
import type { ArgoCD } from './argocd.ts';
import { keyOf, type Rendered, type Resource, type Revision } from './manifests.ts';
import type { OperationState } from './status.ts';

/** What is known of an operation that ran, whatever Argo CD says of it. */
export interface Attempt {
  readonly revision: string;
  /**
   * Records that it renders, by slot, and those of them that were still to be deployed: not ready yet, and not applied by
   * an operation before that ended well and is only waited for.
   */
  readonly records: readonly string[];
  readonly fresh: readonly string[];
  readonly full: boolean;
  readonly dryRun: boolean;
  readonly startedAt: number;
  endedAt?: number;
  outcome?: 'Succeeded' | 'Failed' | 'Error';
}

/** Runs what `.operation` asks for, from Running to its end. */
export function runOperation(app: ArgoCD): void {
  const operation = app.asked;
  if (!operation || app.isGone) return;
  const state: OperationState = {
    operation: { ...operation, sync: { ...operation.sync } },
    phase: 'Running',
    startedAt: app.now,
    began: app.schedule.now,
    retryCount: 0,
  };
  app.status.operationState = state;
  app.write();
  new Run(app, state).attempt();
}

class Run {
  readonly #app: ArgoCD;
  readonly #state: OperationState;
  #revision: Revision | undefined;
  #rendered: Rendered | undefined;
  #attempt: Attempt | undefined;

  constructor(app: ArgoCD, state: OperationState) {
    this.#app = app;
    this.#state = state;
  }

  /** What happens next in this operation, unless it is over. */
  #next(seconds: number, run: () => void): void {
    this.#app.schedule.after(seconds, () => {
      if (
        this.#app.isGone ||
        this.#app.status.operationState !== this.#state ||
        this.#app.deletionTimestamp !== undefined
      )
        return;
      if (this.#state.phase === 'Terminating') this.#end('Failed', 'Operation terminated');
      else run();
    });
  }

  get #partial(): boolean {
    return (this.#state.operation.sync.resources?.length ?? 0) > 0;
  }

  attempt(): void {
    const app = this.#app;
    if (app.denied) {
      if (this.#state.message !== blocked) this.#running(blocked);
      this.#next(10, () => this.attempt());
      return;
    }
    const hash = this.#state.operation.sync.revision ?? app.git.head;
    this.#revision = app.revision(hash);
    this.#rendered = app.rendered(hash);
    const records = (this.#rendered?.records ?? []).flatMap((name) => (name === undefined ? [] : [name]));
    this.#attempt = {
      revision: hash,
      records,
      fresh: records.filter((name) => !app.truth.arrived(name) && !app.truth.isApplied(name)),
      full: !this.#partial,
      dryRun: this.#state.operation.sync.dryRun === true,
      startedAt: app.schedule.now,
    };
    app.truth.attempts.push(this.#attempt);
    const { course } = this.#revision ?? {};
    if (!this.#rendered || !course) {
      this.#next(0.1 + app.jitter(1), () =>
        this.#fail('Error', 'ComparisonError: Failed to load target state: exit status 1'),
      );
      return;
    }
    this.#state.result = { revision: hash };
    if (course.preSync === 'none' || this.#partial || this.#state.operation.sync.dryRun) {
      this.#next(0.05 + app.jitter(0.8), () => this.#apply());
      return;
    }
    this.#next(0.1 + app.jitter(0.5), () => {
      this.#running('waiting for completion of hook batch/Job/migrate', [hook('migrate', 'PreSync', 'Running')]);
      this.#next(1 + app.jitter(4), () => {
        if (course.preSync === 'ok' || !this.#fails(course.failures)) return this.#apply();
        this.#fail('Failed', 'one or more synchronization tasks completed unsuccessfully', [
          hook('migrate', 'PreSync', 'Failed'),
        ]);
      });
    });
  }

  #fails(failures: number): boolean {
    return this.#state.retryCount < failures;
  }

  #selected(resource: Resource): boolean {
    const { resources } = this.#state.operation.sync;
    return !resources || resources.some(({ kind, name }) => kind === resource.kind && name === resource.name);
  }

  #apply(): void {
    const app = this.#app;
    const { course } = this.#revision ?? {};
    const rendered = this.#rendered;
    if (!course || !rendered) return;
    const targets = rendered.resources.filter((one) => this.#selected(one));
    const dry = this.#state.operation.sync.dryRun === true;
    const fails = course.apply !== 'ok' && !this.#partial && !dry && this.#fails(course.failures);
    if (fails && course.apply === 'error') {
      // What goes wrong before the comparison leaves no result.
      if (course.early) this.#state.result = undefined;
      return this.#fail('Error', course.early ? 'Failed to load application project: not found' : 'connection refused');
    }
    const stops = (one: Resource): boolean =>
      fails && (course.early ? one.kind !== 'ConfigMap' : one.kind === 'Service');
    const results: JsonObject[] = [];
    for (const one of targets) {
      if (!dry && !stops(one)) app.cluster.apply(one);
      results.push(result(one, stops(one) ? 'SyncFailed' : 'Synced'));
    }
    if (fails)
      return this.#fail('Failed', 'one or more objects failed to apply, reason: services "web" is invalid', results);
    const keys = new Set(rendered.resources.map(keyOf));
    for (const one of app.cluster.resources.filter((live) => !keys.has(keyOf(live)) && this.#selected(live))) {
      if (this.#state.operation.sync.prune && !dry) app.cluster.remove(one);
      results.unshift(result(one, this.#state.operation.sync.prune ? 'Pruned' : 'PruneSkipped'));
    }
    const before = course.preSync === 'none' || this.#partial || dry ? [] : [hook('migrate', 'PreSync', 'Succeeded')];
    if (course.postSync === 'none' || this.#partial || dry) {
      this.#next(0.02 + app.jitter(0.3), () => this.#succeed([...before, ...results]));
      return;
    }
    this.#wait([...before, ...results], targets);
  }

  /** PostSync hooks wait until all that was applied is healthy. */
  #wait(results: readonly JsonObject[], targets: readonly Resource[]): void {
    const app = this.#app;
    const waiting = targets.find((one) => one.kind === 'Deployment' && !app.cluster.runs(one));
    if (waiting) {
      const message = `waiting for healthy state of apps/Deployment/${waiting.name}`;
      if (this.#state.message !== message) this.#running(message, results);
      if (app.cluster.health === 'Degraded' && app.schedule.now - (this.#attempt?.startedAt ?? 0) > 30) {
        this.#fail('Failed', 'one or more synchronization tasks completed unsuccessfully', results);
        return;
      }
      this.#next(1, () => this.#wait(results, targets));
      return;
    }
    this.#running('waiting for completion of hook batch/Job/smoke', [...results, hook('smoke', 'PostSync', 'Running')]);
    this.#next(1 + app.jitter(4), () => {
      const course = this.#revision?.course;
      const fails = course?.postSync === 'fails' && this.#fails(course.failures);
      const all = [...results, hook('smoke', 'PostSync', fails ? 'Failed' : 'Succeeded')];
      if (fails) this.#fail('Failed', 'one or more synchronization tasks completed unsuccessfully', all);
      else this.#succeed(all);
    });
  }

  #running(message: string, resources?: readonly JsonObject[]): void {
    this.#state.message = message;
    if (resources && this.#state.result) this.#state.result = { ...this.#state.result, resources };
    this.#app.write();
  }

  #succeed(results: readonly JsonObject[]): void {
    const app = this.#app;
    const { sync, automated } = this.#state.operation;
    if (this.#state.result) this.#state.result = { ...this.#state.result, resources: results };
    if (!this.#partial && !sync.dryRun) {
      const { history } = app.status;
      history.push({
        id: (history.at(-1)?.id ?? -1) + 1,
        revision: this.#attempt?.revision ?? '',
        startedAt: this.#state.startedAt,
        deployedAt: app.now,
        automated,
      });
      if (history.length > 4) history.shift();
      // The entry is written before the phase, which is still what it was.
      app.write();
    }
    this.#next(0.005, () => this.#end('Succeeded', 'successfully synced (all tasks run)'));
  }

  #fail(phase: 'Failed' | 'Error', message: string, results?: readonly JsonObject[]): void {
    const app = this.#app;
    const state = this.#state;
    if (results && state.result) state.result = { ...state.result, resources: results };
    const { retries, refresh } = state.operation;
    if (state.retryCount >= retries) {
      this.#end(phase, state.retryCount > 0 ? `${message} (retried ${state.retryCount} times).` : message);
      return;
    }
    this.#over(phase);
    const wait = Math.min(180, 5 * 2 ** state.retryCount);
    state.retryCount += 1;
    state.finishedAt = app.now;
    this.#running(`${message}. Retrying attempt #${state.retryCount} at 9:00AM.`);
    this.#next(wait + app.jitter(1), () => {
      if (refresh) state.operation.sync.revision = undefined;
      state.message = `Retrying operation${refresh ? ' with latest revisions' : ''}. Attempt #${state.retryCount}`;
      state.finishedAt = undefined;
      state.result = undefined;
      app.write();
      this.attempt();
    });
  }

  #over(outcome: 'Succeeded' | 'Failed' | 'Error'): void {
    if (!this.#attempt) return;
    this.#attempt.endedAt = this.#app.schedule.now;
    this.#attempt.outcome = outcome;
  }

  #end(phase: 'Succeeded' | 'Failed' | 'Error', message: string): void {
    const app = this.#app;
    this.#over(phase);
    this.#state.phase = phase;
    this.#state.message = message;
    this.#state.finishedAt = app.now;
    app.asked = undefined;
    app.write();
    if (!this.#state.operation.sync.dryRun) app.refresh('latest');
  }
}

const blocked = 'Sync operation blocked by sync window';

function hook(name: string, hookType: string, hookPhase: string): JsonObject {
  return {
    group: 'batch',
    kind: 'Job',
    name,
    namespace: 'web',
    version: 'v1',
    hookType,
    hookPhase,
    syncPhase: hookType,
    message: hookPhase === 'Failed' ? 'Job has reached the specified backoff limit' : '',
  };
}

function result({ group, kind, name }: Resource, status: string): JsonObject {
  return {
    group,
    kind,
    name,
    namespace: 'web',
    version: 'v1',
    status,
    syncPhase: 'Sync',
    hookPhase: status === 'SyncFailed' ? 'Failed' : status === 'Synced' ? 'Running' : 'Succeeded',
    message: `${name} ${status}`,
  };
}
