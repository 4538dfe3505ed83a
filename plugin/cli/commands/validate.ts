/**
 * `waybill validate`: every environment of every application, all mistakes.
 */
import { inOneLine } from '../../diagnostics/format.ts';
import { leftOutLines } from '../../applications/left-out.ts';
import { countLine, groupByCause } from '../../diagnostics/group.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { progressBar } from '../../renders/many.ts';
import { type Validation, validate } from '../../validate/validate.ts';
import { type Define, newCommand } from '../command.ts';
import { onePlace, readSourceOf } from '../options/application-location.ts';
import { renderOptions } from '../options/render.ts';
import { exitCodes } from '../exit-codes.ts';

/** `apps/user-service: development (5), production (6)`, the numbers are those of the resources. */
function summary({ checked }: Pick<Validation, 'checked'>): string {
  const lines = new Map<string, string[]>();
  for (const { directory, environment, result } of checked) {
    if (result === undefined) continue;
    const number = result.resources;
    const count = `${number} ${number === 1 ? 'resource' : 'resources'}`;
    const text = environment === undefined ? count : `${environment} (${count})`;
    lines.set(directory, [...(lines.get(directory) ?? []), text]);
  }
  return [...lines].map(([directory, texts]) => `${inOneLine(`${directory || '.'}: ${texts.join(', ')}`)}\n`).join('');
}

/** Names in which the diagnostics of one cause differ. */
function namesIn({ checked }: Validation): string[] {
  return [...new Set(checked.flatMap(({ directory, environment = '' }) => [directory, environment]))];
}

/** What was not looked at, and what was taken for an application although nothing marks it as one. */
function notes({ leftOut, bare }: Validation): string[] {
  const taken = bare.map(({ directory, above }) => {
    const inside =
      above === undefined
        ? `; waybill init ${directory || '.'} makes one of manifests, a kustomization or a chart, and waybill init --all finds several`
        : `; it is inside the application ${above || '.'}`;
    return `no application is in ${directory || '.'} or below (no waybill.yaml, no locks): it was validated as one${inside}`;
  });
  return [...taken, ...leftOutLines(leftOut)];
}

export const define: Define = (session) =>
  newCommand('validate', ['waybill validate', 'waybill validate apps --strict'])
    .description(
      'Render every environment of every application below the directories and report all errors. Warn of images ' +
        'whose deployments are not reported, and of applications that report to the same environment of one repository.',
    )
    .argument('[dirs...]', 'directories to search', ['.'])
    .option('--strict', 'treat warnings as errors', false)
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .action(async (typed, options) => {
      const { root, directories } = onePlace(session, typed, options.root);
      const policy = loadPolicy(session.env, 'cli');
      const tree = createDirectoryTree(root, fileLimits(policy));
      session.readSource = readSourceOf(tree);
      const validation = await validate(
        {
          root,
          tree,
          namespace: options.namespace,
          kubeVersion: options.kubeVersion,
          apiVersions: options.apiVersions.flatMap((text) => text.split(',')),
        },
        directories,
        {
          env: session.env,
          script: session.script,
          progress: (done, all, last) => session.progress(progressBar(done, all, last)),
        },
      );
      session.progress('');
      const grouped = groupByCause(validation.diagnostics, namesIn(validation));
      session.report(grouped.diagnostics);
      for (const line of notes(validation)) session.note(line);
      if (policy.environments.some(({ signatures = [] }) => signatures.length > 0)) {
        session.note('signatures, which the policy requires, are not checked here: use waybill images verify');
      }
      const wrong = validation.diagnostics.some(({ severity }) => options.strict || severity === 'error');
      const count = countLine(grouped);
      if (count !== undefined) session.note(count);
      if (!wrong) session.show(summary(validation));
      // Nothing for stdout, and still good to know.
      else for (const line of summary(validation).split('\n')) if (line !== '') session.note(`renders: ${line}`);
      session.finish(wrong ? exitCodes.wrongInput : exitCodes.done);
    });
