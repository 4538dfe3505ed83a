/**
 * `waybill render --all`: every application at and below a directory. Loaded only when it is asked for.
 */
import { environmentNames, withEnvironment, withoutPreviews } from '../../applications/environments.ts';
import { findApplications, type LeftOut } from '../../applications/find.ts';
import { leftOutLines } from '../../applications/left-out.ts';
import { failure } from '../../diagnostics/failure.ts';
import { countLine, groupByCause } from '../../diagnostics/group.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { writeOutputFiles } from '../../output/files.ts';
import type { OutputFormat } from '../../output/stream.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { doMany, newCaches, progressBar } from '../../renders/many.ts';
import { bytesOf, type OneRequest, type OneResult, renderOne } from '../../renders/one.ts';
import { UsageError } from '../command.ts';
import { placeOf, readSourceOf } from '../options/application-location.ts';
import type { RenderOptions } from '../options/render.ts';
import type { Session } from '../session.ts';
import { exitCodes } from '../exit-codes.ts';

/** The options of `render` that matter here. */
export interface RenderAllOptions extends RenderOptions {
  readonly stamp: boolean;
  readonly output: OutputFormat;
  readonly outputDir?: string | undefined;
}

/** What is for one application only. */
function refuseForOne({ app, image = [], value = [], preview = [] }: RenderOptions): void {
  const given = {
    '--app': app !== undefined,
    '--image': image.length > 0,
    '--value': value.length > 0,
    '--preview': preview.length > 0,
  };
  const [wrong] = Object.entries(given).flatMap(([option, isGiven]) => (isGiven ? [option] : []));
  if (wrong !== undefined) throw new UsageError(`${wrong} is for one application and cannot be combined with --all`);
}

/** The folder of one application's files below the folder that was named. */
function folderOf(folder: string, { directory, environment }: OneRequest): string {
  return [folder, directory, environment].filter((part) => part !== undefined && part !== '').join('/');
}

async function print(
  session: Session,
  requests: readonly OneRequest[],
  results: readonly OneResult[],
  options: RenderAllOptions,
): Promise<void> {
  if (options.outputDir === undefined) {
    const texts = results.flatMap(({ printed }) => (printed && 'text' in printed && printed.text) || []);
    const separator = options.output === 'yaml' ? '---\n' : '';
    // One by one: all of them may be more than a string can hold.
    for (const [index, text] of texts.entries()) {
      if (index > 0) session.print(separator);
      session.print(text);
    }
    return;
  }
  const folder = session.path(options.outputDir);
  for (const [index, request] of requests.entries()) {
    const printed = results[index]?.printed;
    if (printed && 'files' in printed) await writeOutputFiles(printed.files, folderOf(folder, request));
  }
}

/** Renders every application at and below a directory, in the environment that was named or in all that each has. */
export async function renderAll(session: Session, typed: string, options: RenderAllOptions): Promise<void> {
  refuseForOne(options);
  const { root, directory } = placeOf(session, typed, options.root);
  const tree = createDirectoryTree(root, fileLimits(loadPolicy(session.env, 'cli')));
  session.readSource = readSourceOf(tree);
  const found = findApplications(tree, directory);
  if (found.applications.length === 0) {
    throw failure('file-missing', `no application is in ${directory || '.'} or below (no waybill.yaml, no locks)`);
  }
  const { environment } = options;
  const wanted =
    environment === undefined
      ? { applications: found.applications, leftOut: [] }
      : withEnvironment(tree, found.applications, environment);
  const previews: LeftOut[] = [];
  const requests = wanted.applications.flatMap((application): OneRequest[] => {
    const all = environmentNames(tree, application) ?? [];
    const { names, leftOut } = withoutPreviews(tree, application, environment === undefined ? all : []);
    previews.push(...leftOut);
    const environments = environment !== undefined ? [environment] : all.length > 0 ? names : [undefined];
    return environments.map((one) => ({
      root,
      directory: application,
      environment: one,
      namespace: options.namespace,
      project: options.project,
      kubeVersion: options.kubeVersion,
      apiVersions: (options.apiVersions ?? []).flatMap((text) => text.split(',')),
      stamp: options.stamp,
      output: options.output,
      asFiles: options.outputDir !== undefined,
    }));
  });
  const caches = newCaches();
  const work = {
    task: 'render' as const,
    here: (request: OneRequest): Promise<OneResult> => renderOne(request, session.env, caches),
    bytesOf,
  };
  const results = await doMany(work, requests, {
    env: session.env,
    script: session.script,
    progress: (done, all, last) => session.progress(progressBar(done, all, last)),
  });
  session.progress('');
  const names = new Set(requests.flatMap((one) => [one.directory, one.environment ?? '']));
  const distinct = new Map(results.flatMap(({ diagnostics }) => diagnostics).map((one) => [JSON.stringify(one), one]));
  const grouped = groupByCause([...distinct.values()], [...names]);
  session.report(grouped.diagnostics);
  for (const line of leftOutLines([...found.leftOut, ...wanted.leftOut, ...previews])) session.note(line);
  const count = countLine(grouped);
  if (count !== undefined) session.note(count);
  const failed = results.some(({ printed }) => printed === undefined);
  if (!failed) await print(session, requests, results, options);
  session.finish(failed ? exitCodes.wrongInput : exitCodes.done);
}
