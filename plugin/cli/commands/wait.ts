/**
 * `waybill wait -e ENV`: a CI step that ends when its own commit is deployed, has failed or was superseded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import { clean } from '../../fleet/views/cells.ts';
import { providerKeys } from '../../fleet/providers/providers.ts';
import type { Report } from '../../fleet/providers/provider.ts';
import type { WaitResult } from '../../fleet/wait.ts';
import type { CiFacts } from '../../ci/facts.ts';
import { detectCi, readCiFile } from '../../ci/detect.ts';
import { collect, type Define, newCommand, UsageError } from '../command.ts';
import { duration } from '../numbers.ts';
import type { Session } from '../session.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

const codes: Readonly<Record<WaitResult['end'], ExitCode>> = {
  deployed: exitCodes.done,
  failed: exitCodes.wrongInput,
  superseded: exitCodes.superseded,
  time: exitCodes.timedOut,
};

async function commitOf(session: Session, typed: string | undefined, facts: CiFacts | undefined): Promise<string> {
  const revision = typed ?? facts?.commit ?? 'HEAD';
  if (/^[0-9a-f]{40}$/u.test(revision)) return revision;
  const { WorkTree } = await import('../../git/work-tree.ts');
  const tree = await WorkTree.open(session.cwd, session.env).catch(() => undefined);
  const found = await tree?.resolve(revision);
  if (found === undefined) throw new UsageError(`--commit ${revision}: give the full commit, 40 hexadecimal digits`);
  return found;
}

function branchOf(typed: string | undefined, facts: CiFacts | undefined): string | undefined {
  return typed ?? /^refs\/heads\/(.+)$/u.exec(facts?.ref ?? '')?.[1];
}

function reportLine({ environment, context, state, description, url }: Report): string {
  const words = clean([description, url].filter(Boolean).join(' '));
  return `${clean(environment ?? context ?? '')}: ${state}${words === '' ? '' : `: ${words}`}\n`;
}

function lines(result: WaitResult, what: string): string {
  const reports = result.reports.map(reportLine).join('');
  if (result.end === 'deployed') return `${reports}${what} is deployed\n`;
  if (result.end === 'failed') return `${reports}${what} has failed\n`;
  if (result.end === 'superseded')
    return `${reports}${what} was superseded${result.by === undefined ? '' : ` by ${result.by}`}\n`;
  const problem = result.problem === undefined ? '' : `; the last response: ${clean(result.problem)}`;
  const nothing = result.reports.length === 0 ? ': nothing was reported of it' : '';
  return `${reports}the time is over, and ${what} is not deployed${nothing}${problem}\n`;
}

export const define: Define = (session) =>
  newCommand('wait', [
    'waybill wait -e staging',
    'waybill wait -e production --commit "$SHA" --repository https://github.com/acme/web --timeout 30m',
  ])
    .description(
      'Wait until a source commit is deployed to an environment, as reported to its Git provider. Exits with 0 if it is deployed, 1 if it failed (with the message of the failed resource), 7 if a newer commit superseded it, 6 after the timeout.',
    )
    .requiredOption('-e, --environment <env>', 'the reported name of the environment')
    .option('--commit <sha>', "the source commit (default: the CI run's, else HEAD)")
    .option('--repository <url>', "the source repository (default: the CI run's)")
    .option('--branch <name>', "the branch whose newer commits can supersede it (default: the CI run's)")
    .option(
      '--application <name>',
      'use the commit status of this Application (repeatable; default: those with the environment in their name)',
      collect,
      [],
    )
    .option('--context <name>', 'use the commit status with this context (repeatable)', collect, [])
    .addOption(
      new Option('--provider <name>', 'the Git provider (default: by the host or the CI system)').choices(providerKeys),
    )
    .option('--api-url <url>', "the provider's API (default: by the repository's URL)")
    .addOption(new Option('--timeout <time>', 'how long to wait').argParser(duration).default(1800, '30m'))
    .addOption(
      new Option('--interval <time>', 'time between two requests; longer if the provider limits requests')
        .argParser(duration)
        .default(4, '4s'),
    )
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (options) => {
      const { environment, application, context, timeout, interval, output } = options;
      const facts = detectCi(session.env, readCiFile);
      const [{ accessTo, repositoryOf, requireProvider }, { createAsk, newBudget, Refused }, { waitForDeployment }] =
        await Promise.all([
          import('../options/source-provider.ts'),
          import('../../fleet/providers/ask.ts'),
          import('../../fleet/wait.ts'),
        ]);
      const { createHttp } = await import('../../http/http.ts');
      const repository = repositoryOf(options.repository, facts);
      const provider = requireProvider(repository, options.provider, session);
      const { token, base } = accessTo(provider, repository, options.apiUrl, session);
      const commit = await commitOf(session, options.commit, facts);
      const budget = newBudget();
      const http = createHttp({ env: session.env, retries: 1, timeoutMs: 20_000, longestWaitMs: 1000 });
      const what = `${repository.owner}/${repository.name}@${commit.slice(0, 12)} in ${clean(environment)}`;
      const clock = { now: () => Date.now(), sleep: async (ms: number) => await sleep(ms) };
      try {
        const result = await waitForDeployment({
          provider,
          ask: createAsk({ base, headers: provider.headers(token), http, budget }),
          wanted: { repository, commit, branch: branchOf(options.branch, facts), environment },
          applications: application,
          contexts: context,
          budget,
          deadline: Date.now() + timeout * 1000,
          interval: interval * 1000,
          clock,
          note: (line) => session.note(line),
        });
        const { end, reports } = result;
        const by = result.end === 'superseded' ? result.by : undefined;
        const json = { result: end, repository: repository.webURL, commit, environment, supersededBy: by, reports };
        if (output === 'json') session.print(`${JSON.stringify(json)}\n`);
        else session.show(lines(result, what));
        session.finish(codes[end]);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        session.note(error.message);
        session.finish(exitCodes.remoteRefused);
      }
    });
