/**
 * `waybill event reconcile`: emits what hooks missed.
 */
import { readFileSync } from 'node:fs';
import { type ClusterState, readCluster } from '../../../events/cluster.ts';
import { eventPath } from '../../../events/event.ts';
import { deployedRecords, parseList } from '../../../events/missed.ts';
import { emitMissed, findMissed } from '../../../events/reconcile.ts';
import { apiServer } from '../../../kubernetes/api.ts';
import type { ClusterObject } from '../../../schemas/cluster.generated.ts';
import { collect, type Define, newCommand, UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../exit-codes.ts';
import { remoteOf, snapshotOf, withRemote } from './options.ts';

interface Where {
  readonly applications?: string | undefined;
  readonly records?: string | undefined;
  readonly namespace: readonly string[];
  readonly argocdNamespace: readonly string[];
}

function fromFile(session: Session, file: string): ClusterObject[] {
  let text: string;
  try {
    text = readFileSync(session.path(file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseList(text, file).items;
}

async function clusterState(
  session: Session,
  { applications, records, namespace, argocdNamespace }: Where,
): Promise<ClusterState> {
  if (applications !== undefined && records !== undefined) {
    return { applications: fromFile(session, applications), records: fromFile(session, records) };
  }
  const server = apiServer(session.env);
  if (server === undefined) {
    throw new UsageError('outside a cluster, give --applications and --records (kubectl get … -A -o json)');
  }
  return await readCluster(server, argocdNamespace, namespace);
}

function namespaceNames(flag: string, names: readonly string[]): void {
  const wrong = names.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(name));
  if (wrong !== undefined) throw new UsageError(`${flag} ${wrong}: this is no name of a namespace`);
}

export const define: Define = (session) =>
  withRemote(
    newCommand('reconcile', [
      'waybill event reconcile --argocd-namespace argocd --namespace ecotrack --repository https://github.com/acme/deployment-events',
      'waybill event reconcile --applications applications.json --records configmaps.json --repository https://github.com/acme/deployment-events',
    ]).description(
      'Emit deployment-complete for deployed records (Synced, Healthy, no running operation) without an event: Argo CD runs no hooks in partial syncs. Run it in a CronJob that may list Applications and ConfigMaps.',
    ),
  )
    .option('--namespace <name>', 'where records are: this namespace only (repeatable); default: all', collect, [])
    .option(
      '--argocd-namespace <name>',
      'where Applications are: this one only (repeatable); default: all',
      collect,
      [],
    )
    .option('--applications <file>', 'Applications, as kubectl get applications -A -o json prints them')
    .option(
      '--records <file>',
      'records, as kubectl get configmaps -A -l app.kubernetes.io/managed-by=waybill -o json prints them',
    )
    .option('--dry-run', 'only print what would be emitted')
    .action(async (options) => {
      namespaceNames('--namespace', options.namespace);
      namespaceNames('--argocd-namespace', options.argocdNamespace);
      const remote = remoteOf(session, options);
      // Before the cluster is looked at: see plugin/events/reconcile.ts.
      const snapshot = await snapshotOf(session, remote);
      const state = await clusterState(session, options);
      const { deployed, failures } = deployedRecords(state.applications, state.records, options.namespace);
      const missed = await findMissed(snapshot, deployed);
      const { events } = missed;
      const emit = events.length > 0 && options.dryRun !== true;
      const added = emit ? await emitMissed(remote, snapshot, missed) : events;
      for (const event of added) session.print(`${JSON.stringify({ id: event.id, path: eventPath(event) })}\n`);
      if (events.length === 0) session.note(`nothing to change: ${deployed.length} deployments have their events`);
      for (const { subject } of events.filter((event) => !added.includes(event)))
        session.note(`${subject}: an event came meanwhile, the next run looks again`);
      session.report(failures.flatMap(({ diagnostics }) => diagnostics));
      return session.finish(failures.length > 0 ? exitCodes.wrongInput : exitCodes.done);
    });
