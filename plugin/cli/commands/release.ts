/**
 * `waybill release IMAGE[:TAG] -e ENV`: takes holds out of a lock.
 */
import { inOneLine } from '../../diagnostics/format.ts';
import { heldVersion } from '../../updates/held.ts';
import { release } from '../../updates/hold.ts';
import { collect, type Define, newCommand } from '../command.ts';
import { deliveryOf, reportDelivery, scopeOf, showSourceLines, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('release', [
      'waybill release ghcr.io/acme/user-service:1.4.2 -e production --push',
      'waybill release ghcr.io/acme/user-service -e production --commit',
    ])
      .description('Remove the holds of an image, or of one version of it, from the lock of an environment.')
      .argument('<image>', 'NAME:TAG or NAME@DIGEST: allow this version again; NAME: remove all holds of the image')
      .requiredOption('-e, --environment <env>', 'the environment')
      .option('--all', 'in every application below the directory whose lock holds it, in one commit')
      .option(
        '--application <dir>',
        'in this application, or those of a glob (repeatable), in one commit',
        collect,
        [],
      ),
  ).action(async (image, options) => {
    showSourceLines(session);
    const { environment } = options;
    const request = { image, environment, ...scopeOf(options) };
    const { result, ...delivered } = await release(request, deliveryOf(session, options));
    for (const { application, holds } of result) {
      const where = application === undefined ? '' : `${application || '.'}: `;
      for (const one of holds) {
        const what = `${one.image}${one.stays ? '' : ` ${heldVersion(one)}`}`;
        session.show(`${inOneLine(`${where}${what} is released in ${environment}`)}\n`);
      }
    }
    reportDelivery(session, delivered);
    session.finish();
  });
