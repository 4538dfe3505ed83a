/**
 * The source repository that a pipeline's command is about, and how its Git provider is reached: by options, else by what
 * the CI system provides.
 */
import type { CiFacts } from '../../ci/facts.ts';
import type { Provider } from '../../fleet/providers/provider.ts';
import { providerOf, tokenOf } from '../../fleet/providers/providers.ts';
import { parseRepository, type Repository } from '../../record/repository.ts';
import { UsageError } from '../command.ts';
import type { Session } from '../session.ts';

/** The source repository. @throws UsageError */
export function repositoryOf(typed: string | undefined, facts: CiFacts | undefined): Repository {
  const url = typed ?? facts?.repository;
  if (url === undefined)
    throw new UsageError('give --repository: the CI system does not provide the source repository');
  const repository = parseRepository(url);
  if (!repository) throw new UsageError(`--repository ${url}: this is no repository of a Git host`);
  return repository;
}

/** The provider of a repository. @throws UsageError */
export function requireProvider(repository: Repository, typed: string | undefined, { env }: Session): Provider {
  const provider = providerOf(repository, typed, env);
  if (!provider) throw new UsageError(`give --provider: the provider of ${repository.host} is unknown`);
  return provider;
}

/** The token, and the API's address without a final slash. @throws UsageError */
export function accessTo(
  provider: Provider,
  { webURL }: Repository,
  apiUrl: string | undefined,
  { env }: Session,
): { readonly token: string; readonly base: string } {
  const token = tokenOf(provider, env);
  if (token === undefined) throw new UsageError(`no token of ${provider.title}: set ${provider.tokens[0] ?? ''}`);
  const base = (apiUrl ?? provider.api(webURL)).replace(/\/+$/u, '');
  if (!URL.canParse(base)) throw new UsageError(`--api-url ${base}: this is no URL`);
  return { token, base };
}
