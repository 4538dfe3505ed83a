/**
 * What is read of an Application, from whatever sent it (kubectl, the Kubernetes API, Argo CD's API). Fields that are
 * missing, empty or of another type count as absent: an Application that is broken is still shown.
 */
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { fieldAt, listAt, stringAt, stringsAt } from '../../resources/read-fields.ts';

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

/** `revision`, else `revisions` joined; '' when neither says anything. */
function revisionOf(value: Json | undefined): string {
  return stringAt(value, 'revision') || stringsAt(value, 'revisions').join('+');
}

function isRecordAlone(resource: Json): boolean {
  return stringAt(resource, 'kind') === 'ConfigMap' && stringAt(resource, 'name').startsWith('waybill.');
}

function operationOf(state: Json | undefined): ArgoOperation | undefined {
  if (!isObject(state)) return undefined;
  const sync = fieldAt(state, 'operation', 'sync');
  const asked = listAt(sync, 'resources');
  if (fieldAt(sync, 'dryRun') === true || (asked.length > 0 && asked.every(isRecordAlone))) return undefined;
  return {
    phase: stringAt(state, 'phase'),
    message: stringAt(state, 'message'),
    startedAt: stringAt(state, 'startedAt'),
    finishedAt: stringAt(state, 'finishedAt'),
    revision: revisionOf(sync) || revisionOf(fieldAt(state, 'syncResult')),
    isPartial: asked.length > 0,
    results: listAt(state, 'syncResult', 'resources').map((one) => ({
      group: stringAt(one, 'group'),
      kind: stringAt(one, 'kind'),
      namespace: stringAt(one, 'namespace'),
      name: stringAt(one, 'name'),
      status: stringAt(one, 'status'),
      message: stringAt(one, 'message'),
      hookType: stringAt(one, 'hookType'),
      hookPhase: stringAt(one, 'hookPhase'),
    })),
  };
}

function sourceOf(source: Json): ArgoSource {
  const parameter = listAt(source, 'plugin', 'parameters').findLast((one) => stringAt(one, 'name') === 'environment');
  return {
    repository: stringAt(source, 'repoURL'),
    path: stringAt(source, 'path').replace(/^(?:\.?\/)+|\/+$/gu, '') || '.',
    environment: stringAt(parameter, 'string'),
  };
}

function isAutomated(spec: Json | undefined): boolean {
  const automated = fieldAt(spec, 'syncPolicy', 'automated');
  return isObject(automated) && getKey(automated, 'enabled') !== false;
}

/** Reads an Application; undefined for something else, or one without a name. */
export function readApplication(value: Json): ArgoApplication | undefined {
  if (!isObject(value)) return undefined;
  const kind = stringAt(value, 'kind');
  const name = stringAt(value, 'metadata', 'name');
  // Argo CD's API leaves the kind of items out.
  if ((kind !== '' && kind !== 'Application') || name === '') return undefined;
  return applicationOf(value, name);
}

function applicationOf(value: JsonObject, name: string): ArgoApplication {
  const spec = fieldAt(value, 'spec');
  const status = fieldAt(value, 'status');
  const one = fieldAt(spec, 'source');
  const server = stringAt(spec, 'destination', 'name') || stringAt(spec, 'destination', 'server');
  return {
    name,
    namespace: stringAt(value, 'metadata', 'namespace'),
    uid: stringAt(value, 'metadata', 'uid'),
    project: stringAt(spec, 'project'),
    destination: [server, stringAt(spec, 'destination', 'namespace')].filter(Boolean).join('/'),
    sources: [...(isObject(one) ? [one] : []), ...listAt(spec, 'sources')].map(sourceOf),
    isAutomated: isAutomated(spec),
    isDeleting: stringAt(value, 'metadata', 'deletionTimestamp') !== '',
    isAsked: isObject(fieldAt(value, 'operation')),
    sync: stringAt(status, 'sync', 'status'),
    revision: revisionOf(fieldAt(status, 'sync')),
    reconciledAt: stringAt(status, 'reconciledAt'),
    health: stringAt(status, 'health', 'status'),
    healthSince: stringAt(status, 'health', 'lastTransitionTime'),
    operation: operationOf(fieldAt(status, 'operationState')),
    deployed: new Set(listAt(status, 'history').map(revisionOf)),
    resources: listAt(status, 'resources').map((resource) => ({
      group: stringAt(resource, 'group'),
      kind: stringAt(resource, 'kind'),
      namespace: stringAt(resource, 'namespace'),
      name: stringAt(resource, 'name'),
      status: stringAt(resource, 'status'),
      requiresPruning: fieldAt(resource, 'requiresPruning') === true,
      health: stringAt(resource, 'health', 'status'),
      healthMessage: stringAt(resource, 'health', 'message'),
    })),
    conditions: listAt(status, 'conditions').map((condition) => ({
      type: stringAt(condition, 'type'),
      message: stringAt(condition, 'message'),
      since: stringAt(condition, 'lastTransitionTime'),
    })),
    images: stringsAt(status, 'summary', 'images'),
    externalURLs: stringsAt(status, 'summary', 'externalURLs'),
    memory: stringAt(value, 'metadata', 'annotations', memoryAnnotation),
  };
}
