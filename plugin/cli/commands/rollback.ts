/**
 * `waybill rollback -e ENV [IMAGE…]`: run again what ran before.
 */
import { basename } from 'node:path';
import { rollback, sentenceOf } from '../../promotion/rollback.ts';
import { slug } from '../../templates/slug.ts';
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
    ])
      .description(
        "Restore earlier entries of an environment's lock from the history of git, as a new commit. States whose deployment did not succeed are skipped, where GITHUB_TOKEN or --statuses lets them be read.",
      )
      .argument('[images...]', 'only these images (default: all that differ)')
      .requiredOption('-e, --environment <env>', 'the environment')
      .option('--to <commit>', 'the lock as it was after this commit')
      .option('--steps <number>', 'how many states to go back (default: 1)', count)
      .option(
        '--statuses <file>',
        'what was reported, instead of asking GitHub: JSON lines of context, state and commit; - is standard input',
      )
      .option('--any-state', 'the last state that differed, whatever became of it: ask nobody')
      .option('--status <context>', 'a commit status that must be green besides (repeatable)', collect, [])
      .option('--app <name>', "the application's name in statuses (default: the directory's)"),
  )
    .addOption(outputOption())
    .action(async (images, options) => {
      const { environment, to, steps = 1 } = options;
      if (to !== undefined && options.steps !== undefined) throw new UsageError('--to and --steps exclude each other');
      if (steps === 0) throw new UsageError('--steps begins at 1');
      showSourceLines(session);
      const { statuses, status: contexts, anyState = false } = options;
      const mayAsk = to === undefined && !anyState;
      const known = mayAsk ? await reportsOf(session, statuses) : undefined;
      if (contexts.length > 0 && !known)
        throw new UsageError('--status needs GITHUB_TOKEN or --statuses FILE, and excludes --to and --any-state');
      const app = options.app ?? slug(basename(session.path('.')) || 'application');
      const checkouts = checkoutsOf(session, undefined);
      const reports = known && { ...known, app, contexts };
      const { result, ...delivered } = await rollback(
        { environment, images, to, steps, checkouts, reports },
        deliveryOf(session, options),
      );
      for (const one of result.judged) session.note(sentenceOf(one));
      if (mayAsk && !known)
        session.note('nobody was asked whether that state was healthy: for that set GITHUB_TOKEN, or give --statuses');
      report(session, { ...delivered, result: result.outcomes }, options.output);
      session.finish();
    });
