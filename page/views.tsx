/**
 * The views and the address that names them: the same in the page and in Argo CD's UI.
 */
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import type { Fleet } from '../plugin/schemas/fleet.generated.ts';
import { CommitView } from './commit/commit.tsx';
import { Empty } from './components/bits.tsx';
import { Matrix } from './matrix/matrix.tsx';
import { Toolbar } from './matrix/toolbar.tsx';
import { addressOf, type Filter, noFilter, parseRoute, type Route } from './route.ts';
import { ServiceView } from './service/service.tsx';

/** The route in the address, and how to replace it without a new entry in the browser's history. */
export function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  // Not after the next picture: a link that is followed before it would lead nowhere.
  useLayoutEffect(() => {
    const update = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  const replace = useCallback((next: Route) => {
    // In full: Argo CD's UI has a base address, which an address of a hash alone would lead to.
    history.replaceState(null, '', location.pathname + location.search + addressOf(next));
    setRoute(next);
  }, []);
  return [route, replace];
}

/** The view that a route names. */
export function View(props: {
  readonly fleet: Fleet;
  readonly route: Route;
  readonly now: number;
  readonly replace: (route: Route) => void;
}) {
  const { fleet, route, now, replace } = props;
  const onFilter = useCallback((filter: Filter) => replace({ view: 'matrix', filter }), [replace]);
  switch (route.view) {
    case 'matrix':
      return fleet.services.length === 0 ? (
        <Empty title="No services were found">
          <p>A directory is a service when it has a waybill.yaml, or a lock in locks/.</p>
        </Empty>
      ) : (
        <>
          <h1 class="visually-hidden">Services and environments</h1>
          <Toolbar fleet={fleet} filter={route.filter} onChange={onFilter} />
          <Matrix fleet={fleet} filter={route.filter} now={now} />
        </>
      );
    case 'service':
      return <ServiceView fleet={fleet} route={route} now={now} />;
    case 'commit':
    case 'pull-request':
      return <CommitView fleet={fleet} route={route} now={now} />;
    // Argo CD knows no history of locks: only the page has metrics.
    case 'metrics':
    case 'unknown':
      break;
  }
  return (
    <Empty title="There is no such page">
      <a class="button" href={addressOf({ view: 'matrix', filter: noFilter })}>
        Show all services
      </a>
    </Empty>
  );
}
