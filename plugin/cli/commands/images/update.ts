/**
 * `waybill images update -e ENV [IMAGE…]`: what the strategies of waybill.yaml choose becomes what the lock says.
 */
import { collect, type Define, newCommand, UsageError } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { checkoutsOf, deliveryOf, outputOption, report, showSourceLines, withDelivery } from './delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('update', [
      'waybill images update -e staging -C apps/shop --dry-run',
      'waybill images update -e staging -C apps --all --push',
      'waybill images update -e production docker.io/library/redis --pull-request-branch',
    ])
      .description(
        'Ask the registries which tags the strategies of waybill.yaml choose, and write them into the locks: of all images and applications, or of none. Only locks are written; where there are none, use images set.',
      )
      .argument('[images...]', 'only these images (default: all that have a strategy)')
      .requiredOption('-e, --environment <env>', 'the environment'),
  )
    .option('--all', 'in every application below the directory that has the environment, as one commit')
    .option('--application <dir>', 'in this application, or a glob of them (repeatable), as one commit', collect, [])
    .option('--dry-run', 'print what would change, and write nothing')
    .option('--allow-downgrade', 'go back where the strategy finds only older versions')
    .option('--refresh', 'ask anew about tags that were read before, where tags may have moved')
    .option('--allow-held', 'write a version that the lock holds back, and take the hold away')
    .option('--keep-going', 'update the applications that can be when others cannot; the exit code is 1 all the same')
    .addOption(outputOption())
    .action(async (images, options) => {
      const { environment, all = false, application, dryRun } = options;
      if (all && application.length > 0) throw new UsageError('--all and --application exclude each other');
      if (dryRun && (options.commit || options.push || options.pullRequestBranch))
        throw new UsageError('--dry-run excludes --commit, --push and --pull-request-branch');
      showSourceLines(session);
      const [{ detectCi }, { cacheFolder }, { createRegistry }, { updateImages }] = await Promise.all([
        import('../../../ci/detect.ts'),
        import('../../../files/cache-folder.ts'),
        import('../../../registries/client.ts'),
        import('../../../updates/update.ts'),
      ]);
      const ci = detectCi(session.env, () => undefined);
      const delivery = deliveryOf(session, options);
      const updating = updateImages(
        {
          environment,
          images,
          all,
          applications: application,
          allowDowngrade: options.allowDowngrade ?? false,
          refresh: options.refresh ?? false,
          keepGoing: options.keepGoing ?? false,
          allowHeld: options.allowHeld ?? false,
          registry: createRegistry({ env: session.env, cacheFolder: cacheFolder(session.env, 'registries') }),
          checkouts: checkoutsOf(session, ci),
          trigger: ci?.run,
        },
        { ...delivery, to: dryRun ? 'nowhere' : delivery.to },
      );
      const { result, ...delivered } = await session.during('asking registries', updating);
      const { outcomes, failures } = result;
      if (outcomes.length === 0 && failures.length === 0)
        session.note(
          `no image of ${environment} has a strategy in waybill.yaml${all || application.length > 0 ? '' : ' (--all looks into the applications below)'}`,
        );
      report(session, { ...delivered, result: outcomes }, options.output, dryRun);
      session.report(failures);
      session.finish(failures.length > 0 ? exitCodes.wrongInput : exitCodes.done);
    });
