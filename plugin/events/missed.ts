/**
 * Which deployments no event tells of. Argo CD skips hooks in partial syncs, and those do deploy revisions; so what
 * is deployed is read from the Applications, and compared with the events.
 */
import { parseRecordName } from '../record/name.ts';
import type { DeploymentRecord } from '../schemas/record.generated.ts';
import type { ClusterObject } from '../schemas/cluster.generated.ts';
import { validate } from '../schemas/cluster.validate.generated.js';
import { Failure, failure } from '../diagnostics/failure.ts';
import { schemaProblems } from '../schemas/problems.ts';
import type { DeploymentEvent } from '../schemas/event.generated.ts';
import type { EventFacts } from './event.ts';
import { factsOfRecord, parseRecord } from './record-facts.ts';

/** The items of one list, and the token of the page behind it. `name` is what messages call the list. Failure `event-record`. */
export function parseList(text: string, name: string): { items: ClusterObject[]; next: string | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failure('event-record', `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      help: ['Expected what kubectl get … -o json prints.'],
    });
  }
  if (validate(value)) return { items: value.items, next: value.metadata?.continue };
  const [problem] = schemaProblems(validate.errors ?? [], null, () => ({ file: name }), 'event-record');
  throw failure('event-record', `${name} is no list of Kubernetes objects: ${problem?.message ?? 'unknown reason'}`, {
    help: ['Expected what kubectl get … -o json prints.'],
  });
}

/** A record that is deployed. */
export interface DeployedRecord {
  readonly record: DeploymentRecord;
  /** The ConfigMap's UID, or its name where there is none. */
  readonly uid: string;
}

/**
 * The names of the records that an Application has deployed: those its compared revision renders, once it is Synced
 * and Healthy and no operation is under way, whose hooks may still speak. Records that only wait to be pruned are of
 * earlier deployments.
 */
function deployedNames(application: ClusterObject): { namespace: string; name: string }[] {
  const { sync, health, operationState, resources = [] } = application.status ?? {};
  const underWay =
    application.operation !== undefined || ['Running', 'Terminating'].includes(operationState?.phase ?? '');
  if (sync?.status !== 'Synced' || health?.status !== 'Healthy' || underWay) return [];
  return resources.flatMap(({ kind, name = '', namespace = '', requiresPruning }) =>
    kind === 'ConfigMap' && requiresPruning !== true && parseRecordName(name) !== undefined
      ? [{ namespace, name }]
      : [],
  );
}

function missing(application: ClusterObject, namespace: string, name: string): Failure {
  const { namespace: place = '', name: app } = application.metadata;
  return failure('event-record', `Application ${place}/${app} has deployed a record that is not among the ConfigMaps`, {
    location: { file: `ConfigMap ${namespace}/${name}` },
    help: ['Was it deleted by hand? The next sync brings it back.'],
  });
}

/**
 * What is deployed, by the records (ConfigMaps) of the Applications. `namespaces`: where records are looked for; those
 * elsewhere are somebody else's (empty: everywhere). One that is missing or unusable is a failure beside the others.
 */
export function deployedRecords(
  applications: readonly ClusterObject[],
  configMaps: readonly ClusterObject[],
  namespaces: readonly string[],
): { deployed: DeployedRecord[]; failures: Failure[] } {
  const byName = new Map(configMaps.map((one) => [`${one.metadata.namespace ?? ''}/${one.metadata.name}`, one]));
  const deployed: DeployedRecord[] = [];
  const failures: Failure[] = [];
  for (const application of applications) {
    for (const { namespace, name } of deployedNames(application)) {
      if (namespaces.length > 0 && !namespaces.includes(namespace)) continue;
      const configMap = byName.get(`${namespace}/${name}`);
      try {
        const text = configMap?.data?.['deployment.json'];
        if (configMap === undefined || text === undefined) throw missing(application, namespace, name);
        const record = parseRecord(text, `ConfigMap ${namespace}/${name}`);
        deployed.push({ record, uid: configMap.metadata.uid ?? name });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
    }
  }
  return { deployed, failures };
}

/**
 * The facts of a deployment that no event tells of; undefined when `last`, the newest `deployment-complete` of the same
 * application, environment and source repository, names its commit. The attempt is derived from the record and the event
 * before it, so that several reconcilers that see the same emit the same event.
 */
export function missedFacts(
  { record, uid }: DeployedRecord,
  last: DeploymentEvent | undefined,
): EventFacts | undefined {
  if (last?.data.sourceCommit === record.source.commit) return undefined;
  const attempt = `reconciled:${uid}:${last?.id ?? 'first'}`;
  return { type: 'deployment-complete', ...factsOfRecord(record), outcome: 'success', attempt };
}
