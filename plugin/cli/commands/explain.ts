/**
 * `waybill explain`: for each field, every value it had and who set it.
 */
import { Option } from '@commander-js/extra-typings';
import { explain, isChanged } from '../../explain/explain.ts';
import { formatJson } from '../../explain/json.ts';
import { parseSelection, select } from '../../explain/select.ts';
import { formatFields, formatSummary } from '../../explain/text.ts';
import type { Change } from '../../provenance/change.ts';
import { render } from '../../render.ts';
import { type Define, newCommand } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';

export const define: Define = (session) =>
  newCommand('explain', [
    'waybill explain apps/user-service -e production',
    'waybill explain apps/user-service -e production --resource Deployment/user-service',
    "waybill explain apps/user-service -e production --resource 'Deployment/user-service:spec.template.spec.containers.[name=main].image'",
  ])
    .description(
      'Show the origin of fields: every value that a field had, and the file and line, overlay, lock or override that set it. ' +
        'Without --resource: a summary of every resource.',
    )
    .argument('[dir]', 'the application directory', '.')
    .addOption(renderOptions.environment())
    .option(
      '--resource <kind/name[:field.path]>',
      'the changed fields of a resource, or one field and all fields below it',
    )
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.project())
    .addOption(renderOptions.image())
    .addOption(renderOptions.value())
    .addOption(renderOptions.preview())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (directory, options) => {
      const changes: Change[] = [];
      const request = renderRequest(session, directory, options, true);
      const result = await session.during(
        'rendering …',
        render({ ...request, record: (change) => changes.push(change) }),
      );
      const histories = explain(result, changes, request.tree);
      if (options.resource !== undefined) {
        const selected = select(histories, parseSelection(options.resource), result);
        if (options.output === 'json') session.print(formatJson(selected));
        else session.show(formatFields(selected));
      } else if (options.output === 'json') {
        session.print(formatJson(histories.map((one) => ({ ...one, fields: one.fields.filter(isChanged) }))));
      } else session.show(formatSummary(histories));
      session.finish();
    });
