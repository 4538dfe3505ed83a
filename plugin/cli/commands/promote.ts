/**
 * `waybill promote --from A --to B [IMAGE…]`: what one environment runs becomes what the next one runs.
 */
import { basename } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { detectCi } from '../../ci/detect.ts';
import { compareResources } from '../../diff/compare.ts';
import { format as formatDiff } from '../../diff/markdown.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { takeSnapshot, select } from '../../events/store.ts';
import { neededCacheFolder } from '../../files/cache-folder.ts';
import { Mirror } from '../../git/mirror.ts';
import { createGitRevisionTree } from '../../git/revision-tree.ts';
import { fileLimits } from '../../policy/policy.ts';
import type { FindEvent } from '../../promotion/gates.ts';
import { promote } from '../../promotion/promote.ts';
import { pullRequestText } from '../../promotion/pull-request.ts';
import { render } from '../../render.ts';
import { slug } from '../../templates/slug.ts';
import type { Delivered } from '../../updates/intent.ts';
import { type ImageOutcome, isChange } from '../../updates/outcome.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderRequest } from '../options/render.ts';
import { reportsOf } from '../options/statuses.ts';
import type { Session } from '../session.ts';
import { remoteOf } from './event/options.ts';
import { checkoutsOf, deliveryOf, report, showSourceLines, withDelivery } from './images/delivery.ts';

/** Fetches the events once, when the first gate asks. */
function eventFinder(
  session: Session,
  repository: string | undefined,
  branch: string,
  application: string | undefined,
): FindEvent | undefined {
  if (repository === undefined) return undefined;
  const remote = remoteOf(session, { repository, branch });
  let snapshot: ReturnType<typeof takeSnapshot> | undefined;
  return async (type, environment, commit) => {
    snapshot ??= Mirror.open(remote, neededCacheFolder(session.env, 'events')).then(
      async (mirror) => await takeSnapshot(mirror),
    );
    const { events } = await select(await snapshot, { type, application });
    // Events name environments as they are reported, which may be staging/user-service (reportAs).
    const isThere = (name: string): boolean => name === environment || name.startsWith(`${environment}/`);
    // The last word counts: tests that failed after they passed do not let an image through.
    const last = events.findLast(({ event }) => event?.data.sourceCommit === commit && isThere(event.data.environment));
    // Tests whose result nobody said have not passed.
    const unsaid = type === 'tests-complete' ? 'failure' : 'success';
    if (last?.event === undefined || (last.event.data.outcome ?? unsaid) !== 'success') return undefined;
    return new Date(last.event.time);
  };
}

/**
 * What the environment rendered before and renders now, as Markdown; undefined when one of them cannot be rendered here.
 * @param application tree path of its directory; undefined for the one that the command is started in
 */
async function renderedDiff(
  session: Session,
  environment: string,
  { commit }: Delivered<unknown>,
  application: string | undefined,
): Promise<string | undefined> {
  try {
    // Without the stamp: the records would repeat what the table above says.
    const here = renderRequest(session, '.', { environment }, false);
    const name = slug(basename(application ?? '')) || here.app.name;
    const app = { ...here.app, name, instance: name };
    const request = application === undefined ? here : { ...here, directory: application, app };
    const at = (revision: string) =>
      createGitRevisionTree(
        { root: request.tree.directory ?? '', revision, env: session.env },
        fileLimits(request.policy),
      );
    const before = at(commit === undefined ? 'HEAD' : `${commit}^`);
    const after = commit === undefined ? request.tree : at(commit);
    const [old, now] = [await render({ ...request, tree: before }), await render({ ...request, tree: after })];
    const title = application === undefined ? environment : `${application}: ${environment}`;
    return formatDiff(compareResources(old.resources, now.resources), title);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.note(`the difference could not be rendered: ${error.diagnostics[0]?.message ?? ''}`);
    return undefined;
  }
}

const notRendered = (application: string | undefined): string =>
  `${application === undefined ? 'It' : `\`${application}\``} could not be rendered here.\n`;

export const define: Define = (session) =>
  withDelivery(
    newCommand('promote', [
      'waybill promote --from staging --to production --push',
      'waybill promote --from staging --to production --all -C apps --pull-request-branch',
      'waybill promote --from staging --to production ghcr.io/acme/user-service --pull-request-branch -o markdown > body.md',
    ])
      .description(
        "Copy images with their source commits from one environment's lock to another's, if the gates of the target allow it.",
      )
      .argument('[images...]', 'only these images (default: all in the lock)')
      .requiredOption('--from <env>', 'the source environment')
      .requiredOption('--to <env>', 'the target environment')
      .option(
        '--statuses <file>',
        'read the statuses for the gates from this file instead of GitHub: JSON lines of context and state; - is standard input',
      )
      .option('--events-repository <url>', 'the Git repository of events for the gates')
      .option('--events-branch <name>', 'its branch', 'main')
      .option('--app <name>', "the application's name in events (default: any)")
      .option('--all', 'in every application below the directory, as one commit')
      .option('--allow-older', 'allow an older source commit')
      .option('--allow-held', 'allow a held version, and remove its hold'),
  )
    .addOption(
      new Option('-o, --output <format>', 'output format; markdown is the text of a pull request')
        .choices(['text', 'json', 'markdown'] as const)
        .default('text' as const),
    )
    .action(async (images, options) => {
      const { from, to, output } = options;
      if (from === to) throw new UsageError('--from and --to name the same environment');
      showSourceLines(session);
      const ci = detectCi(session.env, () => undefined);
      const checkouts = checkoutsOf(session, ci);
      const reports = await reportsOf(session, options.statuses);
      const findEvent = eventFinder(session, options.eventsRepository, options.eventsBranch, options.app);
      const delivery = deliveryOf(session, options);
      const done = await promote(
        {
          from,
          to,
          images,
          statuses: reports?.statuses,
          deployments: reports?.deployments,
          findEvent,
          now: () => new Date(),
          all: options.all ?? false,
          allowOlder: options.allowOlder ?? false,
          allowHeld: options.allowHeld ?? false,
          checkouts,
          trigger: ci?.run,
        },
        delivery,
      );
      if (output === 'markdown') {
        const outcomes: readonly ImageOutcome[] = done.result.filter(isChange);
        const rendered: string[] = [];
        for (const application of new Set(outcomes.map((one) => one.application)))
          rendered.push((await renderedDiff(session, to, done, application)) ?? notRendered(application));
        if (outcomes.length > 0)
          session.show(
            await pullRequestText({ from, to, outcomes, checkouts, env: session.env, rendered: rendered.join('\n') }),
          );
        report(session, done, undefined);
      } else report(session, done, output);
      session.finish();
    });
