/**
 * `waybill doctor`: what is installed, what is wrong, what to do.
 */
import { Option } from '@commander-js/extra-typings';
import { examine } from '../../doctor/doctor.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type Define, newCommand } from '../command.ts';
import { placeOf } from '../options/application-location.ts';
import { exitCodes } from '../exit-codes.ts';
import { version } from '../version.ts';

function line({ subject, state, detail, advice }: Finding): string {
  const head = `${state.padEnd(8)} ${subject.padEnd(12)} ${detail}`;
  return [head, ...(advice ?? []).map((one) => `${' '.repeat(22)}${one}`)].map((one) => `${one}\n`).join('');
}

export const define: Define = (session) =>
  newCommand('doctor', ['waybill doctor', 'waybill doctor apps/user-service -o json'])
    .description(
      'Show what is installed, at which version, what is wrong and what to do. Exit code 1 when something is wrong.',
    )
    .argument('[dir]', 'the application directory', '.')
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (typed, { output }) => {
      const { root, directory } = placeOf(session, typed, undefined);
      const own: Finding = { subject: 'waybill', state: 'ok', detail: version };
      const findings = [own, ...(await examine({ env: session.env, root, directory }))];
      session.print(findings.map((one) => (output === 'json' ? `${JSON.stringify(one)}\n` : line(one))).join(''));
      session.finish(findings.some((one) => one.state === 'wrong') ? exitCodes.wrongInput : exitCodes.done);
    });
