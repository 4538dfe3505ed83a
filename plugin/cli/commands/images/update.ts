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
        'Query the registries for the tags that the strategies of waybill.yaml select, and write them into the locks, for all images and applications or for none. Only locks are written; for applications without locks, use images set.',
      )
      .argument('[images...]', 'only these images (default: all with a strategy)')
      .requiredOption('-e, --environment <env>', 'the environment'),
  )
    .option('--all', 'in every application below the directory that has the environment, in one commit')
    .option('--application <dir>', 'in this application, or those of a glob (repeatable), in one commit', collect, [])
    .option('--dry-run', 'print the changes without writing them')
    .option('--allow-downgrade', 'allow older versions if the strategy finds no other')
    .option('--refresh', 'request cached tags again, for repositories whose tags move')
    .option('--allow-held', 'allow a held version, and remove its hold')
    .option('--keep-going', 'continue with the other applications after an error; the exit code is still 1')
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
