/**
 * The pages on this machine that the browser comes back to: `/`, `/created` and `/installed`. Only this machine reaches
 * them, only under their own address (no other name that points here), and only with the state that this run made.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Failure, failure } from '../../diagnostics/failure.ts';
import type { AppExchange, MadeApp } from './exchange.ts';
import { type AppWish, donePage, errorPage, startPage } from './manifest.ts';

/** The App, and its installation for the organisation. */
export interface InstalledApp extends MadeApp {
  readonly installation: number;
}

/** What the flow needs. */
export interface FlowOptions extends Omit<AppWish, 'local'> {
  readonly exchange: AppExchange;
  /** Told the address of the first page. */
  readonly open: (url: string) => void;
  /** Told as soon as the App exists, before it is installed: its key is given only once. */
  readonly made: (app: MadeApp) => void;
  /** The port; 0 for any. */
  readonly port: number;
  readonly timeoutMs: number;
}

interface Page {
  readonly status: number;
  readonly html?: string;
  readonly location?: string;
}

function same(given: string, state: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(state)];
  return one.length === other.length && timingSafeEqual(one, other);
}

class Flow {
  readonly #options: FlowOptions;
  readonly #state = randomBytes(24).toString('base64url');
  readonly #local: string;
  #app: Promise<MadeApp> | undefined;

  constructor(options: FlowOptions, local: string) {
    this.#options = options;
    this.#local = local;
  }

  async #created(query: URLSearchParams): Promise<Page> {
    const { exchange, organization, server, made } = this.#options;
    if (!same(query.get('state') ?? '', this.#state))
      return { status: 400, html: errorPage('This response does not belong to a request of this program.') };
    const convert = async (): Promise<MadeApp> => {
      const app = await exchange.convert(query.get('code') ?? '');
      if (app.owner.toLowerCase() !== organization.toLowerCase()) {
        throw failure('github-app', `the App belongs to ${app.owner}, not to ${organization}`, {
          help: [`Delete it at GitHub, and start again as an owner of ${organization}.`],
        });
      }
      made(app);
      return app;
    };
    // A reload of the page brings the same code again.
    this.#app ??= convert();
    const { slug } = await this.#app;
    return { status: 302, location: `${server}/apps/${slug}/installations/new` };
  }

  /** The page for a request, and the App when it is installed. */
  async answer({ method, url = '/', headers }: IncomingMessage): Promise<{ page: Page; done?: InstalledApp }> {
    if (`http://${headers.host}` !== this.#local)
      return { page: { status: 421, html: errorPage('Not this address.') } };
    if (method !== 'GET') return { page: { status: 405, html: errorPage('Only pages are here.') } };
    const { pathname, searchParams } = new URL(url, this.#local);
    if (pathname === '/')
      return { page: { status: 200, html: startPage({ ...this.#options, local: this.#local }, this.#state) } };
    if (pathname === '/created') return { page: await this.#created(searchParams) };
    if (pathname !== '/installed') return { page: { status: 404, html: errorPage('There is no such page.') } };
    const installation = Number(searchParams.get('installation_id'));
    const app = await this.#app;
    const { exchange, organization, name } = this.#options;
    const isNumber = Number.isSafeInteger(installation) && installation > 0;
    if (app === undefined || !isNumber || !(await exchange.isInstalledFor(app, installation, organization)))
      return { page: { status: 400, html: errorPage(`This is no installation of the App on ${organization}.`) } };
    return { page: { status: 200, html: donePage(name) }, done: { ...app, installation } };
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', ready);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
}

/**
 * Serves the pages until the App is installed.
 * @throws Failure `github-app` when GitHub refuses, or nobody comes to an end in time
 */
export async function makeGitHubApp(options: FlowOptions): Promise<InstalledApp> {
  const server = createServer();
  const local = await listen(server, options.port);
  const flow = new Flow(options, local);
  const late = failure('github-app', 'the App was not made and installed in time', {
    help: ['Start again. What GitHub has made already can be deleted in the settings of the organisation.'],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<InstalledApp>((resolve, reject) => {
      timer = setTimeout(() => reject(late), options.timeoutMs);
      server.on('request', (request, response) => {
        const finish = ({ status, html = '', location }: Page): void => {
          response.writeHead(status, {
            'content-type': 'text/html; charset=utf-8',
            'cache-control': 'no-store',
            'referrer-policy': 'no-referrer',
            'x-frame-options': 'DENY',
            'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action ${options.server}; frame-ancestors 'none'`,
            ...(location === undefined ? {} : { location }),
          });
          response.end(html);
        };
        flow.answer(request).then(
          ({ page, done }) => {
            finish(page);
            if (done) response.once('close', () => resolve(done));
          },
          (error: unknown) => {
            finish({ status: 502, html: errorPage(error instanceof Failure ? error.message : 'It did not work.') });
            response.once('close', () => reject(error instanceof Error ? error : late));
          },
        );
      });
      options.open(`${local}/`);
    });
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
}
