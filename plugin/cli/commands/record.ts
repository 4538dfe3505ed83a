/**
 * `waybill record`: prints the record of one environment, for Applications that Argo CD renders without the sidecar; or
 * writes it into its file, with the images that it speaks of.
 */
import { realpathSync } from 'node:fs';
import { Option } from '@commander-js/extra-typings';
import { environmentFor, makeNativeRecords } from '../../native/records.ts';
import { writeResources } from '../../output/stream.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';
import { deliveryOf, reportDelivery, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('record', [
      'waybill record -e production -C apps/user-service',
      'waybill record -e production --app user-service-production --namespace ecotrack',
      'waybill record -e production -C apps/user-service --write --push',
      'waybill record -e production -C apps/redis --patch',
    ])
      .description(
        'Print the record of an environment, made from its lock: the ConfigMaps that identify a deployment, to commit to Git. With the ' +
          'same --app and --namespace, they are those that a render by the sidecar adds.',
      )
      .argument('[dir]', 'the application directory', '.')
      .addOption(renderOptions.environment())
      .addOption(renderOptions.app())
      .addOption(renderOptions.namespace())
      .addOption(renderOptions.project())
      .addOption(renderOptions.value())
      .addOption(renderOptions.kubeVersion())
      .addOption(renderOptions.apiVersions())
      .addOption(renderOptions.root())
      .addOption(
        new Option('-o, --output <format>', 'output format')
          .choices(['yaml', 'json'] as const)
          .default('yaml' as const),
      )
      .option('--patch', 'print the patch of the Application that adds the record as an extra source')
      .option('--write', "update the record's file, and the images in the source's files, from the lock"),
  ).action(async (directory, options) => {
    const { write = false, patch = false, environment, commit, push, pullRequestBranch } = options;
    if (write && patch) throw new UsageError('--write and --patch exclude each other');
    if (!write && (commit || push || pullRequestBranch))
      throw new UsageError('--commit, --push and --pull-request-branch need --write');
    const request = renderRequest(session, directory, options, true);
    const said = environmentFor(request).app.name;
    if (options.app !== undefined && options.app !== said)
      throw new UsageError(`--app ${options.app}: record.application in waybill.yaml is ${said}`);
    if (write) {
      if (environment === undefined) throw new UsageError('give the environment: -e ENV');
      if (options.app !== undefined || options.namespace !== undefined)
        throw new UsageError(
          '--write takes application and namespace from waybill.yaml (record.application, namespace)',
        );
      const { writeRecord } = await import('../../updates/record.ts');
      const delivery = { ...deliveryOf(session, options), directory: realpathSync(session.path(directory)) };
      reportDelivery(session, await writeRecord(environment, delivery));
    } else if (patch) {
      const { patchFor } = await import('../../updates/extra-source.ts');
      session.print(await patchFor(request, realpathSync(session.path(directory))));
    } else {
      const records = await session.during('rendering …', makeNativeRecords(request));
      if (records.length === 0) session.note('there is no record: no image has a known source commit');
      session.print(writeResources(records, options.output));
    }
    session.finish();
  });
