/**
 * `waybill record`: prints the record of one environment, for Applications that Argo CD renders without the sidecar.
 */
import { Option } from '@commander-js/extra-typings';
import { makeNativeRecords } from '../../native/records.ts';
import { type Define, newCommand } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';

export const define: Define = (session) =>
  newCommand('record', [
    'waybill record -e production -C apps/user-service',
    'waybill record -e production --app user-service-production --namespace ecotrack',
  ])
    .description(
      'Print the record of an environment by its lock: the manifests by which deployments are reported, for Git. With the ' +
        'same --app and --namespace they are those that a render by the sidecar adds.',
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
      new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json'] as const).default('yaml' as const),
    )
    .action(async (directory, options) => {
      const request = renderRequest(session, directory, options, true);
      const records = await session.during('rendering …', makeNativeRecords(request));
      if (records.length === 0) session.note('there is no record: no image has a known source commit');
      const { writeResources } = await import('../../output/stream.ts');
      session.print(writeResources(records, options.output));
      session.finish();
    });
