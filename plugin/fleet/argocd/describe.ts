/**
 * An Application as the fleet shows it: its state, since when, why, and the resources that fail with their own words.
 */
import { parseRecordName } from '../../record/name.ts';
import { withoutCredentials } from '../../record/repository.ts';
import type { FleetApplication, FleetFailure, FleetNote, FleetRecord } from '../../schemas/fleet.generated.ts';
import type { ArgoApplication, ArgoResource } from './application.ts';
import type { Note } from './notes.ts';
import { type ApplicationState, type RecordState, stateOf } from './state.ts';

/** RFC 3339 in UTC, as the schema wants it; anything else is left out. */
function time(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u.test(text) ? text : undefined;
}

function orNothing<Key extends string, Value>(key: Key, value: Value | undefined | ''): Partial<Record<Key, Value>> {
  const made: Partial<Record<Key, Value>> = {};
  if (value !== undefined && value !== '') made[key] = value;
  return made;
}

function recordOf({ name, state }: RecordState): FleetRecord[] {
  const fields = parseRecordName(name);
  if (!fields) return [];
  const { owner, repository, environment, application, commit } = fields;
  return [{ name, repository: `${owner}/${repository}`, environment, application, commit, state }];
}

function noteOf({ state, record, at, number, delivered, attempts, resource }: Note): FleetNote[] {
  const when = time(`${new Date(at * 1000).toISOString().slice(0, 19)}Z`);
  if (when === undefined) return [];
  return [
    {
      state,
      record,
      at: when,
      number,
      delivered: delivered.length > 0,
      ...(attempts > 0 ? { attempts } : {}),
      ...orNothing('resource', resource),
    },
  ];
}

function named({ group, kind, namespace, name }: Pick<ArgoResource, 'group' | 'kind' | 'namespace' | 'name'>) {
  return { kind, name, ...orNothing('group', group), ...orNothing('namespace', namespace) };
}

/** The resources that fail: of the operation, while it or its failure stands, and by health. */
function failuresOf(app: ArgoApplication): FleetFailure[] {
  const { operation } = app;
  const failures: FleetFailure[] = [];
  const ended = operation?.phase === 'Failed' || operation?.phase === 'Error' || operation?.phase === 'Running';
  for (const result of ended ? (operation?.results ?? []) : []) {
    const { status, hookType, hookPhase, message } = result;
    if (hookType !== '' && (hookPhase === 'Failed' || hookPhase === 'Error'))
      failures.push({ ...named(result), status: hookPhase, hook: hookType, message });
    else if (status === 'SyncFailed') failures.push({ ...named(result), status, message });
  }
  for (const resource of app.resources) {
    if (resource.health !== 'Degraded') continue;
    failures.push({ ...named(resource), status: resource.health, message: resource.healthMessage });
  }
  return failures;
}

function failureWords({ kind, name, message, status, hook }: FleetFailure): string {
  const what = hook === undefined ? `${kind}/${name}` : `${hook} hook ${kind}/${name}`;
  return message === '' ? `${what} is ${status ?? 'failing'}` : `${what}: ${message}`;
}

function differing({ resources }: ArgoApplication): string {
  const names = resources.filter(({ status, requiresPruning }) => status === 'OutOfSync' && !requiresPruning);
  const [first] = names;
  if (!first) return 'it is OutOfSync';
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  return `${first.kind}/${first.name}${more} ${names.length > 1 ? 'differ' : 'differs'} from Git`;
}

/** Why an Application is in its state; undefined where there is nothing to say. */
function reasonOf(app: ArgoApplication, { state, target }: ApplicationState): string | undefined {
  const [failing] = failuresOf(app);
  const message = app.operation?.message ?? '';
  const condition = app.conditions.find(({ type }) => type.endsWith('Error'));
  if (state === 'success') return undefined;
  if (state === 'inactive') return 'it is being deleted';
  if (app.sync !== 'Synced' && app.sync !== 'OutOfSync')
    return condition ? `${condition.type}: ${condition.message}` : 'Argo CD has not compared it';
  if (state === 'failure' || state === 'error') {
    if (failing) return failureWords(failing);
    const operation = app.operation?.phase === 'Failed' || app.operation?.phase === 'Error';
    return operation && message !== '' ? message : `it is ${app.health}`;
  }
  if (target.length === 0 && state === 'unknown') return 'it renders no record, so its commit is unknown';
  if (state === 'in_progress') {
    if (failing) return failureWords(failing);
    return app.operation?.phase === 'Running' && message !== '' ? message : `it is ${app.health || 'being deployed'}`;
  }
  if (state === 'queued')
    return app.isAutomated ? `no sync begins: ${differing(app)}` : `it waits for a sync by hand: ${differing(app)}`;
  if (state === 'pending') return `a sync is to begin: ${differing(app)}`;
  return condition ? `${condition.type}: ${condition.message}` : `its health is ${app.health || 'not known'}`;
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

/** Since when, by the note of the state, else by the times that the Application has. */
function sinceOf(app: ArgoApplication, { state, target, notes }: ApplicationState): string | undefined {
  const record = target.find((one) => one.state === state);
  const noted = record && notes.find((note) => note.record === record.name);
  const fromNote = noted?.state === state ? time(new Date(noted.at * 1000).toISOString()) : undefined;
  const { operation, healthSince } = app;
  if (state === 'success') return fromNote ?? time(later(operation?.finishedAt, healthSince));
  if (state === 'failure' || state === 'error')
    return time(app.health === 'Degraded' ? later(operation?.finishedAt, healthSince) : (operation?.finishedAt ?? ''));
  if (state === 'in_progress') return time(operation?.startedAt || healthSince);
  if (state === 'queued' || state === 'pending') return fromNote;
  return time(app.conditions.find(({ since }) => since !== '')?.since ?? '');
}

/** Where an Application was read, and how to link to it. */
export interface ReadFrom {
  /** The origin's name. */
  readonly cluster: string;
  /** Argo CD's own URL, without a final slash; undefined where it is not known. */
  readonly argocd: string | undefined;
}

/**
 * An Application as the fleet shows it.
 * @param now milliseconds since 1970
 */
export function describeApplication(
  app: ArgoApplication,
  { cluster, argocd }: ReadFrom,
  now: number,
): FleetApplication {
  const state = stateOf(app, now);
  const { operation } = app;
  const [source] = app.sources;
  const url =
    argocd === undefined
      ? undefined
      : `${argocd}/applications/${encodeURIComponent(app.namespace)}/${encodeURIComponent(app.name)}`;
  return {
    cluster,
    namespace: app.namespace,
    name: app.name,
    ...orNothing('project', app.project),
    ...orNothing('uid', app.uid),
    ...orNothing('url', url),
    ...orNothing('destination', app.destination),
    ...orNothing('source', source?.path),
    ...orNothing('repository', source && withoutCredentials(source.repository)),
    state: state.state,
    ...orNothing('since', sinceOf(app, state)),
    ...orNothing('reason', reasonOf(app, state)),
    ...orNothing('sync', app.sync),
    ...orNothing('health', app.health),
    ...orNothing('healthSince', time(app.healthSince)),
    ...orNothing('phase', operation?.phase),
    ...orNothing('message', operation?.message),
    ...orNothing('startedAt', time(operation?.startedAt ?? '')),
    ...orNothing('finishedAt', time(operation?.finishedAt ?? '')),
    ...orNothing('revision', app.revision),
    ...orNothing('operated', operation?.revision),
    automated: app.isAutomated,
    target: state.target.flatMap(recordOf),
    live: state.live.flatMap(recordOf),
    failures: failuresOf(app),
    conditions: app.conditions.map(({ type, message }) => ({ type, message })),
    notes: state.notes.flatMap(noteOf),
    images: [...app.images],
    externalURLs: [...app.externalURLs],
  };
}
