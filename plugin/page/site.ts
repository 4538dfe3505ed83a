/**
 * The files of the page, made from a fleet: what a folder holds, and what a server answers.
 */
import { createHash } from 'node:crypto';
import type { Fleet, FleetCell, FleetService } from '../schemas/fleet.generated.ts';
import type { EnvironmentRender, HistoryData, MetricsData, PageData, ServiceDetails } from './data.ts';
import { dataScript, fillPage } from './html.ts';
import { pack } from './pack.ts';

/** What a page is made of. */
export interface Site {
  /** The built page, in which the data is missing. */
  readonly template: string;
  /** The version of Waybill. */
  readonly version: string;
  readonly title: string;
  readonly repositoryUrl: string | undefined;
  readonly isLive: boolean;
  readonly fleet: Fleet;
  /** What the environments of a service render; asked for when its file is read. */
  readonly rendersOf: (service: FleetService) => Promise<readonly EnvironmentRender[]>;
  /** The four keys; asked for when their file is read. Undefined: there is no repository with a history. */
  readonly metricsOf: (() => Promise<MetricsData>) | undefined;
}

/** Names of services are no names of files: they may be long, or hold anything. */
const fileOf = (service: string): string => createHash('sha256').update(service).digest('hex').slice(0, 16);

/** A cell as the matrix shows it: what only the page of a service shows would be most of the data. */
function summary(cell: FleetCell): FleetCell {
  const applications = cell.applications.map(({ cluster, namespace, name, state }) => ({
    cluster,
    namespace,
    name,
    state,
    failures: [],
    images: [],
    target: [],
    live: [],
  }));
  const small = { ...cell, applications, history: [] };
  if (!cell.lock) return small;
  const { file, problem, holds } = cell.lock;
  const images = cell.lock.images.map(({ name, tag }) => ({
    name,
    reference: '',
    ...(tag === undefined ? {} : { tag }),
  }));
  return { ...small, lock: { file, images, holds, ...(problem === undefined ? {} : { problem }) } };
}

function pageData({ version, title, repositoryUrl, isLive, fleet, metricsOf }: Site): PageData {
  const services = fleet.services.map((service) => ({ ...service, cells: service.cells.map(summary) }));
  return {
    kind: 'WaybillPage',
    version,
    title,
    ...(repositoryUrl === undefined ? {} : { repositoryUrl }),
    isLive,
    fleet: { ...fleet, services },
    files: Object.fromEntries(fleet.services.map(({ name }) => [name, fileOf(name)])),
    hasMetrics: metricsOf !== undefined,
  };
}

function historiesOf({ cells }: FleetService): HistoryData[string] {
  return Object.fromEntries(cells.map((cell) => [cell.environment, cell.history]));
}

function historyData({ services }: Fleet): HistoryData {
  return Object.fromEntries(services.map((service) => [service.name, historiesOf(service)]));
}

async function details(site: Site, service: FleetService): Promise<ServiceDetails> {
  return { service, renders: await site.rendersOf(service) };
}

/** Path of each file below the folder to how its text is made; the page itself comes last. */
export function filesOf(site: Site): ReadonlyMap<string, () => Promise<string>> {
  const files = new Map<string, () => Promise<string>>();
  const { fleet, metricsOf } = site;
  for (const service of fleet.services) {
    const name = `services/${fileOf(service.name)}`;
    files.set(`data/${name}.js`, async () => dataScript(name, await details(site, service)));
  }
  files.set('data/history.js', async () => dataScript('history', historyData(fleet)));
  if (metricsOf) files.set('data/metrics.js', async () => dataScript('metrics', await metricsOf()));
  files.set('data/fleet.json', async () => `${JSON.stringify(pack(pageData(site)))}\n`);
  files.set('index.html', async () => fillPage(site.template, `${site.title} · Waybill`, pack(pageData(site))));
  return files;
}
