/**
 * `waybill trace APPLICATION`: from the lock to the status at the Git provider, and where it breaks.
 */
import { Option } from '@commander-js/extra-typings';
import { Failure, failure } from '../../diagnostics/failure.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { clean } from '../../fleet/views/cells.ts';
import type { Report } from '../../fleet/providers/provider.ts';
import type { NamedHost } from '../../fleet/providers/providers.ts';
import type { Step } from '../../fleet/trace.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { parseRecordName } from '../../record/name.ts';
import { parseRepository } from '../../record/repository.ts';
import type { Fleet, FleetApplication, FleetCell, FleetService } from '../../schemas/fleet.generated.ts';
import { type Define, newCommand } from '../command.ts';
import { noteMissing, readFleet, withFleet } from '../options/fleet.ts';
import { placeOf } from '../options/application-location.ts';
import type { Session } from '../session.ts';
import { exitCodes } from '../exit-codes.ts';

interface Subject {
  readonly service: FleetService;
  readonly cell: FleetCell;
  readonly application: FleetApplication | undefined;
}

/** An Application with its namespace and cluster: names repeat in other namespaces, and both in other clusters. */
const addressesOf = ({ cluster, namespace, name }: FleetApplication): string[] => [
  name,
  `${namespace}/${name}`,
  `${cluster}/${namespace}/${name}`,
];

/** By the Application's name, else by `service/environment` or `service-environment`. */
function find({ services, origins }: Fleet, name: string): Subject {
  const all = services.flatMap((service) =>
    service.cells.flatMap((cell): Subject[] =>
      cell.applications.length === 0
        ? [{ service, cell, application: undefined }]
        : cell.applications.map((application) => ({ service, cell, application })),
    ),
  );
  const called = all.filter(({ application }) => application && addressesOf(application).includes(name));
  if (called.length > 1) {
    const [inNamespaces, inClusters] = [1, 2].map((index) =>
      called.flatMap(({ application }) => (application ? [addressesOf(application)[index] ?? ''] : [])),
    );
    const isEnough = new Set(inNamespaces).size === called.length;
    throw failure('application-ambiguous', `there are ${called.length} Applications ${name}`, {
      help: [`Name one of them: ${listNames((isEnough ? inNamespaces : inClusters) ?? [])}.`],
    });
  }
  const found =
    called[0] ??
    all.find(({ service, cell }) =>
      [`${service.name}/${cell.environment}`, `${service.name}-${cell.environment}`].includes(name),
    );
  if (found) return found;
  const names = all.map(({ service, cell, application }) => application?.name ?? `${service.name}/${cell.environment}`);
  const unread = origins.filter(({ kind, read }) => kind === 'applications' && !read).map(({ reason }) => reason ?? '');
  throw failure('application-unknown', `there is no application ${name}`, {
    help: [
      ...unread.map((reason) => `The Applications of Argo CD were not read: ${reason}.`),
      `Applications: ${listNames(names.slice(0, 20))}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`,
    ],
  });
}

/** The names of the records that the directory renders, or why it does not render. */
async function renderedRecords(
  session: Session,
  typed: string,
  root: string | undefined,
  subject: Subject,
): Promise<string[] | string | undefined> {
  const { service, cell, application } = subject;
  if (service.directory === undefined) return undefined;
  const { render } = await import('../../render.ts');
  const { root: folder } = placeOf(session, typed, root);
  const policy = loadPolicy(session.env, 'cli');
  const name = application?.name ?? `${service.name}-${cell.environment}`;
  try {
    const { resources } = await render({
      tree: createDirectoryTree(folder, fileLimits(policy)),
      directory: service.directory === '.' ? '' : service.directory,
      environment: cell.environment,
      app: { name, instance: name, namespace: 'default' },
      values: {},
      images: [],
      stamp: true,
      kubeVersion: undefined,
      apiVersions: [],
      policy,
      binaries: { env: session.env },
      warn: session.warn,
    });
    return resources.flatMap(({ body }) => {
      const metadata = body['metadata'];
      const own =
        typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata['name'] : undefined;
      return typeof own === 'string' && parseRecordName(own) !== undefined ? [own] : [];
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics[0]?.message ?? 'no reason is given';
  }
}

/** What the provider of the source repository has of the commit, or why it was not asked. */
async function reportsOf(
  session: Session,
  { cell, application }: Subject,
  hosts: readonly NamedHost[],
): Promise<readonly Report[] | string> {
  const [commit] = cell.commits;
  const repository = commit && parseRepository(commit.repository);
  if (!commit || !repository) return 'the source repository is not known';
  const [{ hostOf }, { Refused, Unavailable }, { createHttp }, { wantedReports }] = await Promise.all([
    import('../../fleet/providers/asking.ts'),
    import('../../fleet/providers/ask.ts'),
    import('../../http/http.ts'),
    import('../../fleet/wait.ts'),
  ]);
  const http = () => createHttp({ env: session.env, retries: 1, timeoutMs: 20_000, longestWaitMs: 1000 });
  const host = hostOf(repository, { named: hosts, env: session.env, http });
  if (typeof host === 'string') return `${repository.host} was not asked: ${host}`;
  const { provider, ask } = host;
  const environment = cell.reportedAs ?? cell.environment;
  const wanted = { repository, commit: commit.commit, branch: undefined, environment };
  try {
    const all = await provider.reports(ask, wanted);
    return wantedReports(all, { wanted, applications: application ? [application.name] : [], contexts: [] });
  } catch (error) {
    if (error instanceof Refused || error instanceof Unavailable)
      return `${provider.title} was not read: ${error.message}`;
    throw error;
  }
}

const signs: Readonly<Record<Step['is'], string>> = { done: '✓', broken: '✗', waiting: '·', unknown: '?' };

function formatTrace(steps: readonly Step[]): string {
  const lines = steps.flatMap(({ name, is, text: words, help }) => [
    `${signs[is]} ${name.padEnd(9)} ${clean(words)}`,
    ...help.map((one) => `            ${clean(one)}`),
  ]);
  const broken = steps.find(({ is }) => is === 'broken') ?? steps.find(({ is }) => is === 'waiting');
  const end =
    broken === undefined
      ? ''
      : broken.is === 'broken'
        ? `\nIt breaks at: ${broken.name}\n`
        : `\nIt waits at: ${broken.name}\n`;
  return `${lines.join('\n')}\n${end}`;
}

export const define: Define = (session) =>
  withFleet(
    newCommand('trace', [
      'waybill trace web-production --argocd https://argocd.example.com',
      'kubectl get applications -A -o json | waybill trace web/production --applications -',
    ])
      .description(
        "Follow a source commit from the lock through the rendered record, the Application's target, the note of the notifications controller and its delivery to the status at the Git provider. Show the broken step and how to fix it. The exit code is 3 if a step is broken.",
      )
      .argument(
        '<application>',
        'an Application as NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME, or SERVICE/ENVIRONMENT',
      )
      .argument('[dir]', 'the deployments repository, or a directory in it', '.'),
  )
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (name, directory, options) => {
      const { trace } = await import('../../fleet/trace.ts');
      const fleet = await readFleet(session, directory, options, { withHistory: false });
      const subject = find(fleet, name);
      const [rendered, reports] = await Promise.all([
        renderedRecords(session, directory, options.root, subject),
        reportsOf(session, subject, options.providerHost),
      ]);
      const steps = trace({ cell: subject.cell, application: subject.application, rendered, reports });
      noteMissing(session, { ...fleet, problems: [] });
      if (options.output === 'json') session.print(`${JSON.stringify(steps)}\n`);
      else session.show(formatTrace(steps));
      session.finish(steps.some(({ is }) => is === 'broken') ? exitCodes.different : exitCodes.done);
    });
