/**
 * `waybill init`: a first waybill.yaml from what is there.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { propose } from '../../init/init.ts';
import { type Define, newCommand } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';

export const define: Define = (session) =>
  newCommand('init', ['waybill init apps/user-service', 'waybill init apps/user-service --print'])
    .description(
      "Write a first waybill.yaml from what is there: kustomize overlays, helm's values files, images. " +
        'What is written has been rendered in every environment.',
    )
    .argument('[dir]', 'the application directory', '.')
    .option('--print', 'print the file instead of writing it', false)
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.root())
    .action(async (directory, { print, ...options }) => {
      const request = renderRequest(session, directory, options, true);
      const { file, text, environments } = await propose(request);
      if (print) session.print(text);
      else {
        writeFileSync(join(request.tree.directory ?? '', file), text, { flag: 'wx' });
        const [first] = environments;
        session.note(
          `${file} is written. Next: waybill render ${directory}${first === undefined ? '' : ` -e ${first}`}`,
        );
      }
      session.finish();
    });
