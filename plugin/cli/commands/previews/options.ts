/**
 * What the commands of `waybill preview` have in common: options, and the provider that they reach.
 */
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { detectCi, readCiFile } from '../../../ci/detect.ts';
import { createAsk, newBudget, Refused, Unavailable } from '../../../fleet/providers/ask.ts';
import { createHttp } from '../../../http/http.ts';
import type { Preview } from '../../../previews/preview.ts';
import { previewProvider, previewProviderKeys } from '../../../previews/providers.ts';
import { createSend } from '../../../previews/send.ts';
import { UsageError } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { wholeNumber } from '../../numbers.ts';
import { accessTo, repositoryOf, requireProvider } from '../../options/source-provider.ts';
import type { Session } from '../../session.ts';

/** The options that every command has. */
export interface PreviewOptions {
  readonly service: string;
  readonly domain: string;
  readonly label: string;
  readonly repository?: string | undefined;
  readonly provider?: string | undefined;
  readonly apiUrl?: string | undefined;
}

/** The options of commands for one pull request. */
export interface PullOptions extends PreviewOptions {
  readonly number?: number | undefined;
  readonly commit?: string | undefined;
}

/** Adds the options that every command has. */
export function withPreview<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .requiredOption('--service <name>', 'the service: Applications are named <service>-preview-<number>')
    .requiredOption('--domain <domain>', "the previews' domain: hosts are <branch as an RFC 1123 label>.<domain>")
    .option('--label <label>', 'what asks for a preview: the label, at Bitbucket [label] in the title', 'preview')
    .option('--repository <url>', "the source repository (default: the CI run's)")
    .addOption(
      new Option('--provider <name>', 'the Git provider (default: by the host or the CI system)').choices(
        previewProviderKeys,
      ),
    )
    .option('--api-url <url>', "the provider's API (default: by the repository's URL)");
}

/** Adds the options of commands for one pull request. */
export function withPull<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .addOption(new Option('--number <number>', "the pull request (default: the CI run's)").argParser(wholeNumber))
    .option('--commit <sha>', "its head commit, 40 digits (default: the CI run's)");
}

/** The pull request and its head commit. */
export function pullOf(session: Session, options: PullOptions): { readonly number: number; readonly commit: string } {
  const facts = detectCi(session.env, readCiFile);
  const number = options.number ?? facts?.pullRequest;
  const commit = options.commit ?? facts?.commit;
  if (number === undefined) throw new UsageError('give --number: this is no pipeline of a pull request');
  if (commit === undefined || !/^[0-9a-f]{40}$/u.test(commit))
    throw new UsageError(`--commit ${commit ?? ''}: give the full head commit, 40 hexadecimal digits`);
  return { number, commit };
}

/** Everything that the commands share, for one run. */
export function previewOf(session: Session, options: PreviewOptions): Preview {
  const { service, domain, label } = options;
  if (!/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/u.test(service))
    throw new UsageError(`--service ${service}: this is no name of an Application`);
  if (!/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/u.test(domain))
    throw new UsageError(`--domain ${domain}: this is no domain`);
  if (label.trim() === '') throw new UsageError('--label: give a label');
  const facts = detectCi(session.env, readCiFile);
  const repository = repositoryOf(options.repository, facts);
  const found = requireProvider(repository, options.provider, session);
  const provider = previewProvider(found.key);
  if (!provider)
    throw new UsageError(`${found.title}: previews have workflows of their own, see \`waybill new previews\``);
  const { token, base } = accessTo(found, repository, options.apiUrl, session);
  const headers = found.headers(token);
  const http = createHttp({ env: session.env, retries: 3, timeoutMs: 20_000 });
  const once = createHttp({ env: session.env, retries: 0, timeoutMs: 20_000 });
  const ask = createAsk({ base, headers, http, budget: newBudget() });
  return {
    pulls: provider.pullRequests({ repository, ask, send: createSend({ base, headers, http, once }) }),
    repository,
    token,
    hasLabels: provider.hasLabels,
    label,
    service,
    domain,
    // Statuses must have an address at some providers.
    run: facts?.run ?? repository.webURL,
    reports: async (commit) =>
      await found.reports(ask, { repository, commit, branch: undefined, environment: 'preview' }),
    now: () => Date.now(),
    note: (line) => session.note(line),
  };
}

/** Runs a command; a provider that refuses or does not answer ends it with 4. */
export async function reaching(session: Session, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
    session.note(error.message);
    session.finish(exitCodes.remoteRefused);
  }
}
