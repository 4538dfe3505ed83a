/**
 * The extension of Argo CD's UI. Argo CD runs React; the components here are Preact's, in a shadow root, so that
 * neither the styles nor the libraries of the two meet. React only gives them a place and the Application.
 */
import { type ComponentChild, render } from 'preact';
import { ApplicationTab, DeploymentsPage, StatusItem } from './views.tsx';

/** The little of React that is used: Argo CD's own, as a global. */
interface HostReact {
  createElement(type: string, properties: Readonly<Record<string, unknown>>): unknown;
  useRef<Value>(initial: Value): { current: Value };
  useEffect(effect: () => void | (() => void), dependencies?: readonly unknown[]): void;
}

/** What Argo CD hands to a component. */
interface Properties {
  readonly application?: unknown;
}

type HostComponent = (properties: Properties) => unknown;

/** Argo CD's documented API for extensions. */
interface ExtensionsAPI {
  registerResourceExtension(
    component: HostComponent,
    group: string,
    kind: string,
    title: string,
    options?: { icon: string },
  ): void;
  registerSystemLevelExtension(component: HostComponent, title: string, path: string, icon: string): void;
  registerStatusPanelExtension?(component: HostComponent, title: string, id: string): void;
}

declare global {
  interface Window {
    readonly React?: HostReact;
    readonly extensionsAPI?: ExtensionsAPI;
  }
  /** The style sheet; the bundle puts it here. */
  const WAYBILL_STYLE: string;
}

let sheet: CSSStyleSheet | undefined;

/** The path of our page in Argo CD's UI. */
const pagePath = '/waybill';

/** The addresses of our views begin with `#`; in Argo CD's UI they belong to our page, whatever its base address is. */
function follow(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const hash = link?.getAttribute('href') ?? '';
  if (!hash.startsWith('#') || !(event instanceof MouseEvent) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const isPage = document.querySelector('.waybill-page[data-waybill]') !== null;
  if (isPage) location.hash = hash;
  else location.assign(new URL(pagePath.slice(1) + hash, document.baseURI));
}

/** The shadow root of an element, with our style. */
function shadowOf(element: HTMLElement): ShadowRoot {
  if (element.shadowRoot) return element.shadowRoot;
  const shadow = element.attachShadow({ mode: 'open' });
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(WAYBILL_STYLE);
  }
  shadow.adoptedStyleSheets = [sheet];
  shadow.addEventListener('click', follow);
  return shadow;
}

/** Argo CD puts its theme on an element above. */
function followTheme(element: HTMLElement): () => void {
  const update = () => {
    element.dataset['theme'] =
      element.closest('.theme-dark') || document.querySelector('.theme-dark') ? 'dark' : 'light';
  };
  update();
  const observer = new MutationObserver(update);
  observer.observe(document.body, { attributes: true, subtree: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}

/** A component of React that shows one of Preact. */
function hosted(react: HostReact, view: (properties: Properties) => ComponentChild, className: string): HostComponent {
  return (properties) => {
    const element = react.useRef<HTMLElement | null>(null);
    react.useEffect(() => {
      if (element.current) render(view(properties), shadowOf(element.current));
    });
    react.useEffect(() => {
      const { current } = element;
      if (!current) return undefined;
      const unfollow = followTheme(current);
      return () => {
        unfollow();
        render(null, shadowOf(current));
      };
    }, []);
    return react.createElement('div', { ref: element, className, 'data-waybill': '' });
  };
}

const { React: react, extensionsAPI } = window;
if (react && extensionsAPI) {
  const page = hosted(react, () => <DeploymentsPage />, 'waybill-page');
  extensionsAPI.registerSystemLevelExtension(page, 'Deployments', pagePath, 'fa-route');
  const tab = hosted(react, ({ application }) => <ApplicationTab application={application} />, 'waybill-tab');
  extensionsAPI.registerResourceExtension(tab, 'argoproj.io', 'Application', 'Deployments', { icon: 'fa-route' });
  const item = hosted(react, ({ application }) => <StatusItem application={application} />, 'waybill-status');
  // Argo CD before 2.9 has no status panel for others.
  extensionsAPI.registerStatusPanelExtension?.(item, 'Source commit', 'waybill');
}
