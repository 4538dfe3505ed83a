/**
 * Which deployments no event tells of. Argo CD skips hooks in partial syncs, and those do deploy revisions; so what
 * is deployed is read from the Applications, and compared with the events.
 */
import { parseRecordName } from '../record/name.ts';
import type { DeploymentRecord } from '../schemas/record.generated.ts';
import type { ClusterObject } from '../schemas/cluster.generated.ts';
import { validate } from '../schemas/cluster.validate.generated.js';
import { failure } from '../diagnostics/failure.ts';
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

/**
 * The names of the records that an Application has deployed: those its compared revision renders, once it is Synced
 * and Healthy. Records that only wait to be pruned are of earlier deployments.
 */
function deployed(application: ClusterObject): { namespace: string; name: string }[] {
  const { sync, health, resources = [] } = application.status ?? {};
  if (sync?.status !== 'Synced' || health?.status !== 'Healthy') return [];
  return resources.flatMap(({ kind, name = '', namespace = '', requiresPruning }) =>
    kind === 'ConfigMap' && requiresPruning !== true && parseRecordName(name) !== undefined
      ? [{ namespace, name }]
      : [],
  );
}

function sameLine(event: DeploymentEvent, record: DeploymentRecord): boolean {
  return (
    event.type === 'deployment-complete' &&
    event.data.application === record.application &&
    event.data.environment === record.environment &&
    event.data.sourceRepository === record.source.repository
  );
}

/**
 * The facts of the deployments that are there and that no `deployment-complete` event tells of. `records` are the
 * ConfigMaps, `events` all events in git's order. The attempt is derived from the record and the event before it, so
 * that several reconcilers that see the same emit the same event.
 */
export function missedDeployments(
  applications: readonly ClusterObject[],
  records: readonly ClusterObject[],
  events: readonly DeploymentEvent[],
): EventFacts[] {
  const byName = new Map(records.map((one) => [`${one.metadata.namespace ?? ''}/${one.metadata.name}`, one]));
  return applications.flatMap(deployed).flatMap(({ namespace, name }) => {
    const text = byName.get(`${namespace}/${name}`)?.data?.['deployment.json'];
    if (text === undefined) return [];
    const record = parseRecord(text, `ConfigMap ${namespace}/${name}`);
    const last = events.findLast((event) => sameLine(event, record));
    if (last?.data.sourceCommit === record.source.commit) return [];
    const uid = byName.get(`${namespace}/${name}`)?.metadata.uid ?? name;
    const facts: EventFacts = {
      type: 'deployment-complete',
      ...factsOfRecord(record),
      outcome: 'success',
      attempt: `reconciled:${uid}:${last?.id ?? 'first'}`,
    };
    return [facts];
  });
}
