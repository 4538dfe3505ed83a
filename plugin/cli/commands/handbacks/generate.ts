/**
 * `waybill handback generate PATTERN`: writes the files of a pattern.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Argument } from '@commander-js/extra-typings';
import { readHandbackConfig } from '../../../handback/config.ts';
import { generateFiles, patternNames } from '../../../handback/generate.ts';
import { leftOver } from '../../../handback/left-over.ts';
import { type Define, newCommand } from '../../command.ts';
import { readInput } from '../notification/read.ts';

const examples = [
  'waybill handback generate commit-status -f handback.yaml --output-dir out',
  'waybill handback generate event-files',
];

export const define: Define = (session) =>
  newCommand('generate', examples)
    .description(
      'Write the files of a pattern. The first folder shows where each belongs: cluster, manifests/APPLICATION, source/APPLICATION, events, tekton.',
    )
    .addArgument(new Argument('<pattern>', 'the pattern').choices(patternNames))
    .option('-f, --file <file>', 'the configuration', 'handback.yaml')
    .option(
      '--output-dir <dir>',
      'the folder to write to; without it, all files are printed, each after a line `# file: PATH`',
    )
    .action((pattern, { file, outputDir }) => {
      const text = readInput(session, file).toString('utf8');
      session.readSource = (name) => (name === file ? text : undefined);
      const files = generateFiles(pattern, readHandbackConfig(text, file));
      for (const made of files) {
        if (outputDir === undefined) {
          session.print(`# file: ${made.path}\n${made.text}\n`);
          continue;
        }
        const path = join(session.path(outputDir), made.path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, made.text);
        if (path.endsWith('.sh')) chmodSync(path, 0o755);
        session.note(`wrote ${join(outputDir, made.path)}`);
      }
      if (outputDir !== undefined) {
        const paths = files.map(({ path }) => path);
        for (const path of leftOver(session.path(outputDir), paths))
          session.note(`${join(outputDir, path)} is of an earlier run and is not made any more: remove it`);
      }
      session.finish();
    });
