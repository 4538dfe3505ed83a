/**
 * The one list of Git providers: adding one is a file in providers/ and a line here.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { commitURL, parseRepository } from '../record/repository.ts';
import type { JsonObject } from '../resources/json.ts';
import type { HandbackApplication } from '../schemas/handback.generated.ts';
import type { HandbackConfig } from './config.ts';
import { provider as azureDevOps } from './providers/azure-devops.ts';
import { provider as bitbucket } from './providers/bitbucket.ts';
import { provider as gitea } from './providers/gitea.ts';
import { provider as github } from './providers/github.ts';
import { provider as gitlab } from './providers/gitlab.ts';
import type { Provider, ProviderScript } from './providers/provider.ts';

const providers: readonly Provider[] = [github, gitlab, bitbucket, azureDevOps, gitea];

/** The keys of handback.yaml that name a provider. */
export const providerKeys: readonly string[] = providers.map(({ key }) => key);

/** The provider of an application's source repository, and how scripts speak to it. */
export interface ProviderOf {
  readonly provider: Provider;
  readonly statusScript: ProviderScript;
  /** The page of the source commit, up to the commit. */
  readonly commitPage: string;
}

/** An ssh URL names no port of the web server. */
const name = (host: string): string => host.replace(/:\d+$/u, '');

/**
 * The provider whose host the application's source repository is at; undefined when handback.yaml names no provider
 * at all. Failure `handback-missing` when it names others only.
 */
export function providerOf({ file, locate }: HandbackConfig, application: HandbackApplication): ProviderOf | undefined {
  const known = providers.flatMap((provider) => {
    const host = provider.host(file);
    return host === undefined ? [] : [{ provider, host }];
  });
  if (known.length === 0) return undefined;
  const repository = parseRepository(application.sourceRepository);
  const found = known.find(({ host }) => repository !== undefined && name(repository.host) === name(host));
  if (found === undefined || repository === undefined) {
    throw failure('handback-missing', `${application.sourceRepository} is at no provider that this file names`, {
      location: locate(['applications', file.applications.indexOf(application), 'sourceRepository']),
      help: [
        `This file has ${known.map(({ provider, host }) => `${provider.key} (${host})`).join(', ')}.`,
        `Add the block of its provider: one of ${providerKeys.join(', ')}.`,
      ],
    });
  }
  return {
    provider: found.provider,
    statusScript: found.provider.statusScript(file, repository),
    commitPage: commitURL(repository, ''),
  };
}

/**
 * Argo CD reports to the repositories of the owner that the provider's block names, and to no others: the tests of an
 * application elsewhere would never start. Failure `handback-missing` with each such application.
 */
export function checkOwners({ file, locate }: HandbackConfig): void {
  attemptAll(file.applications.entries(), ([index, { name: service, sourceRepository }]) => {
    const repository = parseRepository(sourceRepository);
    const provider = providers.find((one) => {
      const host = one.host(file);
      return repository !== undefined && host !== undefined && name(host) === name(repository.host);
    });
    const owners = provider?.owners(file) ?? [];
    if (repository === undefined || provider === undefined || owners.length === 0) return;
    const its = `${repository.owner.toLowerCase()}/`;
    if (owners.some((owner) => its.startsWith(`${owner.toLowerCase()}/`))) return;
    throw failure(
      'handback-missing',
      `deployments of ${service} would not be reported: ${provider.key} does not name ${repository.owner}`,
      {
        location: locate(['applications', index, 'sourceRepository']),
        help: [
          `${provider.title} receives statuses for the repositories of ${listNames(owners)}, as ${provider.key} in this file says.`,
          provider.key === 'github'
            ? `Add the App's installation there: organizations: [{ organization: ${repository.owner}, installationID: ID }] below github.`
            : 'Write a separate handback.yaml for its applications, and write both owners into notifications.yaml (docs/notifications/configuration.md).',
        ],
      },
    );
  });
}

/** The blocks of notifications.yaml of the providers that the configuration names. Failure as {@link checkOwners}. */
export function providerBlocks(config: HandbackConfig): JsonObject {
  const { file } = config;
  checkOwners(config);
  return Object.fromEntries(
    providers.flatMap(({ key, notifications }) => {
      const blocks = notifications(file);
      return blocks.length === 0 ? [] : [[key, blocks]];
    }),
  );
}

/** Whether any provider starts tests by commit statuses, whose names must then say the environment. */
export function byStatus({ file }: HandbackConfig): boolean {
  return providers.some((provider) => provider.host(file) !== undefined && provider.byStatus(file));
}
