/**
 * The state machine of docs/notifications/states.md as a function of one Application at one moment: what its records are,
 * and what it is as a whole. The notifications controller decides by the same rules; test/fleet/contradictions.ts holds both
 * against each other at every event of recordings and scenarios. Where something is not known the answer is never `success`.
 */
import { parseRecordName } from '../../record/name.ts';
import type { FleetState } from '../../schemas/fleet.generated.ts';
import { worst } from '../states.ts';
import type { ArgoApplication, ArgoOperation, ArgoResource, ArgoResult } from './application.ts';
import { type Note, operationName, readNotes, shortRevision, waitingSince } from './notes.ts';

/** The state of one record. */
export interface RecordState {
  /** The record's name. */
  readonly name: string;
  readonly state: FleetState;
}

/** What an Application is at a moment. */
export interface ApplicationState {
  /** The worst of its target's. */
  readonly state: FleetState;
  /** Records that the compared revision renders. */
  readonly target: readonly RecordState[];
  /** Records that are in the cluster, as far as that is known. */
  readonly live: readonly RecordState[];
  readonly notes: readonly Note[];
}

/** Seconds after the end of an operation in which a Degraded may be a flash. */
const flash = 5;
/** Seconds after which a Degraded, or a sync that does not begin, is believed. */
const lasting = 30;

function isRecord({ kind, name }: Pick<ArgoResource, 'kind' | 'name'>): boolean {
  return kind === 'ConfigMap' && parseRecordName(name) !== undefined;
}

function seconds(time: string): number {
  const at = Date.parse(time);
  return Number.isNaN(at) ? 0 : at / 1000;
}

function failed({ hookType, hookPhase }: ArgoResult): boolean {
  return hookType !== '' && (hookPhase === 'Failed' || hookPhase === 'Error');
}

/** Everything the rules ask for, worked out once. */
class Moment {
  readonly app: ArgoApplication;
  readonly now: number;
  readonly notes: readonly Note[];
  readonly operation: ArgoOperation | undefined;
  readonly phase: string;
  readonly isRunning: boolean;
  readonly isFailing: boolean;
  /** The operation's revision is what is compared. */
  readonly isCurrent: boolean;
  /** The operation operates what is compared. */
  readonly isHere: boolean;
  /** Rendered by the compared revision. */
  readonly target: readonly ArgoResource[];
  /** Everything that the compared revision renders is live. */
  readonly isLive: boolean;

  constructor(app: ArgoApplication, now: number) {
    this.app = app;
    this.now = now / 1000;
    this.notes = readNotes(app);
    this.operation = app.operation;
    this.phase = app.operation?.phase ?? '';
    this.isRunning = this.phase === 'Running' || this.phase === 'Terminating';
    this.isFailing = this.phase === 'Failed' || this.phase === 'Error';
    const operated = app.operation?.revision ?? '';
    this.isCurrent = app.revision !== '' && app.revision === operated;
    this.target = app.resources.filter(
      (one) => isRecord(one) && !one.requiresPruning && (one.status === 'Synced' || one.status === 'OutOfSync'),
    );
    const isTarget = (record: string): boolean => this.target.some(({ name }) => name === record);
    this.isHere =
      this.isCurrent ||
      (operated === '' &&
        app.operation !== undefined &&
        (this.isRunning || !this.ran.some(({ state, record }) => isBad(state) && !isTarget(record))));
    const differs = app.resources.some((one) => one.status === 'OutOfSync' && !one.requiresPruning);
    this.isLive =
      app.sync === 'Synced' ||
      (app.sync === 'OutOfSync' && !this.isRunning && !app.isAsked && app.reconciledAt > this.ended && !differs);
  }

  /** When the operation ended, else when it began; '' for none. */
  get ended(): string {
    return this.operation?.finishedAt || this.operation?.startedAt || '';
  }

  /** Notes of this operation. */
  get ran(): readonly Note[] {
    const name = operationName(this.operation?.startedAt ?? '');
    return name === '' ? [] : this.notes.filter(({ operation }) => operation === name);
  }

  /**
   * The comparison tells what the last operation left. One of another revision in the same second may have begun before
   * the operation's end, unless all that it renders was deployed; 30 seconds later the comparison after it is there.
   */
  get isCompared(): boolean {
    const finishedAt = this.operation?.finishedAt ?? '';
    const { reconciledAt } = this.app;
    if (reconciledAt !== finishedAt || finishedAt === '' || this.isCurrent) return reconciledAt >= finishedAt;
    if (this.now - seconds(finishedAt) > lasting) return true;
    return this.phase === 'Succeeded' && this.target.every(({ name }) => this.done.includes(name));
  }

  /** Degraded, and not only around an operation. */
  get isDegraded(): boolean {
    const { health, healthSince } = this.app;
    const newest = healthSince > this.ended ? healthSince : this.ended;
    if (health !== 'Degraded' || newest === '') return false;
    if (this.now - seconds(newest) > lasting) return true;
    return this.ended !== '' && healthSince > this.ended && seconds(healthSince) - seconds(this.ended) > flash;
  }

  /** Health as a deployment's state. */
  get healthy(): FleetState {
    const { health } = this.app;
    if (health === 'Healthy') return 'success';
    if (health === 'Progressing' || health === 'Suspended' || health === 'Missing') return 'in_progress';
    if (health === 'Degraded') return this.isDegraded ? 'failure' : 'in_progress';
    return 'unknown';
  }

  /** Records that the operation's result lists. */
  get done(): readonly string[] {
    const results = this.operation?.results ?? [];
    return results
      .filter((one) => isRecord(one) && one.status !== 'Pruned' && one.status !== 'PruneSkipped')
      .map(({ name }) => name);
  }

  /** Records of the compared revision that the operation operates: the spec may have been edited since it began. */
  get tried(): readonly string[] {
    const { done, ran } = this;
    const isOther = (record: string, name: string): boolean =>
      line(record) === line(name) && !this.target.some((one) => one.name === record);
    const compared = shortRevision(this.app.revision);
    const here = ran.filter(({ revision }) => revision === compared);
    return this.target
      .map(({ name }) => name)
      .filter(
        (name) =>
          done.includes(name) ||
          here.some(({ record }) => record === name) ||
          (!here.some(({ record, state }) => isOther(record, name) && (state === 'in_progress' || isBad(state))) &&
            !done.some((record) => isOther(record, name))),
      );
  }

  /** Records that the last operation operates. */
  get operates(): readonly string[] {
    const { done, ran, tried } = this;
    const revision = shortRevision(this.operation?.revision ?? '');
    const noted = this.notes
      .filter((one, index) => this.notes.findIndex(({ record }) => record === one.record) === index)
      .filter((one) => one.state === 'queued' || one.state === 'in_progress')
      .filter((one) => ran.includes(one) || (revision !== '' && one.revision === revision))
      .map(({ record }) => record);
    return [...new Set([...(this.isHere ? tried : []), ...done, ...noted])];
  }

  /** A manual Application whose last operation deployed another revision than the compared one: a rollback in the UI. */
  get hasArrivedElsewhere(): boolean {
    const { app, operation } = this;
    return (
      this.isAway &&
      !app.isAutomated &&
      !this.isCurrent &&
      operation !== undefined &&
      operation.revision !== '' &&
      !operation.isPartial &&
      this.phase === 'Succeeded' &&
      (app.healthSince > this.ended || app.reconciledAt > this.ended)
    );
  }

  get isAway(): boolean {
    return this.app.sync === 'OutOfSync' && !this.isLive && !this.isRunning && !(this.isFailing && this.isHere);
  }

  /** Nothing runs and nothing was asked for: the Application waits. */
  get isIdle(): boolean {
    const { app } = this;
    const compared = !this.isCurrent || (this.phase === 'Succeeded' && app.reconciledAt > this.ended);
    return this.isAway && !app.isAsked && compared;
  }

  /** Automated, and no sync has begun for 30 seconds. */
  get isDenied(): boolean {
    const { app, now } = this;
    const since = waitingSince(app, app.revision);
    if (since !== undefined && now - since > lasting) return true;
    const compared = seconds(app.reconciledAt);
    return compared > 0 && now - Math.max(compared, seconds(this.ended)) > lasting;
  }
}

/** What records of one repository, environment and application have in common. */
function line(record: string): string {
  return record.slice(0, -40);
}

function isBad(state: FleetState): boolean {
  return state === 'failure' || state === 'error';
}

/** A record that the compared revision renders, by the first row of states.md that fits. */
function targetState(moment: Moment, record: string, isMissing: boolean): FleetState {
  const { app, operation, isRunning, isHere, isFailing, isLive, phase } = moment;
  if (app.isDeleting) return 'inactive';
  if (isRunning && isHere && (record === '' || moment.tried.includes(record)))
    return operation?.message.startsWith('Sync operation blocked by sync window') ? 'queued' : 'in_progress';
  const bad = phase === 'Error' && operation?.revision !== '' ? 'error' : 'failure';
  const hookFailed = isFailing && (operation?.results ?? []).some(failed);
  const isOperated = record === '' ? isHere : moment.operates.includes(record);
  if (isFailing && (isHere || hookFailed || !isLive || !moment.isCompared) && isOperated) return bad;
  // Without notes and results nobody knows which records a sync by hand operated when another revision was compared since.
  const isUnnamed = moment.notes.length === 0 && moment.done.length === 0;
  if (isFailing && !isLive && isMissing && !app.isAutomated && isUnnamed) return bad;
  if (isRunning) return 'pending';
  // Health and sync status from before the operation's end say nothing about what it deployed.
  if (isLive && !moment.isCompared) return 'in_progress';
  // Argo CD has forgotten the last operation, since another was asked for; a failure lasts until that one has ended.
  if (app.isAsked && operation === undefined) {
    const noted = moment.notes.find((note) => note.record === record)?.state;
    return noted === 'failure' || noted === 'error' ? noted : 'pending';
  }
  if (isLive) return moment.healthy;
  if (moment.hasArrivedElsewhere && moment.done.includes(record)) return moment.healthy;
  // What is asked for, and what was just synced and not compared again.
  if (app.isAsked || (moment.isCurrent && phase === 'Succeeded' && app.reconciledAt <= moment.ended))
    return app.isAsked ? 'pending' : 'in_progress';
  if (moment.isIdle && (!app.isAutomated || moment.isDenied)) return 'queued';
  return isMissing ? 'pending' : moment.healthy === 'success' ? 'pending' : moment.healthy;
}

/** What is in the cluster: what was deployed from another revision, or what is as rendered, or what waits to be pruned. */
function liveStates(moment: Moment, target: readonly RecordState[]): RecordState[] {
  const { app, isLive } = moment;
  if (app.isDeleting) return [];
  if (moment.hasArrivedElsewhere) return moment.done.map((name) => ({ name, state: moment.healthy }));
  if (isLive) return target.filter(({ state }) => !isBad(state) || moment.healthy !== 'unknown');
  const synced = moment.target.filter(({ status }) => status === 'Synced').map(({ name }) => name);
  const leaving = app.resources.filter((one) => isRecord(one) && one.requiresPruning).map(({ name }) => name);
  // The compared revision may be ahead of the pods: nothing here is told to be well.
  return [...new Set([...synced, ...leaving])].map((name) => ({ name, state: 'unknown' }));
}

/** The state of an Application that renders no record: well is never said of it. */
function withoutRecords(moment: Moment): FleetState {
  const state = targetState(moment, '', true);
  return state === 'success' || state === 'pending' ? 'unknown' : state;
}

/**
 * What an Application is.
 * @param now milliseconds since 1970, by a clock near to the cluster's
 */
export function stateOf(app: ArgoApplication, now: number): ApplicationState {
  const moment = new Moment(app, now);
  const { notes } = moment;
  if (app.sync !== 'Synced' && app.sync !== 'OutOfSync') {
    const records = app.resources.filter(isRecord).map(({ name }) => ({ name, state: 'unknown' as const }));
    return { state: app.isDeleting ? 'inactive' : 'unknown', target: [], live: records, notes };
  }
  const target = moment.target.map(({ name, status }) => ({
    name,
    state: targetState(moment, name, status === 'OutOfSync'),
  }));
  const state = target.length === 0 ? withoutRecords(moment) : worst(target.map((one) => one.state));
  return { state, target, live: liveStates(moment, target), notes };
}
