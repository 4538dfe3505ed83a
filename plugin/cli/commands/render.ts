/**
 * `waybill render`: prints the resources of one application for one environment.
 */
import { Option } from '@commander-js/extra-typings';
import { writeResources } from '../../output/stream.ts';
import { render } from '../../render.ts';
import { type Define, newCommand } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';

export const define: Define = (session) =>
  newCommand('render', [
    'waybill render apps/user-service -e production',
    'waybill render apps/user-service -e production --image ghcr.io/acme/user-service=:1.4.2',
    'waybill render apps/user-service -e production -o json | jq .kind',
    'waybill render --all -e production --output-dir rendered',
  ])
    .description(
      'Print the resources of an application. With -o json and the same --app and --namespace, the output is byte for byte what the plugin returns to Argo CD.',
    )
    .argument('[dir]', 'the application directory', '.')
    .addOption(renderOptions.environment())
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.project())
    .addOption(renderOptions.image())
    .addOption(renderOptions.value())
    .addOption(renderOptions.preview())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .option('--no-stamp', 'omit annotations and records')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['yaml', 'json'] as const).default('yaml' as const),
    )
    .option('--output-dir <dir>', 'write one file for each resource instead of printing them')
    .option('--all', 'every application at and below the directory, in all environments or those named by -e')
    .action(async (directory, options) => {
      if (options.all) {
        const { renderAll } = await import('./render-all.ts');
        await renderAll(session, directory, options);
        return;
      }
      const { resources } = await session.during(
        'rendering …',
        render(renderRequest(session, directory, options, options.stamp)),
      );
      if (options.outputDir === undefined) {
        session.print(writeResources(resources, options.output));
      } else {
        const { writeOutputDirectory } = await import('../../output/files.ts');
        await writeOutputDirectory(resources, options.output, session.path(options.outputDir));
      }
      session.finish();
    });
