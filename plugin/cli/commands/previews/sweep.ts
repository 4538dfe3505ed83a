/**
 * `waybill preview sweep`: what a pipeline does every hour for all previews of a repository.
 */
import { Option } from '@commander-js/extra-typings';
import { type Swept, sweep } from '../../../previews/sweep.ts';
import { type Define, newCommand } from '../../command.ts';
import { duration } from '../../numbers.ts';
import { previewOf, reaching, withPreview } from './options.ts';

const words: Readonly<Record<Swept['what'], string>> = {
  expired: 'its time is over',
  refused: 'it is from a fork',
  ended: 'its preview has ended',
  begun: 'it asks for a preview, and waits for its pipeline',
};

export const define: Define = (session) =>
  withPreview(
    newCommand('sweep', ['waybill preview sweep --service web --domain preview.acme.dev --ttl 3d']).description(
      'Take the label from pull requests whose preview is older than --ttl and from those of forks, and end the statuses of those that are closed or have no label any more.',
    ),
  )
    .addOption(
      new Option('--ttl <time>', 'how long a preview lives after the last push or label')
        .argParser(duration)
        .default(259_200, '72h'),
    )
    .action(async (options) => {
      const preview = previewOf(session, options);
      await reaching(session, async () => {
        for (const { number, what } of await sweep(preview, options.ttl * 1000))
          session.print(`pull request ${number}: ${words[what]}\n`);
        session.finish();
      });
    });
