/**
 * `waybill notifications github-app`: makes the GitHub App that reports deployments, by GitHub's manifest flow.
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { failure } from '../../../diagnostics/failure.ts';
import { isSystemError } from '../../../diagnostics/system-error.ts';
import { AppExchange, type MadeApp } from '../../../notifications/github-app/exchange.ts';
import { type InstalledApp, makeGitHubApp } from '../../../notifications/github-app/flow.ts';
import { secretKeys, secretManifest } from '../../../notifications/github-app/secret.ts';
import { type Define, newCommand, UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';

/** Only this user reads it, and nothing is written over. */
function writeSecret(session: Session, file: string, text: string): void {
  try {
    writeFileSync(session.path(file), text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw failure('file-unreadable', `${file} cannot be written (${error.code})`, { location: { file } });
  }
}

/** Shows the page in the browser; where there is none, the address is enough. */
function openBrowser(url: string, env: Session['env']): void {
  const program = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(program, [url], { stdio: 'ignore', detached: true, env: { ...env } });
  child.on('error', () => undefined);
  child.unref();
}

const organizationName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/u;

function httpURL(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
  if (url === undefined || !isSafe || url.search !== '' || url.hash !== '')
    throw new UsageError(`${name} ${text}: expected an https:// URL`);
  return text.replace(/\/+$/u, '');
}

/** What the flow needs to know. */
interface AppWish {
  readonly organization: string;
  readonly name: string;
  readonly checks: boolean;
  readonly server: string;
  readonly api: string;
  readonly port: number;
  readonly seconds: number;
  readonly browser: boolean;
  /** Where the Secret, or the key, is written. */
  readonly file: string;
  /** The namespace of the Secret; undefined: the private key alone is written. */
  readonly secretIn: string | undefined;
}

/** GitHub's API for a server. */
function apiOf(session: Session, server: string): string {
  const usual = server === 'https://github.com' ? 'https://api.github.com' : `${server}/api/v3`;
  return httpURL(session.env['GITHUB_API_URL'] ?? usual, 'GITHUB_API_URL');
}

/** Makes the App in a browser and writes its Secret, or its key. */
async function makeApp(session: Session, wish: AppWish): Promise<InstalledApp> {
  const { organization, name, checks, server, port, seconds, file, secretIn } = wish;
  if (existsSync(session.path(file)))
    throw failure('file-unreadable', `${file} is there already`, { help: ['Name another file, or move it away.'] });
  let rescue: string | undefined;
  const app = await makeGitHubApp({
    organization,
    name,
    checks,
    server,
    port,
    timeoutMs: seconds * 1000,
    exchange: new AppExchange(wish.api, session.env),
    open: (url) => {
      session.note(`Open ${url} and press the button. It waits for ${seconds} seconds.`);
      if (wish.browser) openBrowser(url, session.env);
    },
    made: (made: MadeApp) => {
      // GitHub gives the key once. Whatever happens now, it is not lost.
      rescue = `${file}.pem`;
      writeSecret(session, rescue, made.pem);
      session.note(`${made.slug} is made (App ${made.id}); now choose its repositories at GitHub`);
    },
  });
  writeSecret(session, file, secretIn === undefined ? app.pem : secretManifest(app, secretIn));
  if (rescue !== undefined) rmSync(session.path(rescue), { force: true });
  session.note(`${file} is written, for you alone: do not commit it`);
  return app;
}

/** The App of `waybill adopt --github-app`, with the usual settings. */
export async function makeUsualApp(
  session: Session,
  organization: string,
  file: string,
  browser: boolean,
): Promise<void> {
  const server = 'https://github.com';
  const name = `waybill-${organization}`.slice(0, 34);
  const usual = { checks: false, port: 0, seconds: 900, secretIn: 'argocd' };
  await makeApp(session, { ...usual, organization, name, server, api: apiOf(session, server), browser, file });
}

export const define: Define = (session) =>
  newCommand('github-app', [
    'waybill notifications github-app --organization acme',
    'waybill notifications github-app --organization acme --server https://github.acme.dev --name acme-deployments',
  ])
    .description(
      'Create the GitHub App that reports deployments, with a local page with one button, which GitHub asks you to confirm. ' +
        'Its IDs and its key are written as a Secret that only you can read; the key is never printed.',
    )
    .requiredOption('--organization <name>', 'the organisation that owns the source repositories')
    .option('--name <name>', "the App's name at GitHub, at most 34 characters (default: waybill-ORGANISATION)")
    .option('--checks', 'also request permission to write check runs', false)
    .option('--server <url>', 'a GitHub Enterprise Server', 'https://github.com')
    .option('--namespace <namespace>', "Argo CD's namespace", 'argocd')
    .option('--output <file>', 'the manifest of the Secret', 'argocd-notifications-secret.yaml')
    .option('--key-file <file>', 'write only the private key to this file, instead of the manifest')
    .option('--port <port>', 'the port of the page; 0: any free port', '0')
    .option('--timeout <seconds>', 'how long to wait for the browser', '900')
    .option('--no-browser', 'only print the URL of the page')
    .action(async (options) => {
      const { organization, checks, namespace, keyFile } = options;
      const name = options.name ?? `waybill-${organization}`.slice(0, 34);
      if (!organizationName.test(organization))
        throw new UsageError(`--organization ${organization}: no organisation has this name`);
      if (name.length > 34) throw new UsageError(`--name ${name}: GitHub takes at most 34 characters`);
      const [port, seconds] = [Number(options.port), Number(options.timeout)];
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new UsageError(`--port ${options.port}: expected a port`);
      if (!(seconds > 0 && seconds <= 86_400))
        throw new UsageError(`--timeout ${options.timeout}: expected seconds, at most a day`);
      const server = httpURL(options.server, '--server');
      const api = apiOf(session, server);
      const file = keyFile ?? options.output;
      const app = await makeApp(session, {
        organization,
        name,
        checks,
        server,
        api,
        port,
        seconds,
        browser: options.browser,
        file,
        secretIn: keyFile === undefined ? namespace : undefined,
      });
      session.print(
        `github:\n  - organization: ${organization}\n` +
          (keyFile === undefined
            ? `    appID: $${secretKeys.appID}\n    installationID: $${secretKeys.installationID}\n`
            : `    appID: ${app.id}\n    installationID: ${app.installation}\n`) +
          `    privateKey: $${secretKeys.privateKey}\n`,
      );
      if (keyFile === undefined)
        session.note(`Next: kubectl apply --server-side -f ${file}; the lines above belong into notifications.yaml`);
      session.finish();
    });
