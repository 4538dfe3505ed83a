/**
 * `waybill preview follow`: after the image of a pull request was pushed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import { follow, type Followed } from '../../../previews/follow.ts';
import { type Define, newCommand } from '../../command.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { duration } from '../../numbers.ts';
import { previewOf, pullOf, reaching, withPreview, withPull } from './options.ts';

const codes: Readonly<Record<Followed, ExitCode>> = {
  deployed: exitCodes.done,
  failed: exitCodes.wrongInput,
  superseded: exitCodes.superseded,
  time: exitCodes.timedOut,
};

export const define: Define = (session) =>
  withPull(
    withPreview(
      newCommand('follow', [
        'waybill preview follow --service web --domain preview.acme.dev --timeout 20m',
      ]).description(
        'Keep the comment of the pull request as Argo CD reports its preview, until it is deployed (0), has failed (1), the pull request has a newer push or is closed (7), or time is over (6).',
      ),
    ),
  )
    .addOption(new Option('--timeout <time>', 'how long').argParser(duration).default(1200, '20m'))
    .addOption(new Option('--interval <time>', 'how often to look').argParser(duration).default(10, '10s'))
    .action(async (options) => {
      const { number, commit } = pullOf(session, options);
      const preview = previewOf(session, options);
      await reaching(session, async () => {
        const end = await follow(preview, number, commit, {
          deadline: preview.now() + options.timeout * 1000,
          interval: options.interval * 1000,
          sleep: async (milliseconds) => await sleep(milliseconds),
        });
        session.finish(codes[end]);
      });
    });
