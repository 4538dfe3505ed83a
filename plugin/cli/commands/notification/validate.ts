/**
 * `waybill notifications validate`: what would silence notifications or make them wrong, with line and reason.
 */
import { readFileSync } from 'node:fs';
import { Argument } from '@commander-js/extra-typings';
import { holdsSecretAlone, readSecret, readSettings } from '../../../notifications/checking/settings.ts';
import { validateSettings } from '../../../notifications/checking/validate.ts';
import { type Engine, lookForEngine, startEngine } from '../../../notifications/engine/engine.ts';
import { type Define, newCommand } from '../../command.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../exit-codes.ts';
import { readInput } from './read.ts';

const without =
  'Checked without waybill-engine: expressions and templates by a subset of their syntax (docs/notifications/validate.md).';

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** Checks the files; true when one has an error. */
async function validate(session: Session, files: readonly string[], engine: Engine | undefined): Promise<boolean> {
  let failed = false;
  const texts = files.map((file) => ({ file, text: readInput(session, file).toString() }));
  const secrets = texts.length > 1 ? texts.filter(({ file, text }) => holdsSecretAlone(text, file)) : [];
  const [secret] = secrets.flatMap(({ file, text }) => readSecret(text, file) ?? []);
  for (const { file, text } of texts) {
    if (secrets.some((one) => one.file === file)) {
      session.note(`${file}: the Secret, for the settings in the other files`);
      continue;
    }
    const settings = readSettings(text, file);
    const diagnostics = await validateSettings({ ...settings, secret: settings.secret ?? secret }, engine);
    session.report(diagnostics);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    const warnings = diagnostics.length - errors;
    session.note(`${file}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
    failed ||= errors > 0;
  }
  return failed;
}

export const define: Define = (session) =>
  newCommand('validate', [
    'waybill notifications validate argocd-notifications-cm.yaml',
    'kubectl get configmap argocd-notifications-cm -n argocd -o yaml | waybill notifications validate /dev/stdin',
  ])
    .description(
      "Find what would silence Argo CD's notifications or make them wrong, offline: in any ConfigMap argocd-notifications-cm (with its Secret beside it or without), and in values of the argo-cd chart.",
    )
    .addArgument(new Argument('<files...>', 'YAML files'))
    .action(async (files) => {
      session.readSource = (file) => readFileSync(session.path(file), 'utf8');
      const binary = lookForEngine(session.env);
      const engine = binary && startEngine(binary, session.env);
      try {
        const failed = await validate(session, files, engine);
        session.note(engine ? "Checked with Argo CD's own engine (waybill-engine)." : without);
        session.finish(failed ? exitCodes.wrongInput : exitCodes.done);
      } finally {
        engine?.close();
      }
    });
