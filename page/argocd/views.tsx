/**
 * What Argo CD's UI shows of Waybill: the matrix on a page of its own, a tab of an Application, and an item of its
 * status panel.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Fleet, FleetCell, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { Age, Empty, Link } from '../components/bits.tsx';
import { StateName } from '../components/state.tsx';
import { Notices } from '../components/notices.tsx';
import { type Files, FilesContext } from '../files.ts';
import { short } from '../format.ts';
import { Pipeline } from '../service/pipeline.tsx';
import { History } from '../service/history.tsx';
import { useRoute, View } from '../views.tsx';
import { fleetOf, readFleet } from './fleet.ts';

/** Milliseconds between questions. */
const EVERY = 10_000;

/** The fleet, again and again; what was shown stays when a later question fails. */
function useFleet(): Fleet | Error | undefined {
  const [fleet, setFleet] = useState<Fleet | Error | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    const ask = async () => {
      if (document.hidden) return;
      try {
        const next = await readFleet();
        if (isCurrent) setFleet(next);
      } catch (error) {
        if (isCurrent) setFleet((before) => (before instanceof Error || !before ? toError(error) : before));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, []);
  return fleet;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Argo CD has no files: everything that is known is in the fleet. */
function filesOf({ services }: Fleet): Files {
  return {
    service: async (name) => {
      const service = services.find((one) => one.name === name);
      if (!service) throw new Error(`there is no service ${name}`);
      return { service, renders: [] };
    },
    history: async () =>
      Object.fromEntries(
        services.map(({ name, cells }) => [
          name,
          Object.fromEntries(cells.map(({ environment, history }) => [environment, history])),
        ]),
      ),
    metrics: async () => {
      throw new Error('Argo CD has no history of locks');
    },
  };
}

function Waiting({ fleet }: { readonly fleet: Error | undefined }) {
  return fleet ? (
    <Empty title="The Applications could not be read">{fleet.message}</Empty>
  ) : (
    <p class="muted">Loading …</p>
  );
}

/** The system-level page: everything that the page of `waybill page` shows, as far as Applications tell. */
export function DeploymentsPage() {
  const fleet = useFleet();
  const [route, replace] = useRoute();
  const files = useMemo(() => (fleet && !(fleet instanceof Error) ? filesOf(fleet) : undefined), [fleet]);
  if (!fleet || fleet instanceof Error || !files) return <Waiting fleet={fleet instanceof Error ? fleet : undefined} />;
  const now = Date.parse(fleet.takenAt);
  return (
    <FilesContext.Provider value={files}>
      <div class={`view view-${route.view}`}>
        {route.view === 'matrix' ? <Notices fleet={fleet} now={now} /> : null}
        <View fleet={fleet} route={route} now={now} replace={replace} />
      </div>
    </FilesContext.Provider>
  );
}

/** Where an Application is in a fleet. */
function cellOf(fleet: Fleet, name: string, namespace: string): { service: FleetService; cell: FleetCell } | undefined {
  for (const service of fleet.services) {
    const cell = service.cells.find(({ applications }) =>
      applications.some((one) => one.name === name && one.namespace === namespace),
    );
    if (cell) return { service, cell };
  }
  return undefined;
}

/** An Application as Argo CD hands it over: its name and namespace. */
function identify(application: unknown): { readonly name: string; readonly namespace: string } {
  const metadata =
    typeof application === 'object' && application !== null && 'metadata' in application
      ? application.metadata
      : undefined;
  if (typeof metadata !== 'object' || metadata === null) return { name: '', namespace: '' };
  const name = 'name' in metadata && typeof metadata.name === 'string' ? metadata.name : '';
  const namespace = 'namespace' in metadata && typeof metadata.namespace === 'string' ? metadata.namespace : '';
  return { name, namespace };
}

/** The tab of an Application: its service in every environment, and what happened here. */
export function ApplicationTab({ application }: { readonly application: unknown }) {
  const fleet = useFleet();
  if (!fleet || fleet instanceof Error) return <Waiting fleet={fleet} />;
  const { name, namespace } = identify(application);
  const found = cellOf(fleet, name, namespace);
  if (!found) return <p class="muted">This Application is not among those that Argo CD lists for you.</p>;
  const { service, cell } = found;
  const now = Date.parse(fleet.takenAt);
  if (cell.commits.length === 0 && cell.applications.every(({ target, live }) => target.length + live.length === 0)) {
    return <p class="muted">This Application has no record of Waybill, so its source commit is not known.</p>;
  }
  return (
    <div class="page-body">
      <h2>{service.name}</h2>
      <Pipeline service={service} chosen={cell.environment} tab="history" now={now} />
      <History service={service} details={{ service, renders: [] }} environment={cell.environment} now={now} />
    </div>
  );
}

/** The item of the status panel: which source commit this is, and what became of it. Asks nobody. */
export function StatusItem({ application }: { readonly application: unknown }) {
  const now = Date.now();
  const fleet = useMemo(() => fleetOf([application], now), [application]);
  const cell = fleet.services[0]?.cells[0];
  if (!cell || cell.commits.length === 0) return null;
  return (
    <div class="status-item">
      <span class="status-title">SOURCE COMMIT</span>
      <StateName state={cell.state} />
      {cell.commits.map(({ commit, url, repository }) => (
        <span key={`${repository} ${commit}`}>
          <Link class="commit" to={url}>
            {short(commit)}
          </Link>{' '}
          <span class="muted">{repository.split('/').at(-1)}</span> <Age at={cell.since} now={now} />
        </span>
      ))}
    </div>
  );
}
