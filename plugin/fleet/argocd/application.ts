/**
 * What is read of an Application, from whatever sent it (kubectl, the Kubernetes API, Argo CD's API). Fields that are
 * missing, empty or of another type count as absent: an Application that is broken is still shown.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';

/** A resource of the compared revision, or one that is live and waits to be pruned. */
export interface ArgoResource {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `Synced`, `OutOfSync`, `Unknown`. */
  readonly status: string;
  readonly requiresPruning: boolean;
  readonly health: string;
  readonly healthMessage: string;
}

/** What an operation says about one resource. */
export interface ArgoResult {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly hookType: string;
  readonly hookPhase: string;
}

/** The last operation. A dry run, and a sync of records alone, is none. */
export interface ArgoOperation {
  readonly phase: string;
  readonly message: string;
  /** RFC 3339; '' when absent, as all times here. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The revision, or the revisions of several sources joined by `+`; '' when none is named. */
  readonly revision: string;
  /** It syncs selected resources only. */
  readonly isPartial: boolean;
  readonly results: readonly ArgoResult[];
}

/** One source. */
interface ArgoSource {
  readonly repository: string;
  readonly path: string;
  /** The parameter `environment` of the plugin. */
  readonly environment: string;
}

/** An Application. */
export interface ArgoApplication {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly project: string;
  readonly destination: string;
  readonly sources: readonly ArgoSource[];
  readonly isAutomated: boolean;
  readonly isDeleting: boolean;
  /** An operation was asked for and has not ended. */
  readonly isAsked: boolean;
  readonly sync: string;
  /** As {@link ArgoOperation.revision}, of the last comparison. */
  readonly revision: string;
  readonly reconciledAt: string;
  readonly health: string;
  readonly healthSince: string;
  readonly operation: ArgoOperation | undefined;
  /** Revisions that were deployed before. */
  readonly deployed: ReadonlySet<string>;
  readonly resources: readonly ArgoResource[];
  readonly conditions: readonly { readonly type: string; readonly message: string; readonly since: string }[];
  readonly images: readonly string[];
  readonly externalURLs: readonly string[];
  /** The memory of the notifications controller (its annotation), as it stands there. */
  readonly memory: string;
}

/** The annotation of {@link ArgoApplication.memory}. */
const memoryAnnotation = 'notified.notifications.argoproj.io';

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (isObject(found) ? getKey(found, key) : undefined), value);
}

function text(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

function list(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return isArray(found) ? found : [];
}

function texts(value: Json | undefined, ...path: readonly string[]): string[] {
  return list(value, ...path).filter((one) => typeof one === 'string');
}

/** `revision`, else `revisions` joined; '' when neither says anything. */
function revisionOf(value: Json | undefined): string {
  return text(value, 'revision') || texts(value, 'revisions').join('+');
}

function isRecordAlone(resource: Json): boolean {
  return text(resource, 'kind') === 'ConfigMap' && text(resource, 'name').startsWith('waybill.');
}

function operationOf(state: Json | undefined): ArgoOperation | undefined {
  if (!isObject(state)) return undefined;
  const sync = at(state, 'operation', 'sync');
  const asked = list(sync, 'resources');
  if (at(sync, 'dryRun') === true || (asked.length > 0 && asked.every(isRecordAlone))) return undefined;
  return {
    phase: text(state, 'phase'),
    message: text(state, 'message'),
    startedAt: text(state, 'startedAt'),
    finishedAt: text(state, 'finishedAt'),
    revision: revisionOf(sync) || revisionOf(at(state, 'syncResult')),
    isPartial: asked.length > 0,
    results: list(state, 'syncResult', 'resources').map((one) => ({
      group: text(one, 'group'),
      kind: text(one, 'kind'),
      namespace: text(one, 'namespace'),
      name: text(one, 'name'),
      status: text(one, 'status'),
      message: text(one, 'message'),
      hookType: text(one, 'hookType'),
      hookPhase: text(one, 'hookPhase'),
    })),
  };
}

function sourceOf(source: Json): ArgoSource {
  const parameter = list(source, 'plugin', 'parameters').findLast((one) => text(one, 'name') === 'environment');
  return {
    repository: text(source, 'repoURL'),
    path: text(source, 'path').replace(/^(?:\.?\/)+|\/+$/gu, '') || '.',
    environment: text(parameter, 'string'),
  };
}

function isAutomated(spec: Json | undefined): boolean {
  const automated = at(spec, 'syncPolicy', 'automated');
  return isObject(automated) && getKey(automated, 'enabled') !== false;
}

/** Reads an Application; undefined for something else, or one without a name. */
export function readApplication(value: Json): ArgoApplication | undefined {
  if (!isObject(value)) return undefined;
  const kind = text(value, 'kind');
  const name = text(value, 'metadata', 'name');
  // Argo CD's API leaves the kind of items out.
  if ((kind !== '' && kind !== 'Application') || name === '') return undefined;
  return applicationOf(value, name);
}

function applicationOf(value: JsonObject, name: string): ArgoApplication {
  const spec = at(value, 'spec');
  const status = at(value, 'status');
  const one = at(spec, 'source');
  const server = text(spec, 'destination', 'name') || text(spec, 'destination', 'server');
  return {
    name,
    namespace: text(value, 'metadata', 'namespace'),
    uid: text(value, 'metadata', 'uid'),
    project: text(spec, 'project'),
    destination: [server, text(spec, 'destination', 'namespace')].filter(Boolean).join('/'),
    sources: [...(isObject(one) ? [one] : []), ...list(spec, 'sources')].map(sourceOf),
    isAutomated: isAutomated(spec),
    isDeleting: text(value, 'metadata', 'deletionTimestamp') !== '',
    isAsked: isObject(at(value, 'operation')),
    sync: text(status, 'sync', 'status'),
    revision: revisionOf(at(status, 'sync')),
    reconciledAt: text(status, 'reconciledAt'),
    health: text(status, 'health', 'status'),
    healthSince: text(status, 'health', 'lastTransitionTime'),
    operation: operationOf(at(status, 'operationState')),
    deployed: new Set(list(status, 'history').map(revisionOf)),
    resources: list(status, 'resources').map((resource) => ({
      group: text(resource, 'group'),
      kind: text(resource, 'kind'),
      namespace: text(resource, 'namespace'),
      name: text(resource, 'name'),
      status: text(resource, 'status'),
      requiresPruning: at(resource, 'requiresPruning') === true,
      health: text(resource, 'health', 'status'),
      healthMessage: text(resource, 'health', 'message'),
    })),
    conditions: list(status, 'conditions').map((condition) => ({
      type: text(condition, 'type'),
      message: text(condition, 'message'),
      since: text(condition, 'lastTransitionTime'),
    })),
    images: texts(status, 'summary', 'images'),
    externalURLs: texts(status, 'summary', 'externalURLs'),
    memory: text(value, 'metadata', 'annotations', memoryAnnotation),
  };
}
