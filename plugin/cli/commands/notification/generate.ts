/**
 * `waybill notifications generate`: writes the settings of the notifications controller from notifications.yaml.
 */
import { writeFileSync } from 'node:fs';
import { Option } from '@commander-js/extra-typings';
import { formats } from '../../../notifications/generate/formats/formats.ts';
import { makeProduct } from '../../../notifications/generate/product.ts';
import { type Define, newCommand } from '../../command.ts';
import { readInput } from './read.ts';

const examples = [
  'waybill notifications generate | kubectl apply --server-side -f -',
  'waybill notifications generate --format kustomize --output components/notifications/kustomization.yaml',
  'waybill notifications generate --format helm-values --output values-notifications.yaml',
];

export const define: Define = (session) =>
  newCommand('generate', examples)
    .description(
      "Generate the settings with which Argo CD's own notifications controller reports every deployment to its source commit.",
    )
    .option('-f, --file <file>', 'the configuration', 'notifications.yaml')
    .addOption(new Option('--format <format>', 'the output format').choices(formats.names).default(formats.names[0]))
    .option('--merge <file>', 'keep the settings of this ConfigMap (or chart values)')
    .option('--output <file>', 'write to this file instead of stdout')
    .action(({ file, format, merge: own, output }) => {
      const text = readInput(session, file).toString('utf8');
      const theirs = own === undefined ? undefined : readInput(session, own).toString('utf8');
      session.readSource = (name) => (name === file ? text : name === own ? theirs : undefined);
      const kept = own === undefined ? undefined : { file: own, text: theirs ?? '' };
      const { text: product, warnings } = makeProduct({ file, text }, kept, format);
      for (const warning of warnings) session.warn(warning);
      if (output === undefined) session.print(product);
      else writeFileSync(session.path(output), product);
      session.finish();
    });
