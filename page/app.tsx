/**
 * The frame of the page: header, the view that the address names, and what could not be read.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PageData } from '../plugin/page/data.ts';
import { filesOf, freshData } from './browser.ts';
import { Header } from './components/header.tsx';
import { Notices } from './components/notices.tsx';
import { FilesContext } from './files.ts';
import { MetricsView } from './metrics/metrics.tsx';
import type { Route } from './route.ts';
import { useRoute, View } from './views.tsx';

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
  const files = useMemo(() => filesOf(data), [data]);
  const title = titleOf(route, data);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <FilesContext.Provider value={files}>
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
        {route.view === 'metrics' ? (
          <MetricsView route={route} replace={replace} />
        ) : (
          <View fleet={data.fleet} route={route} now={now} replace={replace} />
        )}
      </main>
    </FilesContext.Provider>
  );
}
