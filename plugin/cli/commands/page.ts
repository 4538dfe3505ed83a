/**
 * `waybill page`: the fleet as a page, in a folder or served.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { failure } from '../../diagnostics/failure.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import type { Readings } from '../../fleet/assemble.ts';
import type { GatherRequest } from '../../fleet/gather.ts';
import type { MetricsData } from '../../page/data.ts';
import type { Site } from '../../page/site.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { parseRepository } from '../../record/repository.ts';
import type { Fleet } from '../../schemas/fleet.generated.ts';
import { embeddedText } from '../../workers/embedded.ts';
import { collect, type Define, newCommand, UsageError } from '../command.ts';
import { duration } from '../numbers.ts';
import { type FleetOptions, noteMissing, providersOf, readReadings, withFleet } from '../options/fleet.ts';
import { placeOf, readSourceOf } from '../options/application-location.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

/** An address to listen on. */
interface Address {
  readonly address: string;
  readonly port: number;
}

/** `8470`, `127.0.0.1:8470`, `[::]:8470`. */
function parseAddress(text: string): Address {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/iu.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) throw new InvalidArgumentError('Expected a port, or ADDRESS:PORT.');
  return { address: bracketed ?? plain ?? '127.0.0.1', port };
}

/** The page that is built with the program: inside of the executable, or beside the script. */
function readTemplate(session: Session): string {
  const embedded = embeddedText('page.html');
  if (embedded !== undefined) return embedded;
  const file = `${realpathSync(session.host.script)}.page.html`;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw failure('file-missing', `${file} does not exist`, {
      help: ['It must be in the folder of the program: npm run build makes both. Copy it together with waybill.cjs.'],
    });
  }
}

/** What the fleet is called: the deployments repository's owner and name, else what was read. */
function nameOf({ origins }: Fleet): { readonly title: string; readonly repositoryUrl: string | undefined } {
  const read = origins.find(({ kind }) => kind === 'repository');
  const repository = read && parseRepository(read.name);
  if (!repository) return { title: read?.name.split('/').at(-1) ?? 'Deployments', repositoryUrl: undefined };
  return { title: `${repository.owner}/${repository.name}`, repositoryUrl: repository.webURL };
}

interface PageOptions extends FleetOptions {
  readonly title?: string | undefined;
  readonly renders: boolean;
}

/** How far back metrics look: as `waybill metrics` does, where it is not told. */
const metricsDays = 90;

/** The four keys, of the whole history of the locks; the other origins are not asked again. */
async function metricsOf(
  session: Session,
  readings: Readings,
  repository: GatherRequest['repository'],
): Promise<MetricsData> {
  const [{ readOrigins }, { assemble }, { fourKeys }] = await Promise.all([
    import('../../fleet/gather.ts'),
    import('../../fleet/assemble.ts'),
    import('../../fleet/metrics/fleet.ts'),
  ]);
  const { now } = readings;
  const asked = { repository, env: session.env, applications: [], witnesses: [], now, wholeHistory: true };
  const { versions, texts, repository: read } = await readOrigins(asked);
  const all = { ...readings, repository: read, versions, texts };
  const fleet = assemble({ ...all, versions: new Map(), withHistory: true });
  const window = { from: now - metricsDays * 86_400_000, to: now };
  return { ...window, rows: fourKeys(all, fleet, window, { environment: () => true, service: () => true }) };
}

/** Reads the fleet, and makes of it what the page shows. */
async function readSite(session: Session, directory: string, options: PageOptions, isLive: boolean): Promise<Site> {
  const [readings, { rendersOf }, { assemble }] = await Promise.all([
    readReadings(session, directory, options, { withHistory: true }),
    import('../../page/renders.ts'),
    import('../../fleet/assemble.ts'),
  ]);
  const providers = await providersOf(session, options);
  const assembled = assemble(readings);
  const fleet = providers ? await providers.fleet(assembled, true) : assembled;
  noteMissing(session, fleet);
  const policy = loadPolicy(session.env, 'cli');
  const { root, directory: place } = placeOf(session, directory, options.root);
  const tree = createDirectoryTree(root, fileLimits(policy));
  const request = {
    tree,
    policy,
    values: {},
    images: [],
    kubeVersion: undefined,
    apiVersions: [],
    binaries: { env: session.env },
  };
  const setting = { request, readSource: readSourceOf(tree) };
  const name = nameOf(fleet);
  let metrics: Promise<MetricsData> | undefined;
  return {
    template: readTemplate(session),
    version,
    title: options.title ?? name.title,
    repositoryUrl: name.repositoryUrl,
    isLive,
    fleet,
    rendersOf: async (service) => (options.renders ? await rendersOf(service, setting) : []),
    metricsOf: async () => {
      metrics ??= metricsOf(session, readings, { tree, root, directory: place });
      return await metrics;
    },
  };
}

async function write(session: Session, site: Site, output: string): Promise<void> {
  const [{ filesOf }, { writeFolder }] = await Promise.all([
    import('../../page/site.ts'),
    import('../../output/folder.ts'),
  ]);
  const files = filesOf(site);
  const names = [...files.keys()];
  let done = 0;
  const textOf = async (name: string) => {
    done += 1;
    session.progress(`${name} (${done} of ${names.length})`);
    return (await files.get(name)?.()) ?? '';
  };
  const ours = /^(?:index\.html|data\/(?:fleet\.json|[a-z]+\.js|services\/[0-9a-f]{16}\.js))$/u;
  await writeFolder(session.path(output), { names, textOf, ours });
  session.progress('');
  session.note(`${session.path(output)}/index.html: ${site.fleet.services.length} services`);
}

export const define: Define = (session) =>
  withFleet(
    newCommand('page', [
      'waybill page --serve',
      'waybill page --output public --applications applications.json',
      'waybill page --serve --argocd https://argocd.example.com --listen 0.0.0.0:8470 --host deployments.example.com',
    ])
      .description(
        'Show the fleet as a page: the matrix of services and environments, the history, images, differences and ' +
          'resources of each service, the progress of commits and pull requests, and the four keys. --output writes it into a folder, for any static host. ' +
          '--serve serves it on this machine and refreshes the data while a browser shows it.',
      )
      .argument('[dir]', 'the deployments repository, or a directory in it', '.')
      .option('--output <dir>', 'write the page into this folder, which must be new or written by this command before')
      .option('--serve', 'serve the page until it is stopped', false)
      .addOption(
        new Option(
          '--listen <[address:]port>',
          'with --serve: the address to listen on (any address but loopback is open to the network, and the page has no authentication)',
        )
          .argParser(parseAddress)
          .default({ address: '127.0.0.1', port: 8470 }, '127.0.0.1:8470'),
      )
      .option('--host <name>', 'with --serve: a host name that browsers use (repeatable)', collect, [])
      .addOption(
        new Option('--interval <time>', 'with --serve: minimum time between two refreshes')
          .argParser(duration)
          .default(15, '15s'),
      )
      .option('--title <text>', 'the title of the page (default: the name of the repository)')
      .option('--no-renders', 'omit rendered data: differences and resources'),
  ).action(async (directory, options) => {
    const { output, serve, listen, host, interval } = options;
    if ((output === undefined) === !serve) throw new UsageError('give either --output DIR or --serve');
    if (output !== undefined) {
      await write(session, await readSite(session, directory, options, false), output);
      session.finish();
      return;
    }
    if (options.applications.includes('-')) throw new UsageError('--serve cannot read standard input again');
    const { servePage } = await import('../../page/serve.ts');
    const stopped = session.host.untilAskedToStop();
    const running = await servePage({
      ...listen,
      hosts: host,
      freshMs: interval * 1000,
      read: async () => await readSite(session, directory, options, true),
      onError: (error) =>
        session.note(`the fleet could not be read again: ${error instanceof Error ? error.message : String(error)}`),
    });
    session.note(`serving ${running.url}`);
    await stopped;
    await running.close();
    session.finish();
  });
