/**
 * `waybill release IMAGE[:TAG] -e ENV`: takes holds out of a lock.
 */
import { heldVersion } from '../../updates/held.ts';
import { release } from '../../updates/hold.ts';
import { type Define, newCommand } from '../command.ts';
import { deliveryOf, reportDelivery, showSourceLines, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('release', [
      'waybill release ghcr.io/acme/user-service:1.4.2 -e production --push',
      'waybill release ghcr.io/acme/user-service -e production --commit',
    ])
      .description('Take the holds of an image, or of one version of it, out of the lock of an environment.')
      .argument('<image>', 'NAME:TAG or NAME@DIGEST: this version may come again; NAME: all holds of the image')
      .requiredOption('-e, --environment <env>', 'the environment'),
  ).action(async (image, options) => {
    showSourceLines(session);
    const { environment } = options;
    const { result, ...delivered } = await release({ image, environment }, deliveryOf(session, options));
    for (const one of result.holds)
      session.print(`${one.image}${one.stays ? '' : ` ${heldVersion(one)}`} is released in ${environment}\n`);
    reportDelivery(session, delivered);
    session.finish();
  });
