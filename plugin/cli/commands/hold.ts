/**
 * `waybill hold IMAGE[:TAG] -e ENV --reason WHY`: a note in a lock that a version must not come, or that what runs stays.
 */
import { inOneLine } from '../../diagnostics/format.ts';
import { heldVersion } from '../../updates/held.ts';
import { hold } from '../../updates/hold.ts';
import { collect, type Define, newCommand } from '../command.ts';
import { deliveryOf, reportDelivery, scopeOf, showSourceLines, withDelivery } from './images/delivery.ts';

export const define: Define = (session) =>
  withDelivery(
    newCommand('hold', [
      'waybill hold ghcr.io/acme/user-service:1.4.2 -e production --reason "loses orders, see issue 12" --push',
      'waybill hold ghcr.io/acme/user-service -e production --reason "until the migration is done" --commit',
      'waybill hold ghcr.io/acme/base:3.2 -e production --all -C apps --reason "CVE-2026-1234" --push',
    ])
      .description(
        'Block a version of an image in an environment, or keep the current one: promote, images set, images update and rollback then refuse it with the reason. Versions of newer source commits are allowed.',
      )
      .argument('<image>', 'NAME:TAG or NAME@DIGEST: block this version; NAME: keep the current version')
      .requiredOption('-e, --environment <env>', 'the environment')
      .requiredOption('--reason <text>', 'the reason, shown when a command refuses the held version')
      .option('--all', 'in every application below the directory that has the image, in one commit')
      .option(
        '--application <dir>',
        'in this application, or those of a glob (repeatable), in one commit',
        collect,
        [],
      ),
  ).action(async (image, options) => {
    showSourceLines(session);
    const { environment, reason } = options;
    const request = { image, environment, reason, ...scopeOf(options) };
    const { result, ...delivered } = await hold(request, deliveryOf(session, options));
    for (const { application, holds, runs } of result) {
      const where = application === undefined ? '' : `${application || '.'}: `;
      for (const one of holds) {
        const what = one.stays ? `${one.image} stays` : `${one.image} ${heldVersion(one)} is held back`;
        session.show(`${inOneLine(`${where}${what} in ${environment}: ${one.reason}`)}\n`);
        if (runs)
          session.note(`${where}it is the current version: waybill rollback -e ${environment} ${one.image} goes back`);
      }
    }
    reportDelivery(session, delivered);
    session.finish();
  });
