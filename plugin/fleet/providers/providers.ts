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

/** What CI systems that belong to a provider say of themselves. */
function byVariables(env: Variables, { host }: Repository): string | undefined {
  if (env['GITEA_ACTIONS'] || env['FORGEJO_ACTIONS']) return 'gitea';
  if (env['GITHUB_ACTIONS'] === 'true' && env['GITHUB_SERVER_URL']?.endsWith(`//${host}`)) return 'github';
  if (env['CI_SERVER_HOST'] === host) return 'gitlab';
  return env['TF_BUILD'] !== undefined && env['SYSTEM_COLLECTIONURI']?.includes(`//${host}/`)
    ? 'azure-devops'
    : undefined;
}

/** The provider of a repository: as asked, by the host's name, or by the CI system that runs; undefined where nothing tells. */
export function providerOf(repository: Repository, asked: string | undefined, env: Variables): Provider | undefined {
  const key = asked ?? byVariables(env, repository);
  return key === undefined
    ? providers.find((one) => one.isAt(repository.host, repository.webURL))
    : providers.find((one) => one.key === key);
}

/** Servers whose owner is known: not `gitlab.` of anybody. */
const publicServers: readonly string[] = [
  'https://github.com',
  'https://gitlab.com',
  'https://bitbucket.org',
  'https://dev.azure.com',
  'https://gitea.com',
  'https://codeberg.org',
];

/**
 * Whether the host of a repository may get the user's token. Whoever writes a lock can name any host, so it has to be a
 * public one, that of the CI system which runs, or one of `named`, which the user gave. Hosts are with their port.
 */
export function mayGetToken({ host, webURL }: Repository, named: readonly string[], env: Variables): boolean {
  const servers = ['GITHUB_SERVER_URL', 'CI_SERVER_URL', 'SYSTEM_COLLECTIONURI'].map((name) => env[name] ?? '');
  const own = servers.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  return named.includes(host) || [...publicServers, ...own].includes(new URL(webURL).origin);
}

/** The token of the provider's variables; undefined where none is set. In Gitea's own Actions it has GitHub's name. */
export function tokenOf({ key, tokens }: Provider, env: Variables): string | undefined {
  const names =
    key === 'gitea' && (env['GITEA_ACTIONS'] || env['FORGEJO_ACTIONS']) ? [...tokens, 'GITHUB_TOKEN'] : tokens;
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
