/**
 * `waybill preview start`: before the build of a pull request's image.
 */
import { start } from '../../../previews/preview.ts';
import { type Define, newCommand } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { previewOf, pullOf, reaching, withPreview, withPull } from './options.ts';

export const define: Define = (session) =>
  withPull(
    withPreview(
      newCommand('start', ['tag=$(waybill preview start --service web --domain preview.acme.dev)']).description(
        'Print the tag of the image to build for the head commit, and report it as queued. Print nothing if the pull request gets no preview: without the label, from a fork, closed, or with a newer push. Ends with 1 when an older pull request has the same host.',
      ),
    ),
  ).action(async (options) => {
    const { number, commit } = pullOf(session, options);
    const preview = previewOf(session, options);
    await reaching(session, async () => {
      const started = await start(preview, number, commit);
      if (started.end === 'build') session.print(`${started.tag}\n`);
      else session.note(started.reason);
      session.finish(started.end === 'taken' ? exitCodes.wrongInput : exitCodes.done);
    });
  });
