/**
 * The Git providers that can be asked, and which of them a repository has. Adding one is one file and one row.
 */
import type { Repository } from '../../record/repository.ts';
import { azureDevOps } from './azure-devops.ts';
import { bitbucket, bitbucketDataCenter } from './bitbucket.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { Provider } from './provider.ts';

const providers: readonly Provider[] = [github, gitlab, bitbucket, bitbucketDataCenter, azureDevOps, gitea];

/** Names for the command line. */
export const providerKeys = providers.map(({ key }) => key);

type Variables = Readonly<Record<string, string | undefined>>;

function isGiteaActions(env: Variables): boolean {
  return Boolean(env['GITEA_ACTIONS'] || env['FORGEJO_ACTIONS']);
}

/** The server of the CI system that runs, and its provider. */
function ciServer(env: Variables): { readonly key: string; readonly origin: string } | undefined {
  const servers: readonly (readonly [string, string | undefined])[] = [
    [isGiteaActions(env) ? 'gitea' : 'github', env['GITHUB_SERVER_URL']],
    ['gitlab', env['CI_SERVER_URL'] ?? (env['CI_SERVER_HOST'] && `https://${env['CI_SERVER_HOST']}`)],
    ['azure-devops', env['SYSTEM_COLLECTIONURI']],
  ];
  for (const [key, url] of servers)
    if (url !== undefined && URL.canParse(url)) return { key, origin: new URL(url).origin };
  return undefined;
}

/** A server of the user's own, as `--provider-host` names it. */
export interface NamedHost {
  /** Host, with its port. */
  readonly host: string;
  /** Undefined: the host's name or the CI system tells. */
  readonly provider: string | undefined;
}

/** `git.example.com:8443`, `gitea=git.example.com`; undefined for anything else. */
export function parseNamedHost(text: string): NamedHost | undefined {
  const [, provider, host = ''] = /^(?:([a-z-]+)=)?([a-z0-9.-]+(?::\d{1,5})?)$/u.exec(text.toLowerCase()) ?? [];
  const isKnown = provider === undefined || providerKeys.includes(provider);
  return host === '' || !isKnown ? undefined : { host, provider };
}

/** The provider of a repository: as asked, by the CI system that runs, or by the host's name; undefined where nothing tells. */
export function providerOf(repository: Repository, asked: string | undefined, env: Variables): Provider | undefined {
  const own = ciServer(env);
  const key = asked ?? (own?.origin === new URL(repository.webURL).origin ? own.key : undefined);
  return key === undefined
    ? providers.find((one) => one.isAt(repository.host, repository.webURL))
    : providers.find((one) => one.key === key);
}

/** Servers whose owner is known: not `gitlab.` of anybody. */
const publicServers: ReadonlySet<string> = new Set([
  'https://github.com',
  'https://gitlab.com',
  'https://bitbucket.org',
  'https://dev.azure.com',
  'https://gitea.com',
  'https://codeberg.org',
]);

/**
 * Whether the host of a repository may get the user's token. Whoever writes a lock can name any host, so it has to be a
 * public one, that of the CI system which runs, or one of `named`, which the user gave. Hosts are with their port.
 */
export function mayGetToken({ host, webURL }: Repository, named: readonly NamedHost[], env: Variables): boolean {
  const { origin } = new URL(webURL);
  return named.some((one) => one.host === host) || publicServers.has(origin) || ciServer(env)?.origin === origin;
}

/**
 * The token of the provider's variables; undefined where none is set. In Gitea's own Actions, its token has GitHub's name:
 * it is Gitea's there, and not for GitHub.
 */
export function tokenOf({ key, tokens }: Provider, env: Variables): string | undefined {
  const others = isGiteaActions(env) && key === 'github' ? tokens.filter((name) => name !== 'GITHUB_TOKEN') : tokens;
  const names = isGiteaActions(env) && key === 'gitea' ? [...tokens, 'GITHUB_TOKEN'] : others;
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
