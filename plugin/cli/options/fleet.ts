/**
 * The options that say what a fleet is gathered from, the same for every command that shows one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { neededCacheFolder, homeFolder } from '../../files/cache-folder.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { decodeText } from '../../files/text.ts';
import { type ApplicationsReading, assemble, type Readings, type Witnessed } from '../../fleet/assemble.ts';
import { readOrigins } from '../../fleet/gather.ts';
import type { Providers } from '../../fleet/origins/provider.ts';
import { type NamedHost, parseNamedHost, providerKeys } from '../../fleet/providers/providers.ts';
import type { Fleet } from '../../schemas/fleet.generated.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { collect, UsageError } from '../command.ts';
import { remoteOf } from '../commands/event/options.ts';
import type { ApiServer } from '../../kubernetes/api.ts';
import type { Session } from '../session.ts';
import { placeOf } from './application-location.ts';

/** Values of the options. */
export interface FleetOptions {
  readonly applications: readonly string[];
  readonly kube?: true | undefined;
  readonly context: readonly string[];
  readonly argocd: readonly string[];
  readonly eventsRepository?: string | undefined;
  readonly eventsBranch: string;
  readonly askProvider: boolean;
  readonly providerHost: readonly NamedHost[];
  readonly root?: string | undefined;
}

/** Adds the options. */
export function withFleet<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .option(
      '--applications <file>',
      'Applications: output of kubectl get applications -A -o json; - is standard input (repeatable)',
      collect,
      [],
    )
    .option(
      '--kube',
      'read Applications from the Kubernetes API: the cluster of this pod, else the current context of KUBECONFIG',
    )
    .option(
      '--context <name>',
      'read Applications from the Kubernetes API of a context of KUBECONFIG (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--argocd <url>',
        "read Applications from Argo CD's API, with the token of ARGOCD_AUTH_TOKEN (repeatable; default: ARGOCD_SERVER, if it is set)",
      )
        .argParser(collect)
        .default([]),
    )
    .option('--events-repository <url>', 'the Git repository of events')
    .option('--events-branch <name>', 'its branch', 'main')
    .option(
      '--ask-provider',
      'ask the Git providers of the source repositories, with the tokens of GITHUB_TOKEN, GITLAB_TOKEN …, for the commits between environments, subjects and pull requests',
      false,
    )
    .addOption(
      new Option(
        '--provider-host <[provider=]host>',
        'your own Git server, to which the token may be sent, such as gitea=git.example.com (repeatable)',
      )
        .argParser((text: string, before: readonly NamedHost[]): readonly NamedHost[] => {
          const host = parseNamedHost(text);
          if (!host)
            throw new InvalidArgumentError(`Expected HOST or PROVIDER=HOST, with one of ${providerKeys.join(', ')}.`);
          return [...before, host];
        })
        .default([] as readonly NamedHost[], 'none'),
    )
    .option('--root <dir>', 'never read outside this folder (default: the git repository)');
}

const known = new WeakMap<Session, Providers>();

/** What asks providers; undefined where they are not to be asked. A served page keeps what was learned. */
export async function providersOf(
  session: Session,
  { askProvider, providerHost }: Pick<FleetOptions, 'askProvider' | 'providerHost'>,
): Promise<Providers | undefined> {
  if (!askProvider) return undefined;
  const [{ Providers }, { createHttp }] = await Promise.all([
    import('../../fleet/origins/provider.ts'),
    import('../../http/http.ts'),
  ]);
  const http = createHttp({ env: session.env, retries: 1, timeoutMs: 10_000, longestWaitMs: 1000 });
  const found = known.get(session) ?? new Providers({ named: providerHost, env: session.env, http: () => http });
  known.set(session, found);
  found.restart();
  return found;
}

async function standardInput(session: Session): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of session.stdin ?? []) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  return decodeText('standard input', Buffer.concat(parts));
}

/** Applications of a file, or of standard input (`-`). Throws UsageError for a file that cannot be read. */
export async function readApplicationsFile(session: Session, file: string): Promise<ApplicationsReading> {
  const { applicationsFromText } = await import('../../fleet/origins/applications.ts');
  if (file === '-') return applicationsFromText('standard input', await standardInput(session));
  try {
    return applicationsFromText(file, readFileSync(session.path(file), 'utf8'));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`--applications ${file}: it cannot be read (${String(error.code)})`);
  }
}

/** The files of KUBECONFIG, else that of the home folder. */
function kubeconfigOf(session: Session): string {
  const { KUBECONFIG } = session.env;
  const first = (KUBECONFIG ?? '').split(':').find((one) => one !== '');
  if (first !== undefined) return session.path(first);
  const home = homeFolder(session.env);
  if (home === undefined) throw new UsageError('--kube: there is no home folder; name a file in KUBECONFIG');
  return join(home, '.kube/config');
}

/** The API server of this pod's cluster, else that of a context of KUBECONFIG, with a name for it. */
export async function kubernetesServer(
  session: Session,
  context: string | undefined,
): Promise<{ readonly name: string; readonly server: ApiServer }> {
  const { apiServer } = await import('../../kubernetes/api.ts');
  const inside = context === undefined ? apiServer(session.env) : undefined;
  if (inside) return { name: 'this cluster', server: inside };
  const { serverOfKubeconfig } = await import('../../kubernetes/kubeconfig.ts');
  const found = serverOfKubeconfig({ file: kubeconfigOf(session), context });
  return { name: found.context, server: found.server };
}

async function fromKubernetes(session: Session, context: string | undefined): Promise<ApplicationsReading> {
  const { applicationsFromKubernetes } = await import('../../fleet/origins/applications.ts');
  const { name, server } = await kubernetesServer(session, context);
  return await applicationsFromKubernetes(name, () => server);
}

/** `argocd.example.com`, as ARGOCD_SERVER has it, or a URL. */
function argocdURL(text: string): URL {
  const full = /^https?:\/\//u.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) throw new UsageError(`--argocd ${text}: this is no URL`);
  const url = new URL(full);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('--argocd: a URL must hold no credentials; give the token in ARGOCD_AUTH_TOKEN');
  return url;
}

async function fromArgocd(session: Session, text: string): Promise<ApplicationsReading> {
  const [{ applicationsFromArgocd }, { createHttp }] = await Promise.all([
    import('../../fleet/origins/applications.ts'),
    import('../../http/http.ts'),
  ]);
  const http = createHttp({ env: session.env, timeoutMs: 60_000, retries: 2 });
  return await applicationsFromArgocd({
    url: argocdURL(text),
    token: session.env['ARGOCD_AUTH_TOKEN'] || undefined,
    http,
  });
}

async function fromEvents(session: Session, repository: string, branch: string): Promise<Witnessed> {
  const [{ eventsOf }, { takeSnapshot }, { Mirror }, { RemoteRefusal }] = await Promise.all([
    import('../../fleet/origins/events.ts'),
    import('../../events/store.ts'),
    import('../../git/mirror.ts'),
    import('../../git/remote-branch.ts'),
  ]);
  const remote = remoteOf(session, { repository, branch });
  try {
    const snapshot = await takeSnapshot(await Mirror.open(remote, neededCacheFolder(session.env, 'events')));
    return await eventsOf('events', snapshot);
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error;
    const reason = error.message.split('\n')[0] ?? '';
    return { origin: { kind: 'events', name: 'events', read: false, reason }, problems: [], entries: [] };
  }
}

/** Two origins of one kind never have the same name: two clusters may. */
function distinctNames(
  readings: readonly (() => Promise<ApplicationsReading>)[],
): (() => Promise<ApplicationsReading>)[] {
  const seen = new Map<string, number>();
  return readings.map((read) => async () => {
    const reading = await read();
    const { name } = reading.origin;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? reading : { ...reading, origin: { ...reading.origin, name: `${name} (${count})` } };
  });
}

/** How much of the history is read. */
export interface History {
  readonly wholeHistory?: boolean;
  readonly withHistory?: boolean;
  /** Only services with a lock that has, or had, this text. */
  readonly needle?: string;
}

/**
 * What the origins say of the directory that was typed.
 * @throws Failure for a directory that does not exist; UsageError
 */
export async function readReadings(
  session: Session,
  typed: string,
  options: FleetOptions,
  history: History = {},
): Promise<Readings> {
  const { root, directory } = placeOf(session, typed, options.root);
  const policy = loadPolicy(session.env, 'cli');
  const { applications: files, kube, context, eventsRepository, eventsBranch } = options;
  const server = session.env['ARGOCD_SERVER'];
  const isSilent = files.length === 0 && !kube && context.length === 0;
  const argocd = options.argocd.length > 0 || !isSilent || !server ? options.argocd : [server];
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('--applications - is given twice');
  const applications = [
    ...[...new Set(files)].map((file) => async () => await readApplicationsFile(session, file)),
    ...(kube ? [async () => await fromKubernetes(session, undefined)] : []),
    ...[...new Set(context)].map((name) => async () => await fromKubernetes(session, name)),
    ...[...new Set(argocd)].map((url) => async () => await fromArgocd(session, url)),
  ];
  const witnesses =
    eventsRepository === undefined ? [] : [async () => await fromEvents(session, eventsRepository, eventsBranch)];
  return await session.during(
    'reading the fleet',
    readOrigins({
      repository: { tree: createDirectoryTree(root, fileLimits(policy)), root, directory },
      env: session.env,
      applications: distinctNames(applications),
      witnesses,
      now: Date.now(),
      ...history,
    }),
  );
}

/** As {@link readReadings}, put together. */
export async function readFleet(
  session: Session,
  typed: string,
  options: FleetOptions,
  history: History = {},
): Promise<Fleet> {
  const fleet = assemble(await readReadings(session, typed, options, history));
  const providers = await providersOf(session, options);
  if (!providers) return fleet;
  return await session.during('asking the Git providers', providers.fleet(fleet, history.withHistory ?? true));
}

/** What is missing in a fleet, and what is wrong in it, as notes for people. */
export function noteMissing(session: Session, { origins, problems }: Fleet): void {
  for (const { kind, name, read, reason } of origins) {
    if (!read) session.note(`not read: ${kind} of ${name}: ${reason ?? 'no reason is given'}`);
    else if (reason !== undefined) session.note(`${name}: ${reason}`);
  }
  const most = 20;
  for (const { file, line, message } of problems.slice(0, most))
    session.note(`${[file, line].filter((one) => one !== undefined).join(':')}: ${message}`);
  if (problems.length > most) session.note(`and ${problems.length - most} more problems (-o json lists them)`);
}
