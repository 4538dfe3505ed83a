/**
 * `waybill preview failed`: after a build of a pull request's image that failed.
 */
import { fail } from '../../../previews/preview.ts';
import { type Define, newCommand } from '../../command.ts';
import { previewOf, pullOf, reaching, withPreview, withPull } from './options.ts';

export const define: Define = (session) =>
  withPull(
    withPreview(
      newCommand('failed', ['waybill preview failed --service web --domain preview.acme.dev']).description(
        'Report that the image of the head commit was not built: Argo CD deploys nothing of it, and reports nothing.',
      ),
    ),
  ).action(async (options) => {
    const { number, commit } = pullOf(session, options);
    const preview = previewOf(session, options);
    await reaching(session, async () => {
      const reason = await fail(preview, number, commit);
      if (reason !== undefined) session.note(reason);
      session.finish();
    });
  });
