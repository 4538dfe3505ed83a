/**
 * `waybill doctor`: what is installed, what is wrong, what to do.
 */
import { inOneLine } from '../../diagnostics/format.ts';
import { Option } from '@commander-js/extra-typings';
import { examine } from '../../doctor/doctor.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type ManyRequest, progressBar } from '../../renders/many.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { placeOf } from '../options/application-location.ts';
import { kubernetesServer } from '../options/fleet.ts';
import { exitCodes } from '../exit-codes.ts';
import { version } from '../version.ts';

function line({ subject, state, detail, advice }: Finding): string {
  const head = `${state.padEnd(8)} ${subject.padEnd(13)} ${detail}`;
  return [head, ...(advice ?? []).map((one) => `${' '.repeat(23)}${one}`)].map((one) => `${inOneLine(one)}\n`).join('');
}

export const define: Define = (session) =>
  newCommand('doctor', ['waybill doctor', 'waybill doctor apps/user-service -o json', 'waybill doctor --kube'])
    .description(
      'Check the installation, and show how to fix problems: programs, policy, credentials, the right to push, and every ' +
        'application at and below the directory with its locks and records. The exit code is 1 if there is a problem. ' +
        'Tokens and keys are never printed.',
    )
    .argument('[dir]', 'the application directory, or a directory above several', '.')
    .option(
      '--kube',
      "also check Argo CD's notifications and the sidecar in the cluster of KUBECONFIG, or of this pod",
      false,
    )
    .option('--context <name>', 'the context of KUBECONFIG, with --kube (default: the current one)')
    .option('--namespace <namespace>', "Argo CD's namespace, with --kube", 'argocd')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (typed, { output, kube, context, namespace }) => {
      const { root, directory } = placeOf(session, typed, undefined);
      if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u.test(namespace))
        throw new UsageError(`--namespace ${namespace}: this is no name of a namespace`);
      const cluster =
        kube || context !== undefined ? { ...(await kubernetesServer(session, context)), namespace } : undefined;
      const many = {
        env: session.env,
        script: session.script,
        progress: (done: number, all: number, last: ManyRequest) => session.progress(progressBar(done, all, last)),
      };
      const own: Finding = { subject: 'waybill', state: 'ok', detail: version };
      const findings = [own, ...(await examine({ env: session.env, root, directory, many, cluster }))];
      session.progress('');
      if (output === 'json') session.print(findings.map((one) => `${JSON.stringify(one)}\n`).join(''));
      else session.show(findings.map(line).join(''));
      session.finish(findings.some((one) => one.state === 'wrong') ? exitCodes.wrongInput : exitCodes.done);
    });
