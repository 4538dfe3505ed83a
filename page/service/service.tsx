/**
 * A service: its way through the environments, and everything about the environment that is chosen.
 */
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ServiceDetails } from '../../plugin/page/data.ts';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';
import { Breadcrumb, Empty } from '../components/bits.tsx';
import { FilesContext } from '../files.ts';
import { addressOf, noFilter, type Route, type Tab, tabs } from '../route.ts';
import { Changes } from './changes.tsx';
import { Commands } from './commands.tsx';
import { History } from './history.tsx';
import { Images } from './images.tsx';
import { Pipeline } from './pipeline.tsx';
import { Resources } from './resources.tsx';

const tabWords: Readonly<Record<Tab, string>> = {
  history: 'History',
  images: 'Images',
  changes: 'Changes',
  resources: 'Resources',
  commands: 'Commands',
};

/** What could be had of a file: itself, why not, or nothing yet. */
export type Loaded<Value> = Value | Error | undefined;

/** What is known of the service alone; again when the data is new. What was shown stays until the new one is there. */
function useDetails(service: string): Loaded<ServiceDetails> {
  const [details, setDetails] = useState<Loaded<ServiceDetails>>(undefined);
  const files = useContext(FilesContext);
  useEffect(() => {
    let isCurrent = true;
    files.service(service).then(
      (value) => isCurrent && setDetails(value),
      (error: unknown) => isCurrent && setDetails(error instanceof Error ? error : new Error(String(error))),
    );
    return () => {
      isCurrent = false;
    };
  }, [files, service]);
  return details instanceof Error || details?.service.name === service ? details : undefined;
}

/** The view of a service. */
export function ServiceView(props: {
  readonly fleet: Fleet;
  readonly route: Extract<Route, { view: 'service' }>;
  readonly now: number;
}) {
  const { fleet, route, now } = props;
  const details = useDetails(route.service);
  const known = fleet.services.find(({ name }) => name === route.service);
  if (!known) {
    return (
      <Empty title={`There is no service ${route.service}`}>
        <a class="button" href={addressOf({ view: 'matrix', filter: noFilter })}>
          Show all services
        </a>
      </Empty>
    );
  }
  const service = details && !(details instanceof Error) ? details.service : known;
  const chosen = service.cells.find(({ environment }) => environment === route.environment) ?? service.cells.at(-1);
  if (!chosen) return <Empty title={`${service.name} has no environment`} />;
  const tabView = () => {
    switch (route.tab) {
      case 'history':
        return <History service={service} details={details} environment={chosen.environment} now={now} />;
      case 'images':
        return <Images cell={chosen} now={now} />;
      case 'changes':
        return <Changes details={details} environment={chosen.environment} />;
      case 'resources':
        return <Resources details={details} environment={chosen.environment} />;
      case 'commands':
        break;
    }
    return <Commands service={service} cell={chosen} />;
  };
  return (
    <div class="page-body">
      <div class="title">
        <Breadcrumb />
        <h1>{service.name}</h1>
        {service.directory === undefined ? null : <code class="muted">{service.directory}</code>}
      </div>
      <Pipeline service={service} chosen={chosen.environment} tab={route.tab} now={now} />
      <section class="panel" aria-label={`${service.name} in ${chosen.environment}`}>
        <nav class="tabs" aria-label={`About ${chosen.environment}`}>
          {tabs.map((tab) => (
            <a
              key={tab}
              href={addressOf({ ...route, environment: chosen.environment, tab })}
              {...(tab === route.tab ? { 'aria-current': 'page' as const } : {})}
            >
              {tabWords[tab]}
            </a>
          ))}
          <span class="tabs-environment">{chosen.environment}</span>
        </nav>
        <div class="panel-body">{tabView()}</div>
      </section>
    </div>
  );
}
