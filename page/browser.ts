/**
 * The only place that touches the browser beside the components: the data in the page, files beside it, the address,
 * the theme and the clipboard.
 */
import type { HistoryData, MetricsData, PageData, ServiceDetails } from '../plugin/page/data.ts';
import { type PackedPage, unpack } from '../plugin/page/pack.ts';
import type { Files } from './files.ts';

declare global {
  interface Window {
    /** What a data file calls: its name, and its content as JSON. */
    waybillData?: (name: string, json: string) => void;
  }
}

function isPageData(value: unknown): value is PackedPage {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'WaybillPage';
}

/** The data that the page was written with. @throws Error when there is none */
export function embeddedData(): PageData {
  const value: unknown = JSON.parse(document.getElementById('waybill-data')?.textContent ?? 'null');
  if (!isPageData(value)) throw new Error('the page has no data of a fleet');
  return unpack(value);
}

/** Asks for the data again; undefined when it is the same, or cannot be had now. */
export async function freshData(current: PageData): Promise<PageData | undefined> {
  // A file has nobody to ask.
  if (!location.protocol.startsWith('http')) return undefined;
  try {
    const response = await fetch('data/fleet.json', { cache: 'no-cache' });
    const value: unknown = response.ok ? await response.json() : undefined;
    return isPageData(value) && value.fleet.takenAt !== current.fleet.takenAt ? unpack(value) : undefined;
  } catch {
    return undefined;
  }
}

const loading = new Map<string, Promise<unknown>>();
const received = new Map<string, unknown>();

/**
 * A file beside the page. It is a script, since a page that is opened from a folder may not read files in any other
 * way; the script holds one string, which is read as JSON.
 * @param version when it was written: another one is another file
 * @throws Error when there is no such file
 */
function loadFile(name: string, version: string): Promise<unknown> {
  const key = `${name}?${version}`;
  const known = loading.get(key);
  if (known) return known;
  window.waybillData ??= (name, json) => received.set(name, JSON.parse(json));
  const promise = new Promise<unknown>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `data/${name}.js${location.protocol.startsWith('http') ? `?${encodeURIComponent(version)}` : ''}`;
    script.addEventListener('load', () => {
      script.remove();
      if (received.has(name)) resolve(received.get(name));
      else reject(new Error(`data/${name}.js holds something else`));
    });
    script.addEventListener('error', () => {
      script.remove();
      loading.delete(key);
      reject(new Error(`data/${name}.js could not be loaded`));
    });
    document.head.append(script);
  });
  loading.set(key, promise);
  return promise;
}

function isDetails(value: unknown): value is ServiceDetails {
  return typeof value === 'object' && value !== null && 'service' in value && 'renders' in value;
}

function isHistory(value: unknown): value is HistoryData {
  return typeof value === 'object' && value !== null;
}

function isMetrics(value: unknown): value is MetricsData {
  return typeof value === 'object' && value !== null && 'rows' in value && 'from' in value;
}

/** The files beside the page. */
export function filesOf({ files, fleet, hasMetrics }: PageData): Files {
  return {
    service: async (name) => {
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      const value = file === undefined ? undefined : await loadFile(`services/${file}`, fleet.takenAt);
      if (!isDetails(value) || value.service.name !== name) throw new Error('the page was written anew: reload it');
      return value;
    },
    history: async () => {
      const value = await loadFile('history', fleet.takenAt);
      return isHistory(value) ? value : {};
    },
    metrics: async () => {
      if (!hasMetrics) throw new Error('there is no history of a repository');
      const value = await loadFile('metrics', fleet.takenAt);
      if (!isMetrics(value)) throw new Error('the page was written anew: reload it');
      return value;
    },
  };
}

/** Light, dark, or what the system has. */
export type Theme = 'auto' | 'light' | 'dark';

/** The reader's choice. Storage may be denied: then it is not remembered. */
export function readTheme(): Theme {
  try {
    const value = localStorage.getItem('waybill-theme');
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

/** Shows a theme and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'auto') localStorage.removeItem('waybill-theme');
    else localStorage.setItem('waybill-theme', theme);
  } catch {
    // Not remembered.
  }
}
