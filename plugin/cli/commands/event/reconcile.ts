/**
 * `waybill event reconcile`: emits what hooks missed.
 */
import { readFileSync } from 'node:fs';
import { failure } from '../../../diagnostics/failure.ts';
import { emit } from '../../../events/emit.ts';
import { eventPath, makeEvent } from '../../../events/event.ts';
import { missedDeployments, parseList } from '../../../events/missed.ts';
import { Spool } from '../../../events/spool.ts';
import { select } from '../../../events/store.ts';
import { type ApiServer, apiServer, listPages } from '../../../kubernetes/api.ts';
import type { ClusterObject } from '../../../schemas/cluster.generated.ts';
import { type Define, newCommand, UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../streams.ts';
import { describeRefusal, orRefusal, remoteOf, snapshotOf, spoolFolder, withRemote } from './options.ts';

const APPLICATIONS = '/apis/argoproj.io/v1alpha1/applications';
const CONFIG_MAPS = '/api/v1/configmaps';
/** What the renderer labels records with. */
const RECORDS = 'app.kubernetes.io/managed-by=waybill';

async function fromCluster(server: ApiServer, path: string, labels: string): Promise<ClusterObject[]> {
  try {
    const pages = await listPages(server, path, labels, (page) => parseList(page, path).next);
    return pages.flatMap((page) => parseList(page, path).items);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'Failure') throw error;
    throw failure('cluster-refused', `the Kubernetes API did not serve: ${error.message}`, {
      help: ['The service account needs get and list on applications.argoproj.io and configmaps.'],
    });
  }
}

function fromFile(session: Session, file: string): ClusterObject[] {
  return parseList(readFileSync(session.path(file), 'utf8'), file).items;
}

async function clusterState(
  session: Session,
  options: { applications?: string | undefined; records?: string | undefined },
): Promise<{ applications: ClusterObject[]; records: ClusterObject[] }> {
  const { applications, records } = options;
  if (applications !== undefined && records !== undefined) {
    return { applications: fromFile(session, applications), records: fromFile(session, records) };
  }
  const server = apiServer(session.env);
  if (server === undefined) {
    throw new UsageError('outside a cluster, give --applications and --records (kubectl get … -A -o json)');
  }
  return {
    applications: await fromCluster(server, APPLICATIONS, ''),
    records: await fromCluster(server, CONFIG_MAPS, RECORDS),
  };
}

export const define: Define = (session) =>
  withRemote(
    newCommand('reconcile', [
      'waybill event reconcile --repository https://github.com/acme/deployment-events',
      'waybill event reconcile --applications applications.json --records configmaps.json --repository https://github.com/acme/deployment-events',
    ]).description(
      'Emit deployment-complete for what is deployed (Synced and Healthy) and no event tells of: Argo CD runs no hooks in partial syncs, which do deploy. Meant for a CronJob with read access to Applications and records.',
    ),
  )
    .option('--applications <file>', 'Applications, as kubectl get applications -A -o json prints them')
    .option(
      '--records <file>',
      'records, as kubectl get configmaps -A -l app.kubernetes.io/managed-by=waybill -o json prints them',
    )
    .option('--dry-run', 'only print what would be emitted')
    .action(
      async (options) =>
        await orRefusal(session, async () => {
          const { applications, records } = await clusterState(session, options);
          const remote = remoteOf(session, options);
          const { events } = await select(await snapshotOf(session, remote), {});
          const missed = missedDeployments(
            applications,
            records,
            events.flatMap((one) => one.event ?? []),
          );
          const made = missed.map((facts) => makeEvent(facts, new Date()));
          for (const event of made) session.print(`${JSON.stringify({ id: event.id, path: eventPath(event) })}\n`);
          if (made.length === 0) session.note('nothing to change: every deployment has its event');
          if (made.length === 0 || options.dryRun === true) return session.finish();
          const emitted = await emit(made, remote, new Spool(spoolFolder(session), remote));
          if (emitted.outcome !== 'spooled') return session.finish();
          session.note(describeRefusal(emitted.refusal));
          return session.finish(exitCodes.spooled);
        }),
    );
