/**
 * `waybill notifications validate`: what would silence notifications or make them wrong, with line and reason.
 */
import { readFileSync } from 'node:fs';
import { Argument } from '@commander-js/extra-typings';
import { holdsSecretAlone, readSecret, readSettings } from '../../../notifications/checking/settings.ts';
import { validateSettings } from '../../../notifications/checking/validate.ts';
import { type Engine, lookForEngine, startEngine } from '../../../notifications/engine/engine.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { failure } from '../../../diagnostics/failure.ts';
import { type NotificationsConfig, readNotificationsConfig } from '../../../notifications/generate/config.ts';
import { generate } from '../../../notifications/generate/generate.ts';
import { heldBack } from '../../../notifications/generate/held-back.ts';
import { withoutTrust } from '../../../notifications/generate/trust.ts';
import { getKey, isObject } from '../../../resources/json.ts';
import { readYaml } from '../../../yaml/read.ts';
import { type Define, newCommand, UsageError } from '../../command.ts';
import { readApplicationsFile } from '../../options/fleet.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../exit-codes.ts';
import { readInput } from './read.ts';

const without =
  'Checked without waybill-engine: expressions and templates by a subset of their syntax (docs/notifications/validate.md).';

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** A notifications.yaml among the files, read and generated; undefined for something else. */
function configOf(text: string, file: string): NotificationsConfig | undefined {
  const value = readYaml(text, { file, duplicateKeys: 'last-wins' })[0]?.value;
  if (!isObject(value) || getKey(value, 'kind') !== 'Notifications') return undefined;
  const config = readNotificationsConfig(text, file);
  generate(config);
  return config;
}

/** What is called like a record, also one that kustomize has renamed. */
const likeRecord = /waybill\.[a-z0-9.-]+\.[0-9a-f]{40}/u;

/** The records of Applications that `trust` holds back, as warnings at the rules. */
async function untrusted(session: Session, config: NotificationsConfig, name: string, file: string) {
  const { applications, origin } = await readApplicationsFile(session, file);
  if (!origin.read) throw failure('file-unreadable', `${origin.name} contains no Applications: ${origin.reason}`);
  const records = applications.map(({ resources }) => {
    const names = resources.filter((one) => one.kind === 'ConfigMap' && !one.requiresPruning).map((one) => one.name);
    return [...new Set(names)].filter((one) => likeRecord.test(one));
  });
  const diagnostics = applications.flatMap((one, index): Diagnostic[] => {
    const [namespace, project] = [one.namespace || 'argocd', one.project || 'default'];
    const held = heldBack(config.file.trust ?? [], {
      name: one.name,
      namespace,
      project,
      records: records[index] ?? [],
    });
    return held.map(({ record, why }) => ({
      severity: 'warning',
      code: 'notifications-trust',
      message: `${namespace}/${one.name}: ${record} is not reported: ${why}`,
      location: config.locate(['trust']) ?? { file: name, line: 1 },
    }));
  });
  session.report(diagnostics);
  const all = records.flat().length;
  session.note(
    `${origin.name}: ${count(applications.length, 'Application')}, trust holds back ${diagnostics.length} of ${count(all, 'record')}`,
  );
}

/** Checks the files; true when one has an error. */
async function validate(
  session: Session,
  files: readonly string[],
  { engine, applications }: { readonly engine: Engine | undefined; readonly applications: string | undefined },
): Promise<boolean> {
  let failed = false;
  const all = files.map((file) => ({ file, text: readInput(session, file).toString() }));
  const texts: typeof all = [];
  let rules: { readonly file: string; readonly config: NotificationsConfig } | undefined;
  for (const one of all) {
    const config = configOf(one.text, one.file);
    if (config === undefined) texts.push(one);
    else {
      const warning = withoutTrust(config, one.file);
      if (warning) session.report([warning]);
      else rules = { file: one.file, config };
      session.note(`${one.file}: ${count(0, 'error')}, ${count(warning ? 1 : 0, 'warning')}`);
    }
  }
  if (applications !== undefined) {
    if (!rules)
      throw new UsageError('--applications: also name a notifications.yaml with trust, whose rules are checked');
    await untrusted(session, rules.config, rules.file, applications);
  }
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
    'kubectl get applications -A -o json | waybill notifications validate notifications.yaml --applications -',
  ])
    .description(
      "Find errors that would stop Argo CD's notifications or make them wrong, offline: in any ConfigMap argocd-notifications-cm (with or without its Secret), and in values of the argo-cd chart. For a notifications.yaml, list the records of Applications that its trust holds back.",
    )
    .addArgument(new Argument('<files...>', 'YAML files'))
    .option(
      '--applications <file>',
      'Applications, as kubectl get applications -A -o json prints them (- is standard input): also list the records that the trust of a notifications.yaml holds back, with reasons',
    )
    .action(async (files, { applications }) => {
      session.readSource = (file) => readFileSync(session.path(file), 'utf8');
      const binary = lookForEngine(session.env);
      const engine = binary && startEngine(binary, session.env);
      try {
        const failed = await validate(session, files, { engine, applications });
        session.note(engine ? "Checked with Argo CD's own engine (waybill-engine)." : without);
        session.finish(failed ? exitCodes.wrongInput : exitCodes.done);
      } finally {
        engine?.close();
      }
    });
