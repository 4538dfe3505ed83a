/**
 * `waybill rollback -e ENV [IMAGE…]`: run again what ran before.
 */
import { rollback } from '../../promotion/rollback.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { count } from '../numbers.ts';
import {
  checkoutsOf,
  deliveryOf,
  orRefusal,
  outputOption,
  report,
  showSourceLines,
  withDelivery,
} from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('rollback', [
      'waybill rollback -e production --push',
      'waybill rollback -e production ghcr.io/acme/user-service --steps 2 --pull-request-branch',
      'waybill rollback -e production --to 8f3c0e7 --commit',
    ])
      .description("Restore earlier entries of an environment's lock from the history of git, as a new commit.")
      .argument('[images...]', 'only these images (default: all that differ)')
      .requiredOption('-e, --environment <env>', 'the environment')
      .option('--to <commit>', 'the lock as it was after this commit')
      .option('--steps <number>', 'how many states to go back (default: 1)', count),
  )
    .addOption(outputOption())
    .action(async (images, options) => {
      const { environment, to, steps = 1 } = options;
      if (to !== undefined && options.steps !== undefined) throw new UsageError('--to and --steps exclude each other');
      if (steps === 0) throw new UsageError('--steps begins at 1');
      showSourceLines(session);
      await orRefusal(session, async () => {
        const checkouts = checkoutsOf(session, undefined);
        report(
          session,
          await rollback({ environment, images, to, steps, checkouts }, deliveryOf(session, options)),
          options.output,
        );
        session.finish();
      });
    });
