/**
 * `waybill diff`: what is different between two environments, or between a git revision and what is there now.
 */
import { Option } from '@commander-js/extra-typings';
import { loadApplication } from '../../config/load.ts';
import { compareResources, type Comparison } from '../../diff/compare.ts';
import { fold, foldedLine } from '../../diff/fold.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { AllComparison } from '../../diff/all.ts';
import { createGitRevisionTree } from '../../git/revision-tree.ts';
import { fileLimits } from '../../policy/policy.ts';
import { render, type RenderRequest } from '../../render.ts';
import type { Resource } from '../../resources/resource.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';
import { placeOf, readSourceOf } from '../options/application-location.ts';
import type { Session } from '../session.ts';
import { exitCodes } from '../exit-codes.ts';

const formats = ['text', 'json', 'markdown'] as const;

interface Printing {
  readonly heading: string;
  readonly format: (typeof formats)[number];
  /** The prefix of the stamped annotations, which are folded; undefined to show them. */
  readonly fold: string | undefined;
  readonly color: boolean;
}

async function print(comparison: Comparison, { heading, format, fold: prefix, color }: Printing): Promise<string> {
  if (format === 'json') return (await import('../../diff/json.ts')).format(comparison);
  const folded = prefix === undefined ? undefined : fold(comparison, prefix);
  const shown = folded?.comparison ?? comparison;
  const note = folded && foldedLine(folded);
  if (format === 'markdown') {
    const text = (await import('../../diff/markdown.ts')).format(shown, heading);
    return note === undefined ? text : `${text}\n${note}\n`;
  }
  const { format: formatText } = await import('../../diff/text.ts');
  const paint = color ? (await import('../color.ts')).paintDiff : undefined;
  return `${formatText(shown, paint)}${note === undefined ? '' : `${note}\n`}`;
}

function inRevision(diagnostic: Diagnostic, revision: string): Diagnostic {
  return { ...diagnostic, message: `at ${revision}: ${diagnostic.message}` };
}

/** What the revision renders; nothing where the application, or its environment, did not exist yet. */
async function renderRevision(
  session: Session,
  request: RenderRequest,
  revision: string,
): Promise<readonly Resource[]> {
  const { tree, directory, environment, policy } = request;
  const old = createGitRevisionTree({ root: tree.directory ?? '', revision, env: session.env }, fileLimits(policy));
  if (old.kind(directory) !== 'directory') return [];
  const now = session.readSource;
  session.readSource = readSourceOf(old);
  try {
    const application = loadApplication(old, directory, policy.limits);
    const isNew =
      application.file !== undefined && environment !== undefined && !application.environments.includes(environment);
    const resources = isNew ? [] : (await render({ ...request, tree: old })).resources;
    session.readSource = now;
    return resources;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.diagnostics.map((one) => inRevision(one, revision)));
  }
}

interface AllOptions {
  readonly environment?: string | undefined;
  readonly namespace?: string | undefined;
  readonly root?: string | undefined;
  readonly kubeVersion?: string | undefined;
  readonly apiVersions: readonly string[];
  readonly stamp: boolean;
}

/** What the change since a revision does to all applications at and below the directory. */
async function compareWith(
  session: Session,
  directory: string,
  against: string,
  options: AllOptions,
): Promise<AllComparison> {
  const [{ compareAll }, { progressBar }, { createDirectoryTree }, { changedPaths }, { loadPolicy }] =
    await Promise.all([
      import('../../diff/all.ts'),
      import('../../renders/many.ts'),
      import('../../files/directory.ts'),
      import('../../git/changed-paths.ts'),
      import('../../policy/load.ts'),
    ]);
  const { root, directory: below } = placeOf(session, directory, options.root);
  const policy = loadPolicy(session.env, 'cli');
  const limits = fileLimits(policy);
  const before = createGitRevisionTree({ root, revision: against, env: session.env }, limits);
  const comparing = compareAll(
    {
      root,
      revision: against,
      before,
      after: createDirectoryTree(root, limits),
      directory: below,
      changed: await changedPaths({ root, revision: against, env: session.env }),
      environments: options.environment === undefined ? [] : [options.environment],
      // Where waybill.yaml names none, any will do: both sides have the same.
      namespace: options.namespace ?? 'default',
      kubeVersion: options.kubeVersion,
      apiVersions: options.apiVersions.flatMap((text) => text.split(',')),
      stamp: options.stamp,
    },
    {
      env: session.env,
      script: session.script,
      progress: (done, all, last) => session.progress(progressBar(done, all, last)),
    },
  );
  try {
    return await comparing;
  } finally {
    session.progress('');
  }
}

async function printAll(
  session: Session,
  all: AllComparison,
  against: string,
  format: (typeof formats)[number],
): Promise<void> {
  const { allMarkdown, allRows, allText } = await import('../../diff/all-text.ts');
  if (format === 'markdown') session.show(allMarkdown(all, against));
  else if (format === 'text') session.show(allText(all));
  else {
    const { writeJson } = await import('../../yaml/write-json.ts');
    for (const row of allRows(all)) session.print(`${writeJson(row).trimEnd()}\n`);
  }
}

export const define: Define = (session) =>
  newCommand('diff', [
    'waybill diff apps/user-service -e staging --to production',
    'waybill diff apps/user-service -e production --against origin/main --format markdown',
    'waybill diff --all --against origin/main -o markdown',
  ])
    .description('Compare two renders by resource and field, deletions first. Values of Secrets are hidden.')
    .argument('[dir]', 'the application directory', '.')
    .addOption(renderOptions.environment())
    .option('--to <env>', 'compare with another environment')
    .option('--all', 'with --against: every environment of every application below the directory', false)
    .option('--against <revision>', 'compare a git revision with the current files')
    .addOption(new Option('-o, --format <format>', 'output format').choices(formats).default('text' as const))
    .option('--exit-code', 'exit with 3 if there are differences', false)
    .option('--no-stamp', 'omit annotations and records')
    .option('--no-fold', 'also show stamped annotations and records, which are otherwise only counted (text, markdown)')
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.project())
    .addOption(renderOptions.image())
    .addOption(renderOptions.value())
    .addOption(renderOptions.preview())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .action(async (directory, options) => {
      const { to, against, format, stamp } = options;
      if ((to === undefined) === (against === undefined)) {
        throw new UsageError('give either --to ENVIRONMENT or --against REVISION');
      }
      if (options.all) {
        if (against === undefined) throw new UsageError('--all compares with a revision: give --against REVISION');
        const refused = ['app', 'project'] as const;
        const given = refused.find((one) => options[one] !== undefined);
        if (given !== undefined || options.image.length > 0 || options.value.length > 0)
          throw new UsageError('--all excludes --app, --project, --image and --value');
        const all = await compareWith(session, directory, against, options);
        await printAll(session, all, against, format);
        const isDifferent = all.touched.length > 0 || all.unrendered.length > 0;
        const isBroken = all.unrendered.some((one) => one.isBroken);
        session.finish(
          isBroken ? exitCodes.wrongInput : options.exitCode && isDifferent ? exitCodes.different : exitCodes.done,
        );
        return;
      }
      const request = renderRequest(session, directory, options, stamp);
      const name = options.environment ?? request.app.name;
      let comparison: Comparison;
      if (against === undefined) {
        const { resources: before } = await render(request);
        const { resources: after } = await render({ ...request, environment: to });
        comparison = compareResources(before, after);
      } else {
        const before = await renderRevision(session, request, against);
        comparison = compareResources(before, (await render(request)).resources);
      }
      const heading =
        against === undefined
          ? `${request.app.name}: ${name} → ${to}`
          : `${request.app.name}: ${name} since ${against}`;
      const prefix = options.fold ? request.policy.stampPrefix : undefined;
      const text = await print(comparison, { heading, format, fold: prefix, color: session.colorOut });
      if (format === 'json') session.print(text);
      else session.show(text);
      session.finish(options.exitCode && comparison.resources.length > 0 ? exitCodes.different : exitCodes.done);
    });
