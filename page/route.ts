/**
 * The address of a view: what stands behind `#`, so that every view and filter can be linked to, also where the page
 * is a file in a folder.
 */

/** Where the reader is. */
export type Route =
  | { readonly view: 'matrix'; readonly filter: Filter }
  | { readonly view: 'service'; readonly service: string; readonly environment: string; readonly tab: Tab }
  | { readonly view: 'commit'; readonly commit: string }
  | { readonly view: 'pull-request'; readonly repository: string; readonly number: number }
  | { readonly view: 'metrics'; readonly service: string; readonly environment: string; readonly days: number }
  | { readonly view: 'unknown' };

/** Days that the metrics can look back. */
export const spans = [7, 30, 90] as const;
const longestSpan = 90;

/** The parts of a service's view. */
export const tabs = ['history', 'images', 'changes', 'resources', 'commands'] as const;
export type Tab = (typeof tabs)[number];

/** How the rows of the matrix are sorted. */
export const orders = ['name', 'problems', 'newest'] as const;
export type Order = (typeof orders)[number];

/** What the matrix shows. */
export interface Filter {
  /** Words that a service or cell must have. */
  readonly text: string;
  /** Only rows with a cell that is not well. */
  readonly problems: boolean;
  /** Only rows with a cell in one of these states; empty: any. */
  readonly states: readonly string[];
  /** Only these columns; empty: all. */
  readonly environments: readonly string[];
  readonly order: Order;
}

/** Shows everything, by name. */
export const noFilter: Filter = { text: '', problems: false, states: [], environments: [], order: 'name' };

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function filterOf(query: string): Filter {
  const parameters = new URLSearchParams(query);
  return {
    text: parameters.get('q') ?? '',
    problems: parameters.has('problems'),
    states: parameters.getAll('state'),
    environments: parameters.getAll('env'),
    order: orders.find((one) => one === parameters.get('sort')) ?? 'name',
  };
}

/** The route that an address's part from `#` on names. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/u, '').split('?', 2);
  const [view = '', ...rest] = path.split('/').map(decode);
  if (view === '') return { view: 'matrix', filter: filterOf(query) };
  if (view === 'metrics') {
    const parameters = new URLSearchParams(query);
    const days = spans.find((one) => String(one) === parameters.get('days')) ?? longestSpan;
    return { view, service: parameters.get('service') ?? '', environment: parameters.get('env') ?? '', days };
  }
  const [first = '', second = '', third = ''] = rest;
  if (view === 'service' && first !== '') {
    return { view, service: first, environment: second, tab: tabs.find((one) => one === third) ?? 'history' };
  }
  if (view === 'commit' && /^[0-9a-f]{7,40}$/u.test(first)) return { view, commit: first };
  if (view === 'pull-request' && /^[1-9]\d{0,9}$/u.test(second)) {
    return { view, repository: first, number: Number(second) };
  }
  return { view: 'unknown' };
}

function queryOf({ text, problems, states, environments, order }: Filter): string {
  const parts = [
    ...(text === '' ? [] : [`q=${encodeURIComponent(text)}`]),
    ...(problems ? ['problems'] : []),
    ...states.map((state) => `state=${encodeURIComponent(state)}`),
    ...environments.map((environment) => `env=${encodeURIComponent(environment)}`),
    ...(order === 'name' ? [] : [`sort=${order}`]),
  ];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function metricsQuery({ service, environment, days }: Extract<Route, { view: 'metrics' }>): string {
  const parts = [
    ...(environment === '' ? [] : [`env=${encodeURIComponent(environment)}`]),
    ...(service === '' ? [] : [`service=${encodeURIComponent(service)}`]),
    ...(days === longestSpan ? [] : [`days=${days}`]),
  ];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

const join = (...parts: readonly string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`;

/** The address of a route: `#/service/web/production`. */
export function addressOf(route: Route): string {
  switch (route.view) {
    case 'matrix':
      return `#/${queryOf(route.filter)}`;
    case 'service': {
      const { service, environment, tab } = route;
      if (tab !== 'history') return join('service', service, environment, tab);
      return environment === '' ? join('service', service) : join('service', service, environment);
    }
    case 'commit':
      return join('commit', route.commit);
    case 'pull-request':
      return join('pull-request', route.repository, String(route.number));
    case 'metrics':
      return `#/metrics${metricsQuery(route)}`;
    case 'unknown':
      break;
  }
  return '#/';
}
