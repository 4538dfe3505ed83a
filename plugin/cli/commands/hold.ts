/**
 * `waybill hold IMAGE[:TAG] -e ENV --reason WHY`: a note in a lock that a version must not come, or that what runs stays.
 */
import { heldVersion } from '../../updates/held.ts';
import { hold } from '../../updates/hold.ts';
import { type Define, newCommand } from '../command.ts';
import { deliveryOf, reportDelivery, showSourceLines, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('hold', [
      'waybill hold ghcr.io/acme/user-service:1.4.2 -e production --reason "loses orders, see issue 12" --push',
      'waybill hold ghcr.io/acme/user-service -e production --reason "until the migration is done" --commit',
    ])
      .description(
        'Hold back a version of an image in an environment, or keep what runs there: promote, images set, images update and rollback then refuse it with the reason. A version of a newer source commit may come.',
      )
      .argument('<image>', 'NAME:TAG or NAME@DIGEST: this version must not come; NAME: what runs stays')
      .requiredOption('-e, --environment <env>', 'the environment')
      .requiredOption('--reason <text>', 'why, for whoever is refused'),
  ).action(async (image, options) => {
    showSourceLines(session);
    const { environment, reason } = options;
    const { result, ...delivered } = await hold({ image, environment, reason }, deliveryOf(session, options));
    for (const one of result.holds) {
      const what = one.stays ? `${one.image} stays` : `${one.image} ${heldVersion(one)} is held back`;
      session.print(`${what} in ${environment}: ${one.reason}\n`);
      if (result.runs) session.note(`it runs there now: waybill rollback -e ${environment} ${one.image} goes back`);
    }
    reportDelivery(session, delivered);
    session.finish();
  });
