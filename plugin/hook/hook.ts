/**
 * The hook stage: Jobs that Argo CD runs after a sync and that write an event file for each record. They are the
 * `event-files` way of handing a deployment back: the cluster writes to Git, and nobody reaches into the cluster.
 *
 * A Job needs no rights in the cluster: the record's name is known when the Job is rendered, so it is mounted. Argo CD
 * runs no hooks in partial syncs; `waybill event reconcile` emits what they missed.
 */
import { failure } from '../diagnostics/failure.ts';
import type { EventHooks } from '../config/environment.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Recorder } from '../provenance/change.ts';
import { parseRecordName } from '../record/name.ts';
import type { JsonObject } from '../resources/json.ts';
import { identify, type Resource } from '../resources/resource.ts';
import { slug } from '../templates/slug.ts';
import { type GitAccess, gitAccess } from './git-access.ts';

/** What the hook stage needs to know. */
export interface HookContext {
  /** Undefined: no hooks are asked for, and the resources pass as they are. */
  readonly events: EventHooks | undefined;
  /** The application's name. */
  readonly application: string;
  readonly namespace: string | undefined;
  /** waybill.yaml. */
  readonly location: Location;
  readonly record?: Recorder | undefined;
}

/** The phases of Argo CD's hooks, and what each one's Job emits. */
const phases = [
  { phase: 'PostSync', type: 'deployment-complete', outcome: 'success' },
  { phase: 'SyncFail', type: 'deployment-failed', outcome: 'failure' },
] as const;

type Phase = (typeof phases)[number];

/** UID of the Job, which tells one run of the hook from the next (Kubernetes sets the label on the Job's pods). */
const uidLabel = "metadata.labels['batch.kubernetes.io/controller-uid']";

function args({ type, outcome }: Phase, { repository, branch }: EventHooks): string[] {
  const flags = { record: '/records', outcome, attempt: '$(JOB_UID)', repository, branch };
  return ['event', 'emit', type, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
}

function container(phase: Phase, events: EventHooks, access: GitAccess): JsonObject {
  return {
    name: 'waybill',
    image: events.image,
    command: ['waybill'],
    args: args(phase, events),
    env: [
      { name: 'JOB_UID', valueFrom: { fieldRef: { fieldPath: uidLabel } } },
      { name: 'HOME', value: '/tmp' },
      ...access.env,
    ],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'records', mountPath: '/records', readOnly: true },
      ...access.volumeMounts,
    ],
  };
}

/** A failed sync may not have got as far as the records: its Job must not wait for them, since the sync waits for it. */
function projected(phase: Phase, records: readonly string[]): JsonObject {
  const optional = phase.phase === 'SyncFail' ? { optional: true } : {};
  const sources = records.map((name) => ({
    configMap: { name, ...optional, items: [{ key: 'deployment.json', path: `${name}/deployment.json` }] },
  }));
  return { name: 'records', projected: { sources } };
}

function job(phase: Phase, records: readonly string[], events: EventHooks, context: HookContext): JsonObject {
  const access = gitAccess(events.repository, events.secret);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: slug(`waybill-${phase.type}-${context.application}`),
      ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'waybill' },
      annotations: {
        'argocd.argoproj.io/hook': phase.phase,
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      },
    },
    spec: {
      backoffLimit: 4,
      activeDeadlineSeconds: 600,
      template: {
        metadata: { labels: { 'app.kubernetes.io/managed-by': 'waybill' } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: access.securityContext,
          containers: [container(phase, events, access)],
          volumes: [{ name: 'tmp', emptyDir: {} }, projected(phase, records), ...access.volumes],
        },
      },
    },
  };
}

/**
 * The resources, followed by the hooks when waybill.yaml asks for them.
 * @throws Failure `hook-no-record` when there is no record to make an event from
 */
export function addHooks(resources: readonly Resource[], context: HookContext): readonly Resource[] {
  const { events } = context;
  if (events === undefined) return resources;
  const records = resources.flatMap(({ body }) => {
    const { kind, name } = identify(body);
    return kind === 'ConfigMap' && parseRecordName(name) !== undefined ? [name] : [];
  });
  if (records.length === 0) {
    throw failure('hook-no-record', 'events is set, but there is no record of the deployed commit', {
      location: context.location,
      help: [
        'An image needs a sourceRepository and a known source commit, and stamp.record must not be false.',
        'Or remove events from waybill.yaml.',
      ],
    });
  }
  const hooks = phases.map((phase) => ({
    body: job(phase, records, events, context),
    // The image is what the policy judges.
    origin: { location: events.location },
  }));
  for (const { origin, body } of hooks) {
    context.record?.({
      origin,
      path: [],
      body,
      before: undefined,
      after: body,
      cause: { kind: 'stamp', label: 'events' },
    });
  }
  return [...resources, ...hooks];
}
