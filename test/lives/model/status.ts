/**
 * An Application object as Argo CD's controllers write it: which fields there are, which are left out and which are
 * empty follows its types (pkg/apis/application/v1alpha1 of 3.5) and the recordings.
 */
import type { JsonObject } from '../../../plugin/resources/json.ts';

/** What is compared or operated: one revision of the manifests' repository by its hash, or a branch's name. */
type Target = string;

/** What makes an Application differ from another. */
export interface Settings {
  readonly name: string;
  readonly project: string;
  readonly multiSource: boolean;
  readonly automated: boolean;
  readonly selfHeal: boolean;
  readonly prune: boolean;
  readonly retries: number;
  readonly retryRefresh: boolean;
  readonly finalizer: boolean;
  /** Subscribed to a trigger that fills the controller's memory. */
  readonly noisy: boolean;
}

interface SyncOperation {
  /** Left out by those who ask for "whatever is newest". */
  revision?: Target | undefined;
  resources?: readonly JsonObject[] | undefined;
  dryRun?: boolean | undefined;
  prune?: boolean | undefined;
  attempts?: number | undefined;
}

export interface Operation {
  sync: SyncOperation;
  automated: boolean;
  retries: number;
  refresh: boolean;
}

export interface OperationState {
  operation: Operation;
  phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  startedAt: string;
  /** The same, in seconds of the life. */
  began: number;
  message?: string | undefined;
  finishedAt?: string | undefined;
  retryCount: number;
  result?: { revision: Target; resources?: readonly JsonObject[] | undefined } | undefined;
}

export interface Status {
  sync?: { status: 'Synced' | 'OutOfSync' | 'Unknown'; revision: Target } | undefined;
  health?: { status: string; lastTransitionTime: string } | undefined;
  resources: readonly JsonObject[];
  operationState?: OperationState | undefined;
  reconciledAt?: string | undefined;
  history: { id: number; revision: Target; startedAt: string; deployedAt: string; automated: boolean }[];
  conditions: readonly JsonObject[];
}

/** Revision of the second source, which never changes. */
const values = 'd5b2a1f0c3e4958677889900aabbccddeeff0011';

const source = (settings: Settings, path: string): JsonObject => ({
  repoURL: 'https://git.example/acme/manifests.git',
  path: path === '' ? settings.name : path,
  targetRevision: 'main',
});

function sources(settings: Settings): JsonObject {
  return settings.multiSource
    ? { sources: [source(settings, ''), source(settings, 'values')] }
    : { source: source(settings, '') };
}

/** `second` is what the other source has: its branch while nothing could be resolved. */
function revisions(settings: Settings, target: Target): JsonObject {
  const second = /^[0-9a-f]{40}$/u.test(target) ? values : 'main';
  return settings.multiSource ? { revisions: [target, second] } : { revision: target };
}

function operation(settings: Settings, { sync, automated, retries, refresh }: Operation): JsonObject {
  return {
    initiatedBy: automated ? { automated: true } : { username: 'admin' },
    retry: { ...(retries > 0 ? { limit: retries } : {}), ...(refresh ? { refresh: true } : {}) },
    sync: {
      ...(sync.prune ? { prune: true } : {}),
      ...(sync.dryRun ? { dryRun: true } : {}),
      ...(sync.resources ? { resources: [...sync.resources] } : {}),
      ...(sync.attempts ? { autoHealAttemptsCount: sync.attempts } : {}),
      ...(sync.revision === undefined ? {} : { ...revisions(settings, sync.revision), ...sources(settings) }),
    },
  };
}

function operationState(settings: Settings, state: OperationState): JsonObject {
  const { result } = state;
  return {
    operation: operation(settings, state.operation),
    phase: state.phase,
    startedAt: state.startedAt,
    ...(state.message === undefined ? {} : { message: state.message }),
    ...(state.finishedAt === undefined ? {} : { finishedAt: state.finishedAt }),
    ...(state.retryCount > 0 ? { retryCount: state.retryCount } : {}),
    ...(result
      ? {
          syncResult: {
            ...(result.resources ? { resources: [...result.resources] } : {}),
            // Never left out: several sources have an empty one.
            revision: settings.multiSource ? '' : result.revision,
            ...(settings.multiSource ? revisions(settings, result.revision) : {}),
            source: settings.multiSource ? { repoURL: '' } : source(settings, ''),
            ...(settings.multiSource ? sources(settings) : {}),
          },
        }
      : {}),
  };
}

/** The whole object. */
export function applicationObject(
  settings: Settings,
  status: Status,
  asked: Operation | undefined,
  deletionTimestamp: string | undefined,
): JsonObject {
  const { automated, prune, selfHeal, retries, retryRefresh } = settings;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: settings.name,
      namespace: 'argocd',
      creationTimestamp: '2026-03-01T08:00:00Z',
      ...(settings.noisy ? { annotations: { 'notifications.argoproj.io/subscribe.noise.acme': '' } } : {}),
      ...(settings.finalizer ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds: 0 }),
    },
    spec: {
      project: settings.project,
      ...sources(settings),
      destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
      syncPolicy: {
        ...(automated ? { automated: { ...(prune ? { prune } : {}), ...(selfHeal ? { selfHeal } : {}) } } : {}),
        ...(retries === 5 && !retryRefresh
          ? {}
          : { retry: { limit: retries, ...(retryRefresh ? { refresh: true } : {}) } }),
      },
    },
    ...(asked ? { operation: operation(settings, asked) } : {}),
    status: {
      controllerNamespace: 'argocd',
      ...(status.resources.length > 0 ? { resources: [...status.resources] } : {}),
      ...(status.sync
        ? {
            sync: {
              status: status.sync.status,
              comparedTo: {
                destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
                ...sources(settings),
              },
              ...revisions(settings, status.sync.revision),
            },
          }
        : {}),
      health: status.health ? { ...status.health } : {},
      ...(status.history.length > 0
        ? {
            history: status.history.map(({ id, revision, startedAt, deployedAt, automated: by }) => ({
              id,
              deployedAt,
              deployStartedAt: startedAt,
              initiatedBy: by ? { automated: true } : { username: 'admin' },
              ...revisions(settings, revision),
              ...(settings.multiSource ? { source: { repoURL: '' } } : {}),
              ...sources(settings),
            })),
          }
        : {}),
      ...(status.operationState ? { operationState: operationState(settings, status.operationState) } : {}),
      ...(status.reconciledAt === undefined ? {} : { reconciledAt: status.reconciledAt }),
      ...(status.conditions.length > 0 ? { conditions: [...status.conditions] } : {}),
      summary: {},
    },
  };
}
