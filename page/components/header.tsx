/**
 * The top of the page: what it is about, the views, how old it is, and the theme.
 */
import { useState } from 'preact/hooks';
import type { PageData } from '../../plugin/page/data.ts';
import { applyTheme, readTheme, type Theme } from '../browser.ts';
import { age, moment } from '../format.ts';
import { addressOf, noFilter, type Route } from '../route.ts';
import { Link } from './bits.tsx';

const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const themeSigns: Readonly<Record<Theme, string>> = {
  auto: 'M8 2.2a5.8 5.8 0 0 0 0 11.6z',
  light:
    'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 .8v1.7M8 13.5v1.7M.8 8h1.7M13.5 8h1.7M2.9 2.9l1.2 1.2M11.9 11.9l1.2 1.2M2.9 13.1l1.2-1.2M11.9 4.1l1.2-1.2',
  dark: 'M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4z',
};

function ThemeButton() {
  const [theme, setTheme] = useState(readTheme);
  const change = () => {
    const next = nextTheme[theme];
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" class="icon-button" onClick={change} aria-label={`Theme: ${theme}`} title={`Theme: ${theme}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {theme === 'auto' ? (
          <circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.3" />
        ) : null}
        <path
          d={themeSigns[theme]}
          fill={theme === 'light' ? 'none' : 'currentColor'}
          stroke="currentColor"
          stroke-width="1.3"
          stroke-linecap="round"
        />
      </svg>
    </button>
  );
}

/** The mark of Waybill: a parcel's label, with the way through three environments on it. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M5 7.5A3.5 3.5 0 0 1 8.5 4h15A3.5 3.5 0 0 1 27 7.5V28l-3.7-2.2-3.6 2.2-3.7-2.2-3.7 2.2-3.6-2.2L5 28z"
        class="mark-label"
      />
      <path d="M10 17.5h12" class="mark-line" />
      <circle cx="10" cy="17.5" r="2.2" class="mark-stop" />
      <circle cx="16" cy="17.5" r="2.2" class="mark-stop" />
      <circle cx="22" cy="17.5" r="2.6" class="mark-end" />
      <path d="M10 10.5h8" class="mark-line" />
    </svg>
  );
}

/** How old the data is, and from where. */
function Freshness({ data, now }: { readonly data: PageData; readonly now: number }) {
  const { takenAt, origins } = data.fleet;
  const since = age(takenAt, now);
  const said = origins.map(
    ({ kind, name, read, reason }) => `${kind} ${name}: ${read ? 'read' : (reason ?? 'not read')}`,
  );
  return (
    <span class={`freshness ${data.isLive ? 'is-live' : ''}`} title={[moment(takenAt), ...said].join('\n')}>
      <span class="pulse" aria-hidden="true" />
      {data.isLive ? 'live' : 'as of'} <time dateTime={takenAt}>{since === 'now' ? 'now' : `${since} ago`}</time>
    </span>
  );
}

/** The header. */
export function Header({ data, route, now }: { readonly data: PageData; readonly route: Route; readonly now: number }) {
  const matrix = addressOf({ view: 'matrix', filter: noFilter });
  const isMatrix = route.view !== 'metrics';
  return (
    <header class="header">
      <a class="brand" href={matrix} aria-label="Waybill: all services">
        <Mark />
        <span class="brand-name">Waybill</span>
      </a>
      <Link class="fleet-name" to={data.repositoryUrl}>
        {data.title}
      </Link>
      <nav class="views" aria-label="Views">
        <a href={matrix} {...(isMatrix ? { 'aria-current': 'page' as const } : {})}>
          Services
        </a>
        {data.hasMetrics ? (
          <a href="#/metrics" {...(isMatrix ? {} : { 'aria-current': 'page' as const })}>
            Metrics
          </a>
        ) : null}
      </nav>
      <Freshness data={data} now={now} />
      <ThemeButton />
    </header>
  );
}
