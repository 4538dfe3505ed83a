/**
 * `waybill new KIND NAME`: a repository from a template.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { fill, templateOf, valuesOf } from '../../new/template.ts';
import { templates } from '../../new/templates.generated.ts';
import { writeFiles } from '../../updates/write-files.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { pairs, renderOptions } from '../options/render.ts';
import { table } from '../table.ts';

/** What somebody has changed is not overwritten; what is there as it would be written is no obstacle to a repetition. */
function checkNew(root: string, files: ReadonlyMap<string, string>): void {
  const changed = [...files].flatMap(([file, text]) => {
    const path = join(root, file);
    return existsSync(path) && !(statSync(path).isFile() && readFileSync(path, 'utf8') === text) ? [file] : [];
  });
  if (changed.length === 0) return;
  const count = changed.length === 1 ? '1 file is' : `${changed.length} files are`;
  throw failure('template-target', `${count} there and different: ${listNames(changed)}`, {
    location: { file: root },
    help: ['Name another folder with --into, or move them away. Nothing was written.'],
  });
}

export const define: Define = (session) =>
  newCommand('new', [
    'waybill new --list',
    'waybill new deployment web --value organization=globex --value domain=globex.dev --value registry=ghcr.io',
    'waybill new app-of-apps globex --value timezone=America/New_York --into argocd-apps',
  ])
    .description('Write a repository from a template: an example with your names.')
    .argument('[kind]', 'which template')
    .argument('[name]', 'the name of the service, tool or organisation')
    .addOption(renderOptions.value())
    .option('--into <dir>', 'the folder to write to (default: by the template)')
    .option('--list', 'print the templates and their values')
    .action((kind, name, options) => {
      if (options.list) {
        const rows = Object.entries(templates).map(([one, { description, values }]) => [
          one,
          description,
          Object.keys(values).join(', '),
        ]);
        session.print(table(['kind', 'is', 'values'], rows));
        session.finish();
        return;
      }
      if (kind === undefined || name === undefined)
        throw new UsageError('expected KIND and NAME; --list shows the kinds');
      const template = templateOf(templates, kind);
      const { directory, files } = fill(template, valuesOf(template, name, pairs(options.value ?? [])));
      const root = session.path(options.into ?? directory);
      checkNew(root, files);
      writeFiles(root, files, false);
      session.note(`${options.into ?? directory}: ${files.size} files are written`);
      session.finish();
    });
