/**
 * Reads Applications and records from the Kubernetes API, in the namespaces where the service account may list them.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { type ApiServer, listPages } from '../kubernetes/api.ts';
import type { ClusterObject } from '../schemas/cluster.generated.ts';
import { parseList } from './missed.ts';

/** What was deployed where. */
export interface ClusterState {
  readonly applications: readonly ClusterObject[];
  /** ConfigMaps. */
  readonly records: readonly ClusterObject[];
}

const APPLICATIONS = { group: '/apis/argoproj.io/v1alpha1', resource: 'applications', labels: '' };
/** The label is what the renderer gives to records. */
const RECORDS = { group: '/api/v1', resource: 'configmaps', labels: 'app.kubernetes.io/managed-by=waybill' };

async function listIn(
  server: ApiServer,
  { group, resource, labels }: typeof RECORDS,
  namespaces: readonly string[],
): Promise<ClusterObject[]> {
  const everywhere = namespaces.length === 0;
  const places = everywhere ? [''] : namespaces.map((namespace) => `/namespaces/${namespace}`);
  const items: ClusterObject[] = [];
  for (const place of places) {
    const path = `${group}${place}/${resource}`;
    try {
      const pages = await listPages(server, path, labels, (page) => parseList(page, path).next);
      items.push(...pages.flatMap((page) => parseList(page, path).items));
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Failure) throw error;
      throw failure('cluster-refused', `the Kubernetes API did not serve: ${error.message}`, {
        help: [
          `The service account needs the verb list on ${resource} ${everywhere ? 'in the whole cluster' : 'in that namespace'}.`,
          ...(everywhere ? ['--namespace and --argocd-namespace look in single namespaces only.'] : []),
        ],
      });
    }
  }
  return items;
}

/** Empty lists of namespaces: all. Failures `cluster-refused`, `event-record` for an answer that is no list. */
export async function readCluster(
  server: ApiServer,
  argocdNamespaces: readonly string[],
  recordNamespaces: readonly string[],
): Promise<ClusterState> {
  // Applications first: a record that they name is there when the records are read.
  const applications = await listIn(server, APPLICATIONS, argocdNamespaces);
  return { applications, records: await listIn(server, RECORDS, recordNamespaces) };
}
