/**
 * `waybill rollback -e ENV [IMAGE…]`: run again what ran before.
 */
import { detectCi } from '../../ci/detect.ts';
import { rollback } from '../../promotion/rollback.ts';
import { sentenceOf } from '../../promotion/states.ts';
import { collect, type Define, newCommand, UsageError } from '../command.ts';
import { count } from '../numbers.ts';
import { reportsOf } from '../options/statuses.ts';
import { checkoutsOf, deliveryOf, outputOption, report, showSourceLines, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('rollback', [
      'waybill rollback -e production --push',
      'waybill rollback -e production ghcr.io/acme/user-service --steps 2 --pull-request-branch',
      'waybill rollback -e production --to 8f3c0e7 --commit',
      'waybill rollback -e production --all -C apps --to 8f3c0e7 --push',
    ])
      .description(
        "Restore earlier entries of an environment's lock from the history of git, as a new commit, and hold the replaced versions. States whose deployment did not succeed are skipped, if GITHUB_TOKEN or --statuses gives access to their results.",
      )
      .argument('[images...]', 'only these images (default: all with differences)')
      .requiredOption('-e, --environment <env>', 'the environment')
      .option('--to <commit>', 'restore the lock as of this commit')
      .option(
        '--steps <number>',
        'how many states to go back (default: 1, unless the lock is already rolled back)',
        count,
      )
      .option('--all', 'in every application below the directory that has a lock of the environment, in one commit')
      .option('--application <dir>', 'in this application, or those of a glob (repeatable), in one commit', collect, [])
      .option('--reason <text>', 'the reason, shown when a command refuses the held version')
      .option('--allow-held', 'also restore held versions, and remove their holds')
      .option(
        '--statuses <file>',
        'read the reported states from this file instead of GitHub: JSON lines of context, state and commit; - is standard input',
      )
      .option('--any-state', 'restore the last different state without checking that it was healthy')
      .option('--status <context>', 'also require this commit status (repeatable)', collect, [])
      .option('--app <name>', "the application's name in statuses (default: the directory's)"),
  )
    .addOption(outputOption())
    .action(async (images, options) => {
      const { environment, to, steps, all = false, application, app, reason } = options;
      if (to !== undefined && steps !== undefined) throw new UsageError('--to and --steps exclude each other');
      if (steps === 0) throw new UsageError('--steps begins at 1');
      if (all && application.length > 0) throw new UsageError('--all and --application exclude each other');
      if (app !== undefined && (all || application.length > 0))
        throw new UsageError('--app names one application: it excludes --all and --application');
      showSourceLines(session);
      const { statuses, status: contexts, anyState = false } = options;
      const mayAsk = to === undefined && !anyState;
      if (!mayAsk && statuses !== undefined) throw new UsageError('--statuses has no effect with --to and --any-state');
      const known = mayAsk ? await reportsOf(session, statuses) : undefined;
      if (contexts.length > 0 && !known)
        throw new UsageError('--status needs GITHUB_TOKEN or --statuses FILE, and excludes --to and --any-state');
      const { result, ...delivered } = await rollback(
        {
          environment,
          images,
          to,
          steps,
          all,
          applications: application,
          reason,
          allowHeld: options.allowHeld ?? false,
          run: detectCi(session.env, () => undefined)?.run,
          checkouts: checkoutsOf(session, undefined),
          reports: known && { ...known, app, contexts },
        },
        deliveryOf(session, options),
      );
      for (const one of result.judged) session.note(sentenceOf(one));
      if (result.done.length > 0) session.note(`rolled back by this CI run already: ${result.done.join(', ')}`);
      if (mayAsk && !known)
        session.note('it was not checked whether that state was healthy: set GITHUB_TOKEN, or use --statuses');
      report(session, { ...delivered, result: result.outcomes }, options.output);
      session.finish();
    });
