/**
 * The frame of the page: header, the view that the address names, and what could not be read.
 */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PageData } from '../plugin/page/data.ts';
import { freshData } from './browser.ts';
import { CommitView } from './commit/commit.tsx';
import { Empty } from './components/bits.tsx';
import { Header } from './components/header.tsx';
import { Notices } from './components/notices.tsx';
import { Matrix } from './matrix/matrix.tsx';
import { Toolbar } from './matrix/toolbar.tsx';
import { MetricsView } from './metrics/metrics.tsx';
import { addressOf, noFilter, parseRoute, type Filter, type Route } from './route.ts';
import { ServiceView } from './service/service.tsx';

/** Milliseconds between questions for new data: of a server that watches, and of a host whose files CI replaces. */
const askEvery = { live: 5000, hosted: 60_000 };

/** The time, which ages are counted from; again every half minute. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The data of the page, and again when it has changed. */
function useData(initial: PageData): PageData {
  const [data, setData] = useState(initial);
  useEffect(() => {
    const ask = async () => {
      // A page that nobody looks at asks nothing.
      const fresh = document.hidden ? undefined : await freshData(data);
      if (fresh) setData(fresh);
    };
    const timer = setInterval(() => void ask(), data.isLive ? askEvery.live : askEvery.hosted);
    return () => clearInterval(timer);
  }, [data]);
  return data;
}

/** The route in the address, and how to replace it without a new entry in the browser's history. */
function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const update = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  const replace = useCallback((next: Route) => {
    history.replaceState(null, '', addressOf(next));
    setRoute(next);
  }, []);
  return [route, replace];
}

function View(props: {
  readonly data: PageData;
  readonly route: Route;
  readonly now: number;
  readonly replace: (route: Route) => void;
}) {
  const { data, route, now, replace } = props;
  const onFilter = useCallback((filter: Filter) => replace({ view: 'matrix', filter }), [replace]);
  switch (route.view) {
    case 'matrix':
      return data.fleet.services.length === 0 ? (
        <Empty title="No services were found">
          <p>A directory is a service when it has a waybill.yaml, or a lock in locks/.</p>
        </Empty>
      ) : (
        <>
          <h1 class="visually-hidden">Services and environments</h1>
          <Toolbar fleet={data.fleet} filter={route.filter} onChange={onFilter} />
          <Matrix fleet={data.fleet} filter={route.filter} now={now} />
        </>
      );
    case 'service':
      return <ServiceView data={data} route={route} now={now} />;
    case 'commit':
    case 'pull-request':
      return <CommitView data={data} route={route} now={now} />;
    case 'metrics':
      return <MetricsView data={data} />;
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

/** What a view is called in the title of the window. */
function titleOf(route: Route, data: PageData): string {
  switch (route.view) {
    case 'service':
      return `${route.service} · ${data.title}`;
    case 'commit':
      return `${route.commit.slice(0, 7)} · ${data.title}`;
    case 'pull-request':
      return `${route.repository}#${route.number} · ${data.title}`;
    case 'metrics':
      return `Metrics · ${data.title}`;
    case 'matrix':
    case 'unknown':
      break;
  }
  return `${data.title} · Waybill`;
}

/** The page. */
export function App({ initial }: { readonly initial: PageData }) {
  const data = useData(initial);
  const now = useNow();
  const [route, replace] = useRoute();
  const title = titleOf(route, data);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header data={data} route={route} now={now} />
      <main id="content" class={`view view-${route.view}`} tabIndex={-1}>
        {route.view === 'matrix' ? <Notices fleet={data.fleet} now={now} /> : null}
        <View data={data} route={route} now={now} replace={replace} />
      </main>
    </>
  );
}
